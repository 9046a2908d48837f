#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "crypt/webpush.h"
#include "wire/base64.h"

enum { POINT_SIZE = 65, SCALAR_SIZE = 32, AUTH_SIZE = 16, SALT_SIZE = 16, TAG_SIZE = 16, CEK_SIZE = 16, NONCE_SIZE = 12, RECORD_SIZE = 4096 };

static struct str bytes_of(const uint8_t *p, size_t n)
{
	return str_of((const char *)p, n);
}

static void free_pkey(void *pkey)
{
	EVP_PKEY_free(pkey);
}

/* A P-256 key from its point and, where scalar is not none, its private number. The point is checked to lie on the curve. */
static EVP_PKEY *key_from_bytes(struct arena *a, struct str point, struct str scalar)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *number = scalar.p ? BN_bin2bn((const unsigned char *)scalar.p, (int)scalar.n, NULL) : NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *pkey = NULL;

	if (point.n == POINT_SIZE && point.p[0] == 4 && bld && ctx &&
	    OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1 &&
	    (!number || OSSL_PARAM_BLD_push_BN_pad(bld, OSSL_PKEY_PARAM_PRIV_KEY, number, SCALAR_SIZE) == 1) &&
	    (params = OSSL_PARAM_BLD_to_param(bld)) && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) == 1)
		arena_defer(a, free_pkey, pkey);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_clear_free(number);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* A new pair as raw bytes. */
static struct err *pair_create(struct arena *a, struct str *ret_point, struct str *ret_scalar)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	unsigned char *point = NULL, *scalar = arena_alloc(a, SCALAR_SIZE);
	BIGNUM *number = NULL;
	bool ok = pkey && EVP_PKEY_get1_encoded_public_key(pkey, &point) == POINT_SIZE &&
		  EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 && BN_bn2binpad(number, scalar, SCALAR_SIZE) == SCALAR_SIZE;

	if (ok) {
		*ret_point = arena_dup(a, bytes_of(point, POINT_SIZE));
		*ret_scalar = bytes_of(scalar, SCALAR_SIZE);
	}
	OPENSSL_free(point);
	BN_clear_free(number);
	EVP_PKEY_free(pkey);
	return ok ? NULL : crypt__fail(a, ERR_INTERNAL, "no P-256 key pair could be made");
}

struct err *webpush_keys_create(struct arena *a, struct webpush_keys *ret)
{
	struct str point, scalar;

	TRY(pair_create(a, &point, &scalar));
	ret->public_key = base64url_encode(a, point);
	ret->private_key = base64url_encode(a, scalar);
	return NULL;
}

/* Some clients write base64 where base64url is asked for. */
static bool lenient_decode(struct arena *a, struct str text, struct str *ret)
{
	char *copy = arena_alloc(a, text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		copy[i] = text.p[i] == '+' ? '-' : text.p[i] == '/' ? '_' : text.p[i];
	return base64url_decode(a, str_of(copy, text.n), ret);
}

/* The subscription's bytes and key; NULL where they are not what they should be. */
static EVP_PKEY *to_read(struct arena *a, const struct webpush_to *to, struct str *ret_point, struct str *ret_auth)
{
	EVP_PKEY *pkey;

	if (to->p256dh.n > 128 || to->auth.n > 64 || !lenient_decode(a, to->p256dh, ret_point) || !lenient_decode(a, to->auth, ret_auth) ||
	    ret_auth->n != AUTH_SIZE)
		return NULL;
	pkey = key_from_bytes(a, *ret_point, STR_NONE);
	ERR_clear_error();
	return pkey;
}

bool webpush_to_ok(const struct webpush_to *to)
{
	AUTO_ARENA(tmp);
	struct str point, auth;

	return to_read(tmp, to, &point, &auth) != NULL;
}

static bool ecdh(EVP_PKEY *mine, EVP_PKEY *theirs, uint8_t ret[SCALAR_SIZE])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
	size_t n = SCALAR_SIZE;
	bool ok = ctx && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, theirs) == 1 && EVP_PKEY_derive(ctx, ret, &n) == 1 &&
		  n == SCALAR_SIZE;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* HKDF-Expand (RFC 5869) for at most 32 bytes: one block. */
static void expand(struct arena *a, const uint8_t prk[DIGEST_SHA256_SIZE], struct str info, uint8_t ret[DIGEST_SHA256_SIZE])
{
	digest_hmac_sha256(bytes_of(prk, DIGEST_SHA256_SIZE), arena_concat(a, info, STR("\1")), ret);
}

/* What both ends know; points and salt are raw bytes. */
struct agreed {
	struct str receiver, sender;      /* their points */
	struct str auth, salt;
	uint8_t secret[SCALAR_SIZE];      /* of the ECDH */
};

struct content_keys {
	uint8_t cek[DIGEST_SHA256_SIZE], nonce[DIGEST_SHA256_SIZE];       /* their first CEK_SIZE and NONCE_SIZE bytes count */
};

/* RFC 8291 section 3.4, or the draft's section 4, whose context names both points. */
static struct content_keys derive(struct arena *a, const struct agreed *g, bool standard)
{
	static const char length[2] = { 0, POINT_SIZE };
	struct str context = standard ? STR("") : arena_concat(a, STR("P-256\0"), str_of(length, 2), g->receiver, str_of(length, 2), g->sender);
	struct str info = standard ? arena_concat(a, STR("WebPush: info\0"), g->receiver, g->sender) : STR("Content-Encoding: auth\0");
	uint8_t prk[DIGEST_SHA256_SIZE], ikm[DIGEST_SHA256_SIZE];
	struct content_keys keys;

	digest_hmac_sha256(g->auth, bytes_of(g->secret, SCALAR_SIZE), prk);
	expand(a, prk, info, ikm);
	digest_hmac_sha256(g->salt, bytes_of(ikm, sizeof ikm), prk);
	expand(a, prk, arena_concat(a, standard ? STR("Content-Encoding: aes128gcm\0") : STR("Content-Encoding: aesgcm\0"), context), keys.cek);
	expand(a, prk, arena_concat(a, STR("Content-Encoding: nonce\0"), context), keys.nonce);
	return keys;
}

static bool gcm(const uint8_t *cek, const uint8_t *nonce, struct str plain, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, cek, nonce) == 1 &&
		  EVP_EncryptUpdate(ctx, out, &n, (const unsigned char *)plain.p, (int)plain.n) == 1 &&
		  EVP_EncryptFinal_ex(ctx, out + n, &last) == 1 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, out + plain.n) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

struct err *webpush__seal_with(struct arena *a, const struct webpush_to *to, const struct webpush__sender *from, struct str payload,
			       struct webpush_sealed *ret)
{
	struct agreed g = { .sender = from->public_key, .salt = from->salt };
	/* The record size, big-endian, and the length of the key id, which is the sender's point: RFC 8188 section 2.1. */
	static const char sizes[5] = { 0, 0, RECORD_SIZE >> 8, 0, POINT_SIZE };
	EVP_PKEY *theirs = to_read(a, to, &g.receiver, &g.auth), *mine;
	struct content_keys keys;
	struct str plain;
	uint8_t *out;

	if (!theirs)
		return FAIL(a, ERR_INVALID, "the subscription's keys are not a P-256 point and 16 bytes");
	if (payload.n > WEBPUSH_PAYLOAD_MAX)
		return FAIL(a, ERR_TOO_LARGE, "a push message of %zu bytes is too long", payload.n);
	mine = key_from_bytes(a, from->public_key, from->private_key);
	if (!mine || !ecdh(mine, theirs, g.secret))
		return crypt__fail(a, ERR_INTERNAL, "no key could be agreed with the subscription's");
	keys = derive(a, &g, to->standard);
	/* A delimiter after the last record's text; in the draft two bytes before it that count the padding. */
	plain = to->standard ? arena_concat(a, payload, STR("\2")) : arena_concat(a, STR("\0\0"), payload);
	out = arena_alloc(a, plain.n + TAG_SIZE);
	if (!gcm(keys.cek, keys.nonce, plain, out))
		return crypt__fail(a, ERR_INTERNAL, "the push message could not be sealed");
	*ret = (struct webpush_sealed){ .body = bytes_of(out, plain.n + TAG_SIZE), .content_encoding = STR("aesgcm") };
	if (to->standard) {
		ret->content_encoding = STR("aes128gcm");
		ret->body = arena_concat(a, g.salt, str_of(sizes, sizeof sizes), g.sender, ret->body);
		return NULL;
	}
	ret->encryption = arena_concat(a, STR("salt="), base64url_encode(a, g.salt));
	ret->crypto_key = arena_concat(a, STR("dh="), base64url_encode(a, g.sender));
	return NULL;
}

struct err *webpush_seal(struct arena *a, const struct webpush_to *to, struct str payload, struct webpush_sealed *ret)
{
	struct webpush__sender from;
	char *salt = arena_alloc(a, SALT_SIZE);

	crypt__ready();
	randombytes_buf(salt, SALT_SIZE);
	from.salt = str_of(salt, SALT_SIZE);
	TRY(pair_create(a, &from.public_key, &from.private_key));
	return webpush__seal_with(a, to, &from, payload, ret);
}

/* Claims go into the token as they are, so they may not need escaping. */
static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	}
	return s.n > 0 && s.n <= 512;
}

/* ECDSA as JWS wants it: r and s, 32 bytes each, rather than DER (RFC 7518 section 3.4). */
static bool es256(EVP_PKEY *pkey, struct str text, unsigned char ret[SCALAR_SIZE * 2])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char der[80];
	const unsigned char *p = der;
	size_t n = sizeof der;
	ECDSA_SIG *sig = NULL;
	bool ok = ctx && EVP_DigestSignInit(ctx, NULL, crypt__sha256(), NULL, pkey) == 1 &&
		  EVP_DigestSign(ctx, der, &n, (const unsigned char *)text.p, text.n) == 1 && (sig = d2i_ECDSA_SIG(NULL, &p, (long)n)) &&
		  BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, SCALAR_SIZE) == SCALAR_SIZE &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + SCALAR_SIZE, SCALAR_SIZE) == SCALAR_SIZE;

	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(ctx);
	return ok;
}

struct err *webpush_vapid(struct arena *a, const struct webpush_keys *keys, const struct webpush_claim *claim, struct webpush_sealed *sealed,
			  struct str *ret_authorization)
{
	struct str point, scalar, text, jwt;
	unsigned char sig[SCALAR_SIZE * 2];
	EVP_PKEY *pkey;

	if (!is_plain(claim->audience) || !is_plain(claim->subject))
		return FAIL(a, ERR_INVALID, "the audience or subject of a push message is not a plain address");
	if (!base64url_decode(a, keys->public_key, &point) || !base64url_decode(a, keys->private_key, &scalar) || scalar.n != SCALAR_SIZE ||
	    !(pkey = key_from_bytes(a, point, scalar)))
		return crypt__fail(a, ERR_INVALID, "the VAPID key pair is not a P-256 key pair");
	text = arena_printf(a, "{\"aud\":\"" STR_FMT "\",\"exp\":%lld,\"sub\":\"" STR_FMT "\"}", STR_ARG(claim->audience),
			    (long long)claim->expires_s, STR_ARG(claim->subject));
	text = arena_concat(a, base64url_encode(a, STR("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")), STR("."), base64url_encode(a, text));
	if (!es256(pkey, text, sig))
		return crypt__fail(a, ERR_INTERNAL, "the push message could not be signed");
	jwt = arena_concat(a, text, STR("."), base64url_encode(a, bytes_of(sig, sizeof sig)));
	if (sealed->crypto_key.p) {
		sealed->crypto_key = arena_concat(a, sealed->crypto_key, STR(";p256ecdsa="), keys->public_key);
		*ret_authorization = arena_concat(a, STR("WebPush "), jwt);
	} else {
		*ret_authorization = arena_concat(a, STR("vapid t="), jwt, STR(",k="), keys->public_key);
	}
	return NULL;
}
