#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "crypt/crypt_priv.h"
#include "crypt/webpush.h"
#include "wire/base64.h"

static struct str raw(struct arena *a, const char *base64url)
{
	struct str s = STR_NONE;

	assert_true(base64url_decode(a, str_z(base64url), &s));
	return s;
}

static void the_example_of_rfc_8291_comes_out_to_the_byte(void **state)
{
	AUTO_ARENA(a);
	struct webpush_to to = { .p256dh = STR("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
				 .auth = STR("BTBZMqHH6r4Tts7J_aSIgg"), .standard = true };
	struct webpush__sender from = {
		.public_key = raw(a, "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
		.private_key = raw(a, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
		.salt = raw(a, "DGv6ra1nlYgDCS1FRnbzlw"),
	};
	struct webpush_sealed got;

	(void)state;
	assert_null(webpush__seal_with(a, &to, &from, STR("When I grow up, I want to be a watermelon"), &got));
	assert_true(str_eq(got.body, raw(a, "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6"
					    "e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZ"
					    "wbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")));
	assert_true(str_eqz(got.content_encoding, "aes128gcm"));
	assert_null(got.encryption.p);
}

static void the_example_of_the_draft_comes_out_to_the_byte(void **state)
{
	AUTO_ARENA(a);
	struct webpush_to to = { .p256dh = STR("BCEkBjzL8Z3C-oi2Q7oE5t2Np-p7osjGLg93qUP0wvqRT21EEWyf0cQDQcakQMqz4hQKYOQ3il2nNZct4HgAUQU="),
				 .auth = STR("R29vIGdvbyBnJyBqb29iIQ==") };
	struct webpush__sender from = {
		.public_key = raw(a, "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"),
		.private_key = raw(a, "nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"),
		.salt = raw(a, "lngarbyKfMoi9Z75xYXmkg"),
	};
	struct webpush_sealed got;

	(void)state;
	assert_null(webpush__seal_with(a, &to, &from, STR("I am the walrus"), &got));
	assert_true(str_eq(got.body, raw(a, "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA")));
	assert_true(str_eqz(got.content_encoding, "aesgcm"));
	assert_true(str_eqz(got.encryption, "salt=lngarbyKfMoi9Z75xYXmkg"));
	assert_true(str_eqz(got.crypto_key, "dh=BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"));
}

static void the_longest_payload_fits_one_record_and_a_longer_one_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct webpush_to to = { .p256dh = STR("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
				 .auth = STR("BTBZMqHH6r4Tts7J_aSIgg"), .standard = true };
	char *text = arena_alloc(a, WEBPUSH_PAYLOAD_MAX + 1);
	struct webpush_sealed got, again;

	(void)state;
	assert_null(webpush_seal(a, &to, str_of(text, WEBPUSH_PAYLOAD_MAX), &got));
	assert_int_equal(got.body.n, 4096);
	assert_null(webpush_seal(a, &to, str_of(text, WEBPUSH_PAYLOAD_MAX), &again));
	assert_false(str_eq(got.body, again.body));
	assert_int_equal(webpush_seal(a, &to, str_of(text, WEBPUSH_PAYLOAD_MAX + 1), &got)->code, ERR_TOO_LARGE);
}

static void a_subscription_needs_a_point_on_the_curve_and_16_bytes(void **state)
{
	AUTO_ARENA(a);
	const char *point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
	const struct webpush_to refused[] = {
		{ STR("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8"),
		  STR("BTBZMqHH6r4Tts7J_aSIgg"), true },
		{ STR("AAAA"), STR("BTBZMqHH6r4Tts7J_aSIgg"), true },
		{ STR(""), STR(""), true },
		{ str_z(point), STR("BTBZMqHH6r4Tts7J_aSI"), true },
		{ str_z(point), STR("not base64 at all!"), true },
	};
	struct webpush_sealed got;

	(void)state;
	assert_true(webpush_to_ok(&(struct webpush_to){ str_z(point), STR("BTBZMqHH6r4Tts7J_aSIgg"), true }));
	assert_true(webpush_to_ok(&(struct webpush_to){ str_z(point), STR("BTBZMqHH6r4Tts7J/aSIgg=="), true }));
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		assert_false(webpush_to_ok(&refused[i]));
		assert_int_equal(webpush_seal(a, &refused[i], STR("x"), &got)->code, ERR_INVALID);
	}
}

/* Whether the token's signature is that of the key, judged from its point alone as a push service does. */
static bool es256_ok(struct arena *a, struct str jwt, struct str public_key)
{
	static const char spki_head[] = "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42";
	struct str spki = arena_concat(a, str_of(spki_head, sizeof spki_head), raw(a, arena_strz(a, public_key)));
	size_t dot = str_rfind(jwt, '.');
	struct str text = str_upto(jwt, dot), sig = raw(a, arena_strz(a, str_from(jwt, dot + 1)));
	const unsigned char *p = (const unsigned char *)spki.p;
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)spki.n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ECDSA_SIG *ecdsa = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int n;
	bool ok;

	assert_non_null(pkey);
	assert_int_equal(sig.n, 64);
	ECDSA_SIG_set0(ecdsa, BN_bin2bn((const unsigned char *)sig.p, 32, NULL), BN_bin2bn((const unsigned char *)sig.p + 32, 32, NULL));
	n = i2d_ECDSA_SIG(ecdsa, &der);
	ok = n > 0 && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
	     EVP_DigestVerify(ctx, der, (size_t)n, (const unsigned char *)text.p, text.n) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(ecdsa);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return ok;
}

static void a_message_says_whose_it_is(void **state)
{
	AUTO_ARENA(a);
	struct webpush_keys keys;
	struct webpush_claim claim = { STR("https://push.example"), STR("mailto:admin@example.org"), 1700000000 };
	struct webpush_sealed standard = { .body = STR("") }, legacy = { .crypto_key = STR("dh=abc") };
	struct str authorization, jwt, head, payload, sig;

	(void)state;
	assert_null(webpush_keys_create(a, &keys));
	assert_int_equal(keys.public_key.n, 87);
	assert_int_equal(keys.private_key.n, 43);
	assert_null(webpush_vapid(a, &keys, &claim, &standard, &authorization));
	assert_true(str_has_prefix(authorization, STR("vapid t=")));
	assert_true(str_has_suffix(authorization, arena_concat(a, STR(",k="), keys.public_key)));
	assert_true(str_cut(str_from(authorization, 8), ',', &jwt, &sig));
	assert_true(es256_ok(a, jwt, keys.public_key));
	assert_true(str_cut(jwt, '.', &head, &payload) && str_cut(payload, '.', &payload, &sig));
	assert_true(str_eqz(raw(a, arena_strz(a, head)), "{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
	assert_true(str_eqz(raw(a, arena_strz(a, payload)),
			    "{\"aud\":\"https://push.example\",\"exp\":1700000000,\"sub\":\"mailto:admin@example.org\"}"));

	assert_null(webpush_vapid(a, &keys, &claim, &legacy, &authorization));
	assert_true(str_has_prefix(authorization, STR("WebPush ")));
	assert_true(str_eq(legacy.crypto_key, arena_concat(a, STR("dh=abc;p256ecdsa="), keys.public_key)));

	claim.subject = STR("mailto:\"@example.org");
	assert_int_equal(webpush_vapid(a, &keys, &claim, &standard, &authorization)->code, ERR_INVALID);
	claim.subject = STR("mailto:a@example.org");
	keys.private_key = STR("AAAA");
	assert_int_equal(webpush_vapid(a, &keys, &claim, &standard, &authorization)->code, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_rfc_8291_comes_out_to_the_byte),
		cmocka_unit_test(the_example_of_the_draft_comes_out_to_the_byte),
		cmocka_unit_test(the_longest_payload_fits_one_record_and_a_longer_one_is_refused),
		cmocka_unit_test(a_subscription_needs_a_point_on_the_curve_and_16_bytes),
		cmocka_unit_test(a_message_says_whose_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
