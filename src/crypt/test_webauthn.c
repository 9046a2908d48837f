#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/x509.h>

#include "crypt/digest.h"
#include "crypt/webauthn.h"
#include "wire/base64.h"

static const struct webauthn_site site = { STRC("howdah.example"), STRC("https://howdah.example") };

/* A phone with one key. */
struct phone {
	struct arena *arena;
	EVP_PKEY *key;
	struct str public_key;
};

static struct phone new_phone(struct arena *a, EVP_PKEY *key)
{
	struct phone p = { .arena = a, .key = key };
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	assert_true(n > 0);
	p.public_key = base64url_encode(a, str_of((char *)der, (size_t)n));
	OPENSSL_free(der);
	return p;
}

static struct str client(struct arena *a, const char *type, const char *origin, const char *more)
{
	return base64url_encode(a, arena_printf(a, "{\"type\":\"%s\",\"challenge\":\"Y2hhbGxlbmdl\",\"origin\":\"%s\"%s}", type, origin, more));
}

/* rest: the credential of a new one. */
static struct str data(struct arena *a, const char *host, uint8_t flags, struct str rest)
{
	char head[5] = { (char)flags, 0, 0, 1, 2 };
	uint8_t digest[DIGEST_SHA256_SIZE];

	digest_sha256(str_z(host), digest);
	return base64url_encode(a, arena_concat(a, str_of((char *)digest, sizeof digest), str_of(head, sizeof head), rest));
}

static struct str sign(struct phone *p, struct str data_text, struct str client_text)
{
	uint8_t digest[DIGEST_SHA256_SIZE], sig[512];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct str d, c, covered;
	size_t n = sizeof sig;

	assert_true(base64url_decode(p->arena, data_text, &d));
	assert_true(base64url_decode(p->arena, client_text, &c));
	digest_sha256(c, digest);
	covered = arena_concat(p->arena, d, str_of((char *)digest, sizeof digest));
	assert_true(EVP_DigestSignInit(ctx, NULL, EVP_PKEY_get_base_id(p->key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256(), NULL, p->key) == 1);
	assert_true(EVP_DigestSign(ctx, sig, &n, (const unsigned char *)covered.p, covered.n) == 1);
	EVP_MD_CTX_free(ctx);
	return base64url_encode(p->arena, str_of((char *)sig, n));
}

static void a_new_passkey_is_read(void **state)
{
	AUTO_ARENA(a);
	struct phone p = new_phone(a, EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"));
	struct str rest = str_of("0123456789abcdef\0\4nameCOSE", 26);
	struct str c = client(a, "webauthn.create", "https://howdah.example", "");
	struct webauthn_made made;

	(void)state;
	assert_true(str_eqz(webauthn_challenge(a, c), "challenge"));
	assert_null(webauthn_challenge(a, STR("e30")).p);
	assert_null(webauthn_check_new(a, &site, c, data(a, "howdah.example", 0x45, rest), p.public_key, &made));
	assert_true(str_eq(made.credential, base64url_encode(a, STR("name"))));
	assert_int_equal(made.sign_count, 258);
	assert_non_null(webauthn_check_new(a, &site, c, data(a, "howdah.example", 0x05, rest), p.public_key, &made));
	assert_non_null(webauthn_check_new(a, &site, c, data(a, "howdah.example", 0x45, str_upto(rest, 20)), p.public_key, &made));
	assert_non_null(webauthn_check_new(a, &site, c, data(a, "howdah.example", 0x45, rest), STR("AAAA"), &made));
	assert_non_null(webauthn_check_new(a, &site, client(a, "webauthn.get", "https://howdah.example", ""), data(a, "howdah.example", 0x45, rest),
					   p.public_key, &made));
	EVP_PKEY_free(p.key);
}

static void only_its_own_signature_for_this_site_counts(void **state)
{
	AUTO_ARENA(a);
	EVP_PKEY *keys[] = { EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
			     EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048) };
	struct str c = client(a, "webauthn.get", "https://howdah.example", ",\"crossOrigin\":false");
	struct str d = data(a, "howdah.example", 5, STR(""));
	int64_t count;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct phone p = new_phone(a, keys[i]), other = new_phone(a, keys[(i + 1) % 3]);
		struct str s = sign(&p, d, c);

		assert_null(webauthn_check_use(a, &site, c, d, s, p.public_key, &count));
		assert_int_equal(count, 258);
		assert_non_null(webauthn_check_use(a, &site, c, d, s, other.public_key, &count));
		assert_non_null(webauthn_check_use(a, &site, c, d, str_from(s, 4), p.public_key, &count));
	}
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
}

static void what_was_meant_for_others_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct phone p = new_phone(a, EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"));
	const struct { const char *type, *origin, *more, *host; uint8_t flags; } rows[] = {
		{ "webauthn.create", "https://howdah.example", "", "howdah.example", 5 },
		{ "webauthn.get", "https://evil.example", "", "howdah.example", 5 },
		{ "webauthn.get", "http://howdah.example", "", "howdah.example", 5 },
		{ "webauthn.get", "https://howdah.example", ",\"crossOrigin\":true", "howdah.example", 5 },
		{ "webauthn.get", "https://howdah.example", "", "evil.example", 5 },
		{ "webauthn.get", "https://howdah.example", "", "howdah.example", 1 },
		{ "webauthn.get", "https://howdah.example", "", "howdah.example", 4 },
	};
	int64_t count;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str c = client(a, rows[i].type, rows[i].origin, rows[i].more), d = data(a, rows[i].host, rows[i].flags, STR(""));

		assert_non_null(webauthn_check_use(a, &site, c, d, sign(&p, d, c), p.public_key, &count));
	}
	EVP_PKEY_free(p.key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_passkey_is_read),
		cmocka_unit_test(only_its_own_signature_for_this_site_counts),
		cmocka_unit_test(what_was_meant_for_others_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
