#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "crypt/digest.h"
#include "crypt/seal.h"
#include "crypt/token.h"
#include "wire/base64.h"

static struct call call_of(struct arena *a)
{
	return (struct call){ .arena = a, .world = &world_real, .now_us = 1000 * US_PER_S };
}

static void digests_are_those_of_the_standard(void **state)
{
	AUTO_ARENA(a);
	uint8_t d[DIGEST_SHA256_SIZE];

	(void)state;
	assert_true(str_eqz(digest_sha256_hex(a, STR("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	assert_true(str_eqz(digest_sha256_base64(a, STR_NONE), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
	assert_true(str_eq(token_hash(a, STR("abc")), digest_sha256_hex(a, STR("abc"))));
	/* RFC 4231, test case 2. */
	digest_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), d);
	assert_true(str_eqz(hex_encode(a, str_of((char *)d, sizeof d)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

static void random_tokens_have_their_length_and_differ(void **state)
{
	AUTO_ARENA(a);
	struct call c = call_of(a);
	struct str one = token_random(&c), two = token_random(&c);

	(void)state;
	assert_int_equal(one.n, TOKEN_SIZE);
	assert_false(str_eq(one, two));
	assert_true(token_pkce_is_challenge(one));
}

static void a_pkce_verifier_fits_its_challenge_only(void **state)
{
	/* RFC 7636, appendix B. */
	struct str challenge = STR("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

	(void)state;
	assert_true(token_pkce_ok(STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge));
	assert_false(token_pkce_ok(STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"), challenge));
	assert_false(token_pkce_ok(STR("short"), challenge));
	assert_false(token_pkce_ok(STR("dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge));
	assert_false(token_pkce_ok(STR_NONE, challenge));
	assert_false(token_pkce_is_challenge(STR("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM")));
}

static void a_form_token_holds_for_its_session_and_purpose(void **state)
{
	AUTO_ARENA(a);
	struct str t = token_csrf(a, STR("session"), STR("consent"));

	(void)state;
	assert_true(token_csrf_ok(STR("session"), STR("consent"), t));
	assert_false(token_csrf_ok(STR("session"), STR("sign-out"), t));
	assert_false(token_csrf_ok(STR("another"), STR("consent"), t));
	assert_false(token_csrf_ok(STR("session"), STR("consent"), STR_NONE));
	assert_false(token_csrf_ok(STR(""), STR("consent"), token_csrf(a, STR(""), STR("consent"))));
}

static void a_signed_value_opens_for_its_purpose_until_it_expires(void **state)
{
	AUTO_ARENA(a);
	struct call c = call_of(a);
	const struct seal_ring *ring, *other;
	struct str path = arena_printf(a, "test_token.%d.key", (int)getpid()), path2 = arena_printf(a, STR_FMT "2", STR_ARG(path));
	struct str t, value = STR_NONE;
	bool made;

	(void)state;
	assert_null(seal_ring_create_file(a, path.p, &made));
	assert_null(seal_ring_create_file(a, path2.p, &made));
	assert_null(seal_ring_load(a, path.p, &ring));
	assert_null(seal_ring_load(a, path2.p, &other));
	unlink(path.p);
	unlink(path2.p);

	t = token_sign(a, ring, STR("confirm"), STR("alice\0@example.org"), 1001 * US_PER_S);
	assert_int_equal(token_open(&c, ring, STR("confirm"), t, &value), TOKEN_GOOD);
	assert_true(str_eq(value, STR("alice\0@example.org")));
	assert_int_equal(token_open(&c, ring, STR("reset"), t, &value), TOKEN_FORGED);
	assert_int_equal(token_open(&c, other, STR("confirm"), t, &value), TOKEN_FORGED);
	for (size_t i = 0; i < t.n; i++) {
		char *bent = arena_alloc(a, t.n);

		memcpy(bent, t.p, t.n);
		bent[i] = bent[i] == 'A' ? 'B' : 'A';
		assert_int_equal(token_open(&c, ring, STR("confirm"), str_of(bent, t.n), &value), TOKEN_FORGED);
		assert_int_equal(token_open(&c, ring, STR("confirm"), str_upto(t, i), &value), TOKEN_FORGED);
	}
	c.now_us = 1001 * US_PER_S;
	assert_int_equal(token_open(&c, ring, STR("confirm"), t, &value), TOKEN_EXPIRED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_the_standard),
		cmocka_unit_test(random_tokens_have_their_length_and_differ),
		cmocka_unit_test(a_pkce_verifier_fits_its_challenge_only),
		cmocka_unit_test(a_form_token_holds_for_its_session_and_purpose),
		cmocka_unit_test(a_signed_value_opens_for_its_purpose_until_it_expires),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
