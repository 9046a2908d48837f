#include "crypt/webauthn.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "crypt/crypt_priv.h"
#include "crypt/digest.h"
#include "wire/base64.h"
#include "wire/json.h"

/* Authenticator data: the digest of the site's host, flags, a counter; then the credential where one is new. */
enum { HASH_SIZE = 32, AT_FLAGS = 32, AT_COUNT = 33, HEAD_SIZE = 37, AT_CREDENTIAL = 55, TEXT_MAX = 16 * 1024 };
enum { FLAG_PRESENT = 1, FLAG_VERIFIED = 4, FLAG_CREDENTIAL = 0x40 };

static struct err *unfit(struct arena *a, const char *what)
{
	return FAIL(a, ERR_INVALID, "The passkey was not accepted: %s", what);
}

struct str webauthn_challenge(struct arena *a, struct str client_data)
{
	const struct json *v;
	struct str text, challenge;

	if (client_data.n > TEXT_MAX || !base64url_decode(a, client_data, &text) || json_parse(a, text, &v) ||
	    !base64url_decode(a, json_get_s(v, "challenge"), &challenge) || !challenge.n)
		return STR_NONE;
	return challenge;
}

/* What the browser says of it, and that the authenticator meant this site and somebody it knows. *ret_signed is what is signed. */
static struct err *check(struct arena *a, const struct webauthn_site *site, const char *type, struct str client_data, struct str data_text,
			 struct str *ret_data, struct str *ret_signed)
{
	uint8_t digest[DIGEST_SHA256_SIZE], client_digest[DIGEST_SHA256_SIZE];
	const struct json *v;
	struct str client;
	uint8_t flags;

	if (client_data.n > TEXT_MAX || !base64url_decode(a, client_data, &client) || json_parse(a, client, &v))
		return unfit(a, "the browser's own data cannot be read");
	if (!str_eqz(json_get_s(v, "type"), type) || json_bool(json_get(v, "crossOrigin"), false))
		return unfit(a, "it is for something else");
	if (!str_eq(json_get_s(v, "origin"), site->origin))
		return unfit(a, "it is for another site");
	if (data_text.n > TEXT_MAX || !base64url_decode(a, data_text, ret_data) || ret_data->n < HEAD_SIZE)
		return unfit(a, "the authenticator's data cannot be read");
	digest_sha256(site->host, digest);
	if (memcmp(ret_data->p, digest, HASH_SIZE) != 0)
		return unfit(a, "it is for another site");
	flags = (uint8_t)ret_data->p[AT_FLAGS];
	if (!(flags & FLAG_PRESENT) || !(flags & FLAG_VERIFIED))
		return unfit(a, "the authenticator did not make sure who uses it");
	digest_sha256(client, client_digest);
	*ret_signed = arena_concat(a, *ret_data, str_of((const char *)client_digest, sizeof client_digest));
	return NULL;
}

static int64_t number(struct str data, size_t at, size_t bytes)
{
	int64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)data.p[at + i];
	return v;
}

/* NULL where it is no key of a kind that we take. */
static EVP_PKEY *read_key(struct arena *a, struct str text)
{
	const unsigned char *p;
	struct str der;
	EVP_PKEY *key;
	bool fits;
	int kind;

	if (!text.n || !base64url_decode(a, text, &der) || der.n > WEBAUTHN_KEY_MAX)
		return NULL;
	p = (const unsigned char *)der.p;
	key = d2i_PUBKEY(NULL, &p, (long)der.n);
	kind = key ? EVP_PKEY_get_base_id(key) : 0;
	fits = kind == EVP_PKEY_ED25519 || (kind == EVP_PKEY_EC && EVP_PKEY_get_bits(key) == 256) ||
	       (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= 2048 && EVP_PKEY_get_bits(key) <= 4096);
	if (fits && p == (const unsigned char *)der.p + der.n)
		return key;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return NULL;
}

struct err *webauthn_check_new(struct arena *a, const struct webauthn_site *site, struct str client_data, struct str authenticator_data,
			       struct str public_key, struct webauthn_made *ret)
{
	struct str data, covered;
	EVP_PKEY *key;
	size_t n;

	TRY(check(a, site, "webauthn.create", client_data, authenticator_data, &data, &covered));
	if (!((uint8_t)data.p[AT_FLAGS] & FLAG_CREDENTIAL) || data.n < AT_CREDENTIAL)
		return unfit(a, "it brings no key");
	n = (size_t)number(data, AT_CREDENTIAL - 2, 2);
	if (n == 0 || n > WEBAUTHN_CREDENTIAL_MAX || data.n < AT_CREDENTIAL + n)
		return unfit(a, "its name cannot be read");
	key = read_key(a, public_key);
	if (!key)
		return unfit(a, "its key is of a kind that this server does not take");
	EVP_PKEY_free(key);
	*ret = (struct webauthn_made){ .credential = base64url_encode(a, str_upto(str_from(data, AT_CREDENTIAL), n)), .public_key = public_key,
				       .sign_count = number(data, AT_COUNT, 4) };
	return NULL;
}

struct err *webauthn_check_use(struct arena *a, const struct webauthn_site *site, struct str client_data, struct str authenticator_data,
			       struct str signature, struct str public_key, int64_t *ret_count)
{
	struct str data, covered, sig;
	EVP_MD_CTX *ctx;
	EVP_PKEY *key;
	bool good;

	TRY(check(a, site, "webauthn.get", client_data, authenticator_data, &data, &covered));
	if (signature.n > TEXT_MAX || !base64url_decode(a, signature, &sig))
		return unfit(a, "its signature cannot be read");
	key = read_key(a, public_key);
	if (!key)
		return unfit(a, "its key cannot be read");
	ctx = EVP_MD_CTX_new();
	good = ctx &&
	       EVP_DigestVerifyInit(ctx, NULL, EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? NULL : crypt__sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(ctx, (const unsigned char *)sig.p, sig.n, (const unsigned char *)covered.p, covered.n) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	*ret_count = number(data, AT_COUNT, 4);
	if (good)
		return NULL;
	ERR_clear_error();
	return unfit(a, "the signature is not its own");
}
