/* RFC 6455's opening handshake and the head of a server's frame. The SHA-1 here is no cryptography: the protocol wants it to prove
 * that an answer was made for a question, nothing more; so it lives here and not in crypt, which offers nothing that weak. */
#include "net/server_priv.h"

static uint32_t rol(uint32_t v, int n) { return v << n | v >> (32 - n); }

static void sha1_block(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 ? b ^ c ^ d : i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
		uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
		uint32_t t = rol(a, 5) + f + e + k + w[i];

		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* Of exactly 60 bytes, the only length the handshake has: a 24-byte key and a 36-byte constant. */
static void sha1_60(const uint8_t in[60], uint8_t out[20])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	uint8_t p[128] = { 0 };

	memcpy(p, in, 60);
	p[60] = 0x80;
	p[126] = 60 * 8 >> 8;
	p[127] = 60 * 8 & 0xff;
	sha1_block(h, p);
	sha1_block(h, p + 64);
	for (int i = 0; i < 20; i++)
		out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* 20 bytes to 28 characters and a NUL. */
static void base64_20(const uint8_t in[20], char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (int i = 0; i < 21; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | (i + 2 < 20 ? in[i + 2] : 0);

		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = digits[v >> 6 & 63];
		*out++ = digits[v & 63];
	}
	out[-1] = '=';
	*out = '\0';
}

/* Does the comma-separated list name the token, case ignored? */
static bool lists(struct str list, struct str token)
{
	struct str piece;

	while (str_next(&list, ',', &piece))
		if (str_ieq(str_trim(piece), token))
			return true;
	return false;
}

int net__ws_handshake(const struct exchange *x, char *ret_accept)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	const struct request *r = &x->request;
	struct str key = str_trim(request_header(r, "Sec-WebSocket-Key"));
	uint8_t in[60], digest[20];

	if (r->method != METHOD_GET || !x->http11 || !lists(request_header(r, "Upgrade"), STR("websocket")) ||
	    !lists(request_header(r, "Connection"), STR("upgrade")))
		return 400;
	if (!str_eqz(str_trim(request_header(r, "Sec-WebSocket-Version")), "13"))
		return 426;
	/* 16 bytes in base64; which ones does not matter. */
	if (key.n != 24 || !str_has_suffix(key, STR("==")))
		return 400;
	memcpy(in, key.p, 24);
	memcpy(in + 24, guid, 36); /* NOLINT(bugprone-not-null-terminated-result): bytes to be hashed */
	sha1_60(in, digest);
	base64_20(digest, ret_accept);
	return 101;
}

size_t net__ws_frame_head(uint8_t *to, int opcode, size_t n)
{
	to[0] = (uint8_t)(0x80 | opcode);
	if (n < 126) {
		to[1] = (uint8_t)n;
		return 2;
	}
	if (n <= 0xffff) {
		to[1] = 126;
		to[2] = (uint8_t)(n >> 8);
		to[3] = (uint8_t)n;
		return 4;
	}
	to[1] = 127;
	for (int i = 0; i < 8; i++)
		to[2 + i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	return 10;
}
