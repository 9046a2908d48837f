#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "crypt/key.h"
#include "crypt/signature.h"
#include "crypt/speed.h"
#include "wire/base64.h"

/* Made and signed with the openssl command; used nowhere. */
static const char rsa_spki[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7Y7OMPbM/CYjvrfE/tRw\n"
	"sLhu2GWeojJ8E+P2UGKAYDm68dg+z5WG39+LJD8AEOuIIhc5EJqOxR/9Q54kLRyo\n"
	"iNskqymWERv/9WH1emKnNbOQSct8nAz5PNEX7jGxNkbp3DCAdVvKvqhc06SIYS6Q\n"
	"6FtHM7DZqsO7OG1cdpGEHIsDogJu3taUx8kTwVBFixzB9nWNxxpj78dSEqrk4OtS\n"
	"ur/ghT4Qsun0un/IlUHpehq6ov1ScZT933svZotbuVmR66RQOfeO8yfSu05gpWJL\n"
	"vTF7VGZlh99MoXDeUmD9W/uf2DWDnIghMkIKoWsPqBLvnmpSO1eJd/3Ety1FutPj\n"
	"5wIDAQAB\n"
	"-----END PUBLIC KEY-----\n";
static const char rsa_pkcs1[] =
	"-----BEGIN RSA PUBLIC KEY-----\n"
	"MIIBCgKCAQEA7Y7OMPbM/CYjvrfE/tRwsLhu2GWeojJ8E+P2UGKAYDm68dg+z5WG\n"
	"39+LJD8AEOuIIhc5EJqOxR/9Q54kLRyoiNskqymWERv/9WH1emKnNbOQSct8nAz5\n"
	"PNEX7jGxNkbp3DCAdVvKvqhc06SIYS6Q6FtHM7DZqsO7OG1cdpGEHIsDogJu3taU\n"
	"x8kTwVBFixzB9nWNxxpj78dSEqrk4OtSur/ghT4Qsun0un/IlUHpehq6ov1ScZT9\n"
	"33svZotbuVmR66RQOfeO8yfSu05gpWJLvTF7VGZlh99MoXDeUmD9W/uf2DWDnIgh\n"
	"MkIKoWsPqBLvnmpSO1eJd/3Ety1FutPj5wIDAQAB\n"
	"-----END RSA PUBLIC KEY-----\n";
static const char rsa_private_traditional[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDtjs4w9sz8JiO+\n"
	"t8T+1HCwuG7YZZ6iMnwT4/ZQYoBgObrx2D7PlYbf34skPwAQ64giFzkQmo7FH/1D\n"
	"niQtHKiI2ySrKZYRG//1YfV6Yqc1s5BJy3ycDPk80RfuMbE2RuncMIB1W8q+qFzT\n"
	"pIhhLpDoW0czsNmqw7s4bVx2kYQciwOiAm7e1pTHyRPBUEWLHMH2dY3HGmPvx1IS\n"
	"quTg61K6v+CFPhCy6fS6f8iVQel6Grqi/VJxlP3fey9mi1u5WZHrpFA5947zJ9K7\n"
	"TmClYku9MXtUZmWH30yhcN5SYP1b+5/YNYOciCEyQgqhaw+oEu+ealI7V4l3/cS3\n"
	"LUW60+PnAgMBAAECggEAXQ47puKGmZ83EVZbTJdbLV6RzSLBaTftcr0xl3t+XjM/\n"
	"D81tjVM9aiTfFGu5UudwhCokqGRi2MUXKI2iDinTuwhc7M91gW4+bZjZ1/8dEOQt\n"
	"+TpErbxHRZOClEPS7zgIE8DMESzL1rOM6TriUW80RFC9K3pzSXkytX/hYHDQF317\n"
	"0jiFWNvxGwYlTaUoQQmCj8Yxw5/l4SXWDpqxfTQwj4HCysr3SggdXKd/2ltvWXnT\n"
	"zDzVUI8DN1hPkbeq61AkwQzgRS9Ec1wYZzOQf3oqutup9eSsj1RNNW8BNHTH8Maf\n"
	"QuEfz+clA7W8oVYKvmmTgzTTRTG38Jw/F5fSApINwQKBgQD3yxj1+2ctPtGHNTi+\n"
	"S1ttiFBGxBsntetuibVQ0GEb4sx6OJ8VSy6Jgqwwv02FrwwqyLBvemAAScswKhrR\n"
	"7gHpj2GbcvKnnAzJnVi5DadboGYG1L6UjIWMm853bjA2q20/GqoJ0xKmrYTh/JED\n"
	"Wccm6bKYeQeFFxtCYhyUO/u0nQKBgQD1bO052hasoYub/GQ2sZPSYheKZ2r/RFou\n"
	"etTek3mQPDSiFerT8jqB6BULQKliOn3gSS6i2iAhqODUnZ0ql54E42JdKck3FvXn\n"
	"BRwcCOe/9SmK0f9isSaRk0YddplRcaClaYmIxkc9TVjgnaUyJ6Q8aaU7nRZeLr50\n"
	"GAw1vVkZUwKBgQDMPoC1iGJ0HdpRCyJZX/3dW8Vnfw8u/TkwpJtqIEha1udaOr+N\n"
	"qqmSOL47dAOvFCkAPumHCaSFuE2dxqbSsM6suD1pBydR1kOID4TpC4MN+DkAmmz4\n"
	"Ppd53ZciRBXDiiuDHzRW4r712gK0zxysWVzZCznliaUUI4aZggsyd/qx1QKBgQDj\n"
	"PJ/JWOx1mn2xR9dh7Ll5qekx9N9UyuzU7FX8X3/G1HfHO5PZ+gXCEiip6ozqrk2u\n"
	"RRQxJNVrVPoW4niK3ycoT4Db0bzEjTXRWSHVs0kgqtZz+kwEDRIw57ObxBvhFNwx\n"
	"S65UPYHoeJ06G7zA24NtjEO5FpGHUrB0vW9Qsqi0kQKBgQCsU87UdnostKE3PauB\n"
	"0fp6kZmkbkza0SFFLXt7dQP5Qqrxjwvl1TsIwd2oX/OzmN8ip1A3CkXGrV+CnqIp\n"
	"rliPA81Mnzaf5QmwCAOKdb9YT9jT1eXdcymMZqrUt2sVElxEoy9OAaD0F0D8qqd6\n"
	"SBqSmYwT+I5IZn32Smr4B3wrbg==\n"
	"-----END PRIVATE KEY-----\n";
static const char rsa_signature[] =
	"E1QE8LSRzsfAFAcSucl31GLNwuZh8b0ZCUhqrVhztQAK3sqSc3XDdgvJAp2whgvz"
	"xCgT72Cfi6lltT/uyPDrzRcfUZrqGFka70ZwIyepyR7ee42Jbo+w41S0qhLUCXSB"
	"Trtijx72G3HD/OdwqdAjkZv5aFmv0z83W6Bfgw2WIVl3blWuumaySNbl7cjvTEOc"
	"pscuS0mAd6+zSP2RuU0GhWCtmYWRpbULdaZchBFPgRsVS2yfYobbRCxv6c+Y1peo"
	"w0sCV84N7rTW8kfHOoWYwBuy1bgv1JebZTJlGVZfwKPcGElLzRV4m0TfHQgcYQk7"
	"4fJedG/ArqiwEyitqw0h4g==";
static const char rsa_1024[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC+qfp181YVlu0z5xZbfNHqeNjM\n"
	"r4SUh3bDbsP4DGxW5x1KaoeTswT1wH7W01Sy23nFwrAXj1rMoA9XjGEiiRMnkDsX\n"
	"nh9kWNK3QW8JpVXXamjCJsCLWV+1i4QXzVB3jDu/v1QTUCfD+hC4zYjrgqGq159Z\n"
	"RMxK0cV+lOCs4cDEgwIDAQAB\n"
	"-----END PUBLIC KEY-----\n";
/* e = 2^65 + 1 */
static const char rsa_large_exponent[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MIIBKDANBgkqhkiG9w0BAQEFAAOCARUAMIIBEAKCAQEA09jLh+EIKcO7RHTGHWSP\n"
	"O/PCtA1QSpKAPKp0kP/N62CunO7+H3spiI5WHTj5rPPSdyXIhfZUMQyoGYlcjcsw\n"
	"0BSGoWPyNRL2hiBYf8CJ780cDBf5hhHEITaCaRniBPjMSGLpmXCPSczEHdtBJIOT\n"
	"1RMadvcChu2moOrz61IiQJy730ugP0BnQ+mrJXjFxE31caR73bwp77mH2ODfXRtN\n"
	"4409w3b9rmZsFn4C/+6PcDDc9SntbOMr3fPiJUwySXgAodlaGOUNyoNFGDuQbJUl\n"
	"QNWEP284D5ns9tARIVbBtaRrXMfVoBq3s76T5uDyaKUWXaZphCXeQJpsusrc9z1P\n"
	"jQIJAgAAAAAAAAAB\n"
	"-----END PUBLIC KEY-----\n";
static const char ec_p256[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtGaToRUNF0VO9QOGpT5Q8yRVIXkv\n"
	"GVCMiv4vOVQhH2aRXSBqYT0JYH2SveC9Bf4SMvXgssig8ZQI16mMRkO7aQ==\n"
	"-----END PUBLIC KEY-----\n";
/* RFC 8410, section 10. */
static const char ed25519_private[] = "-----BEGIN PRIVATE KEY-----\n"
				      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
				      "-----END PRIVATE KEY-----\n";
static const char ed25519_public[] = "-----BEGIN PUBLIC KEY-----\n"
				     "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
				     "-----END PUBLIC KEY-----\n";
static const char ed25519_signature[] = "TlC7trbWMOfNQgmOr+G63hBnKMX9cyD6Qjfm9M0GcpvuAKlyOR+TQo+ZuO/HfC3m8GNOPtlLZa7BAId6FDqCDw==";

static const struct str text = STRC("date: Sun, 05 Jan 2014 21:31:40 GMT");

static struct str raw(struct arena *a, const char *base64)
{
	struct str s = STR_NONE;

	assert_true(base64_decode(a, str_z(base64), &s));
	return s;
}

static void a_signature_made_elsewhere_verifies(void **state)
{
	AUTO_ARENA(a);
	struct str sig = raw(a, rsa_signature);

	(void)state;
	assert_null(signature_verify(a, SIGNATURE_RSA_SHA256, str_z(rsa_spki), text, sig));
	assert_null(signature_verify(a, SIGNATURE_RSA_V1_5_SHA256, str_z(rsa_pkcs1), text, sig));
	assert_null(signature_verify(a, SIGNATURE_HS2019, str_z(rsa_spki), text, sig));
	assert_null(signature_verify(a, SIGNATURE_ED25519, str_z(ed25519_public), text, raw(a, ed25519_signature)));
	assert_null(signature_verify(a, SIGNATURE_HS2019, str_z(ed25519_public), text, raw(a, ed25519_signature)));
}

static void we_sign_as_others_do(void **state)
{
	AUTO_ARENA(a);
	struct str sig;

	(void)state;
	assert_null(signature_sign(a, SIGNATURE_RSA_SHA256, str_z(rsa_private_traditional), text, &sig));
	assert_true(str_eq(sig, raw(a, rsa_signature)));
	assert_null(signature_sign(a, SIGNATURE_ED25519, str_z(ed25519_private), text, &sig));
	assert_true(str_eq(sig, raw(a, ed25519_signature)));
}

static void a_signature_of_other_bytes_or_keys_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct str sig = raw(a, rsa_signature);
	struct err *e = signature_verify(a, SIGNATURE_RSA_SHA256, str_z(rsa_spki), STR("date: Mon"), sig);

	(void)state;
	assert_int_equal(e->code, ERR_UNAUTHORIZED);
	assert_non_null(signature_verify(a, SIGNATURE_RSA_SHA256, str_z(rsa_spki), text, str_upto(sig, 255)));
	assert_non_null(signature_verify(a, SIGNATURE_RSA_SHA256, str_z(rsa_spki), text, STR_NONE));
	e = signature_verify(a, SIGNATURE_ED25519, str_z(rsa_spki), text, sig);
	assert_int_equal(e->code, ERR_INVALID);
	assert_non_null(signature_verify(a, SIGNATURE_RSA_SHA256, str_z(ed25519_public), text, raw(a, ed25519_signature)));
}

static void a_weak_hostile_or_foreign_key_is_refused_with_a_reason(void **state)
{
	AUTO_ARENA(a);
	const struct { const char *pem, *reason; } refused[] = {
		{ rsa_1024, "1024 bits" },
		{ rsa_large_exponent, "exponent" },
		{ ec_p256, "neither RSA nor Ed25519" },
		{ ed25519_private, "not a public key" },
		{ "", "0 bytes" },
		{ "hello", "not a public key" },
		{ "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "not a public key" },
		{ "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,00\n\nAAAA\n-----END PUBLIC KEY-----\n",
		  "not a public key" },
	};
	const struct key_public *k;
	char *large = arena_alloc(a, KEY_PEM_MAX + 1);

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct err *e = key_public_parse(a, str_z(refused[i].pem), &k);

		assert_non_null(e);
		assert_int_equal(e->code, ERR_INVALID);
		assert_true(str_contains(e->text, str_z(refused[i].reason)));
	}
	assert_non_null(key_public_parse(a, str_of(large, KEY_PEM_MAX + 1), &k));
}

static void a_new_pair_of_either_kind_signs_and_verifies(void **state)
{
	(void)state;
	for (enum key_kind kind = KEY_RSA; kind <= KEY_ED25519; kind++) {
		AUTO_ARENA(a);
		struct key_pair pair;
		const struct key_private *private;
		const struct key_public *public;
		struct str sig, pem;

		assert_null(key_pair_create(a, kind, &pair));
		assert_true(str_has_prefix(pair.public_pem, STR("-----BEGIN PUBLIC KEY-----\n")));
		assert_true(str_has_prefix(pair.private_pem, STR("-----BEGIN PRIVATE KEY-----\n")));
		assert_null(key_private_parse(a, pair.private_pem, &private));
		assert_null(key_public_parse(a, pair.public_pem, &public));
		assert_int_equal(key_private_kind(private), kind);
		assert_int_equal(key_public_kind(public), kind);
		assert_null(key_private_public(a, private, &pem));
		assert_true(str_eq(pem, pair.public_pem));
		assert_null(key_sign(a, private, text, &sig));
		assert_true(key_verify(public, text, sig));
		assert_false(key_verify(public, STR("else"), sig));
	}
}

/* More keys than the cache has room for: every one still works, also while its slot is given away. */
static void *many_keys(void *arg)
{
	AUTO_ARENA(a);
	const struct key_private *k;
	struct key_pair pair[64];
	struct str sig;

	(void)arg;
	for (size_t i = 0; i < 64; i++) {
		if (key_pair_create(a, KEY_ED25519, &pair[i]))
			return NULL;
	}
	for (int i = 0; i < 200; i++) {
		AUTO_ARENA(tmp);

		if (key_private_parse(tmp, pair[i % 64].private_pem, &k) || key_sign(tmp, k, text, &sig) ||
		    signature_verify(tmp, SIGNATURE_ED25519, pair[i % 64].public_pem, text, sig))
			return NULL;
	}
	return (void *)(intptr_t)1;
}

static void the_cache_gives_way_to_many_keys_on_many_threads(void **state)
{
	pthread_t t[12];
	void *fine;

	(void)state;
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(pthread_create(&t[i], NULL, many_keys, NULL), 0);
	for (size_t i = 0; i < 12; i++) {
		pthread_join(t[i], &fine);
		assert_non_null(fine);
	}
}

static void algorithms_are_known_by_name(void **state)
{
	enum signature_algorithm alg;

	(void)state;
	assert_true(signature_algorithm_find(STR_NONE, &alg) && alg == SIGNATURE_HS2019);
	assert_true(signature_algorithm_find(STR("RSA-SHA256"), &alg) && alg == SIGNATURE_RSA_SHA256);
	assert_true(str_eqz(str_z(signature_algorithm_name(alg)), "rsa-sha256"));
	assert_false(signature_algorithm_find(STR("rsa-sha1"), &alg));
	assert_false(signature_algorithm_find(STR("hmac-sha256"), &alg));
}

static void a_public_key_is_a_multikey_and_one_again(void **state)
{
	static const char *const bad[] = { "", "\xed", "\xed\x01", "\xed\x01short", "\x85\x24no key", "\x12\x01short" };
	AUTO_ARENA(a);
	struct key_pair pair;
	struct str bytes, pem, rsa, again;

	(void)state;
	assert_null(key_pair_create(a, KEY_ED25519, &pair));
	assert_null(key_public_multikey(a, pair.public_pem, &bytes));
	assert_int_equal(bytes.n, 34);
	assert_null(key_public_from_multikey(a, bytes, &pem));
	assert_true(str_eq(pem, pair.public_pem));
	assert_null(key_public_multikey(a, str_z(rsa_pkcs1), &rsa));
	assert_null(key_public_from_multikey(a, rsa, &pem));
	assert_true(str_eqz(pem, rsa_spki));
	assert_null(key_public_multikey(a, pem, &again));
	assert_true(str_eq(again, rsa));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!key_public_from_multikey(a, str_z(bad[i]), &pem))
			fail_msg("%zu was taken", i);
	assert_non_null(key_public_from_multikey(a, str_upto(rsa, rsa.n - 1), &pem));
}

static void speed_is_measured(void **state)
{
	AUTO_ARENA(a);
	struct speed s;

	(void)state;
	assert_null(speed_measure(a, 20, &s));
	assert_true(s.rsa_verify_per_s > s.rsa_sign_per_s && s.ed25519_sign_per_s > 0 && s.ed25519_verify_per_s > 0);
	print_message("one core: RSA-2048 %.0f signatures/s, %.0f verifications/s\n", s.rsa_sign_per_s, s.rsa_verify_per_s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_made_elsewhere_verifies),
		cmocka_unit_test(we_sign_as_others_do),
		cmocka_unit_test(a_signature_of_other_bytes_or_keys_is_refused),
		cmocka_unit_test(a_weak_hostile_or_foreign_key_is_refused_with_a_reason),
		cmocka_unit_test(a_new_pair_of_either_kind_signs_and_verifies),
		cmocka_unit_test(the_cache_gives_way_to_many_keys_on_many_threads),
		cmocka_unit_test(algorithms_are_known_by_name),
		cmocka_unit_test(a_public_key_is_a_multikey_and_one_again),
		cmocka_unit_test(speed_is_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
