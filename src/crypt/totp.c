#include "crypt/totp.h"

#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/buf.h"
#include "crypt/crypt_priv.h"
#include "wire/url.h"

enum { SEED_BYTES = 20, SEED_BYTES_MAX = 64, RECOVERY_BYTES = 10, SKEW = 1 };
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Whole groups of five bytes only, so there is never padding. */
static struct str base32(struct arena *a, const uint8_t *p, size_t n)
{
	struct buf b = buf_init(a, n * 2);

	for (size_t i = 0; i + 5 <= n; i += 5) {
		uint64_t bits = 0;

		for (size_t k = 0; k < 5; k++)
			bits = bits << 8 | p[i + k];
		for (int shift = 35; shift >= 0; shift -= 5)
			buf_addc(&b, letters[bits >> shift & 31]);
	}
	return buf_str(&b);
}

static bool base32_read(struct str text, uint8_t out[SEED_BYTES_MAX], size_t *ret_n)
{
	uint32_t bits = 0;
	int have = 0;

	*ret_n = 0;
	for (size_t i = 0; i < text.n; i++) {
		const char *at = text.p[i] ? strchr(letters, text.p[i]) : NULL;

		if (!at || *ret_n == SEED_BYTES_MAX)
			return false;
		bits = (bits << 5 | (uint32_t)(at - letters)) & 0xfff;
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[(*ret_n)++] = (uint8_t)(bits >> have);
		}
	}
	return *ret_n > 0;
}

struct str totp_seed_random(struct call *c)
{
	uint8_t seed[SEED_BYTES];

	call_random(c, seed, sizeof seed);
	return base32(c->arena, seed, sizeof seed);
}

/* RFC 4226, 5.3: where the last nibble points, 31 bits, their last digits. */
static int64_t code_at(const uint8_t *seed, size_t n, int64_t step)
{
	uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	const uint8_t *p;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), seed, (int)n, counter, sizeof counter, mac, &size))
		abort();
	p = mac + (mac[size - 1] & 0xf);
	return ((int64_t)(p[0] & 0x7f) << 24 | p[1] << 16 | p[2] << 8 | p[3]) % 1000000;
}

bool totp_step_of(struct str seed, struct str code, int64_t now_us, int64_t *ret_step)
{
	int64_t now = now_us / US_PER_S / TOTP_STEP_S, wanted = 0;
	uint8_t bytes[SEED_BYTES_MAX];
	size_t n, digits = 0;

	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == ' ')
			continue;
		if (code.p[i] < '0' || code.p[i] > '9' || ++digits > TOTP_DIGITS)
			return false;
		wanted = wanted * 10 + (code.p[i] - '0');
	}
	if (digits != TOTP_DIGITS || !base32_read(seed, bytes, &n))
		return false;
	for (int64_t step = now - SKEW; step <= now + SKEW; step++)
		if (code_at(bytes, n, step) == wanted) {
			*ret_step = step;
			return true;
		}
	return false;
}

struct str totp_code(struct arena *a, struct str seed, int64_t now_us)
{
	uint8_t bytes[SEED_BYTES_MAX];
	size_t n;

	if (!base32_read(seed, bytes, &n))
		return STR_NONE;
	return arena_printf(a, "%06lld", (long long)code_at(bytes, n, now_us / US_PER_S / TOTP_STEP_S));
}

struct str totp_uri(struct arena *a, struct str seed, struct str issuer, struct str account)
{
	struct str who = url_encode(a, issuer);

	return arena_concat(a, STR("otpauth://totp/"), who, STR(":"), url_encode(a, account), STR("?secret="), seed, STR("&issuer="), who,
			    STR("&algorithm=SHA1&digits=6&period=30"));
}

struct str totp_recovery_random(struct call *c)
{
	uint8_t bytes[RECOVERY_BYTES];
	struct buf b = buf_init(c->arena, 32);
	struct str text;

	call_random(c, bytes, sizeof bytes);
	text = arena_lower(c->arena, base32(c->arena, bytes, sizeof bytes));
	for (size_t i = 0; i < text.n; i += 4) {
		buf_addz(&b, i ? "-" : "");
		buf_add(&b, str_upto(str_from(text, i), 4));
	}
	return buf_str(&b);
}

struct str totp_recovery_key(struct arena *a, struct str typed)
{
	struct str low = arena_lower(a, str_upto(typed, 100));
	struct buf b = buf_init(a, 100);

	for (size_t i = 0; i < low.n; i++)
		if ((low.p[i] >= 'a' && low.p[i] <= 'z') || (low.p[i] >= '0' && low.p[i] <= '9'))
			buf_addc(&b, low.p[i]);
	return buf_str(&b);
}
