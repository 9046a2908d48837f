#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/world.h"
#include "wire/acct.h"
#include "wire/base64.h"
#include "wire/signature.h"

static struct str header(void *arg, struct str name)
{
	(void)arg;
	if (str_eqz(name, "host"))
		return STR("a.example");
	if (str_eqz(name, "date"))
		return STR(" Sun, 06 Nov 1994 08:49:37 GMT ");
	if (str_eqz(name, "split"))
		return STR("a\nb");
	return str_eqz(name, "content-digest") ? STR("sha-256=:x:") : STR_NONE;
}

static const struct signature_request post = { STRC("POST"), STRC("/inbox?a=1"), STRC("https"), STRC("A.example"), header, NULL };

static void a_draft_signature_is_read_and_its_string_built(void **state)
{
	AUTO_ARENA(a);
	struct signature s;
	struct str text;

	(void)state;
	assert_null(signature_parse(a, STR("keyId=\"https://b.example/u#main-key\", algorithm=\"rsa-sha256\","
					   "headers=\"(request-target) Host date\",signature=\"AQID\",other=\"x\""), &s));
	assert_true(str_eqz(s.key_id, "https://b.example/u#main-key") && str_eqz(s.bytes, "\x01\x02\x03"));
	assert_true(signature_covers(&s, "host") && !signature_covers(&s, "digest"));
	assert_null(signature_string(a, &s, &post, &text));
	assert_true(str_eqz(text, "(request-target): post /inbox?a=1\nhost: a.example\ndate: Sun, 06 Nov 1994 08:49:37 GMT"));
	assert_null(signature_parse(a, STR("keyId=k,signature=\"AQID\",created=1402170695,expires=\"1402170699\""), &s));
	assert_true(str_eqz(s.algorithm, "hs2019") && s.created_us == 1402170695 * US_PER_S && s.expires_us == 1402170699 * US_PER_S);
	assert_null(signature_string(a, &s, &post, &text));
	assert_true(str_eqz(text, "(created): 1402170695"));
	assert_null(signature_parse(a, STR("keyId=k,signature=\"AQID\",algorithm=rsa-sha256"), &s));
	assert_true(s.covered_n == 1 && signature_covers(&s, "date"));
}

static void a_draft_signature_goes_out_and_comes_back(void **state)
{
	AUTO_ARENA(a);
	struct signature s = signature_draft(STR("https://a.example/ap/users/1#main-key"), "(request-target) host date digest");
	struct signature back;

	(void)state;
	s.bytes = STR("\xff\xfe\xfd\xfc");
	assert_true(str_eqz(signature_format(a, &s), "keyId=\"https://a.example/ap/users/1#main-key\",algorithm=\"rsa-sha256\","
						     "headers=\"(request-target) host date digest\",signature=\"//79/A==\""));
	assert_null(signature_parse(a, signature_format(a, &s), &back));
	assert_true(str_eq(back.bytes, s.bytes) && back.covered_n == 4);
}

static void a_doubtful_signature_is_refused(void **state)
{
	static const char *const bad[] = { "", "x", "keyId=\"a\"", "signature=\"AQID\"", "keyId=\"a\",signature=\"!\"",
		"keyId=\"a\",keyId=\"b\",signature=\"AQID\"", "keyId=\"a,signature=\"AQID\"", "keyId=\"a\",signature=\"AQID\",algorithm=\"none\"",
		"keyId=\"a\",signature=\"AQID\",headers=\"\"", "keyId=\"a\",signature=\"AQID\",headers=\"date date\"",
		"keyId=\"a\",signature=\"AQID\"", "keyId=\"a\",signature=\"AQID\",created=x",
		"keyId=\"a\",signature=\"AQID\",algorithm=\"rsa-sha256\",headers=\"(created)\",created=1",
		"keyId=\"a\",signature=\"AQID\",headers=\"(created) (expires)\",created=1", "keyId=\"a\" signature=\"AQID\"",
		"keyId=\"\",signature=\"AQID\",created=1", "keyId=\"a\",signature=\"\",created=1", "keyId=\"a\",signature=\"AQID\",created=-1" };
	AUTO_ARENA(a);
	struct signature s;
	struct str text;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!signature_parse(a, str_z(bad[i]), &s))
			fail_msg("%s was taken", bad[i]);
	assert_null(signature_parse(a, STR("keyId=k,signature=\"AQID\",headers=\"missing\""), &s));
	assert_non_null(signature_string(a, &s, &post, &text));
	assert_null(signature_parse(a, STR("keyId=k,signature=\"AQID\",headers=\"split\""), &s));
	assert_non_null(signature_string(a, &s, &post, &text));
}

static void a_message_signature_is_read_and_its_base_built(void **state)
{
	static const char *const bad[][2] = { { "", "" }, { "s=()", "s=:AQID:" }, { "s=(\"@method\");keyid=\"k\"", "t=:AQID:" },
		{ "s=(\"@method\")", "s=:AQID:" }, { "s=(\"@method\");keyid=\"k\"", "s=AQID" },
		{ "s=(\"@method\" \"@method\");keyid=\"k\"", "s=:AQID:" },
		{ "s=(\"@method\");keyid=\"k\";keyid=\"l\"", "s=:AQID:" }, { "s=(\"@method\";req);keyid=\"k\"", "s=:AQID:" },
		{ "s=(\"@method\");keyid=\"k\", t=(\"@method\");keyid=\"k\"", "s=:AQID:, t=:AQID:" }, { "s=(\"@method\";keyid=\"k\"", "s=:AQID:" },
		{ "s=(\"@method);keyid=\"k\"", "s=:AQID:" }, { "s=(\"@method\");keyid=\"k\";created=soon", "s=:AQID:" } };
	AUTO_ARENA(a);
	struct signature s;
	struct str text;

	(void)state;
	assert_null(signature_parse_rfc9421(a,
	    STR("sig1=(\"@method\" \"@target-uri\" \"content-digest\" \"@authority\" \"@path\" \"@query\");created=1402170695;keyid=\"k\""
		";alg=\"rsa-v1_5-sha256\""), STR("sig1=:AQID:"), &s));
	assert_true(str_eqz(s.key_id, "k") && str_eqz(s.algorithm, "rsa-v1_5-sha256") && s.has_created && !s.has_expires);
	assert_null(signature_string(a, &s, &post, &text));
	assert_string_equal(arena_strz(a, text),
	    "\"@method\": POST\n\"@target-uri\": https://A.example/inbox?a=1\n\"content-digest\": sha-256=:x:\n\"@authority\": a.example\n"
	    "\"@path\": /inbox\n\"@query\": ?a=1\n"
	    "\"@signature-params\": (\"@method\" \"@target-uri\" \"content-digest\" \"@authority\" \"@path\" \"@query\");created=1402170695"
	    ";keyid=\"k\";alg=\"rsa-v1_5-sha256\"");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!signature_parse_rfc9421(a, str_z(bad[i][0]), str_z(bad[i][1]), &s))
			fail_msg("%s was taken", bad[i][0]);
}

static void our_message_signature_is_read_again(void **state)
{
	AUTO_ARENA(a);
	struct signature s = signature_rfc9421(a, STR("https://a.example/actor#main-key"), STR("rsa-v1_5-sha256"), 1402170695 * US_PER_S,
					       "@method @target-uri content-digest"), again;
	struct str text, same;

	(void)state;
	s.bytes = STR("\1\2\3");
	assert_string_equal(arena_strz(a, signature_input_format(a, &s)),
	    "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created=1402170695;keyid=\"https://a.example/actor#main-key\""
	    ";alg=\"rsa-v1_5-sha256\"");
	assert_true(str_eqz(signature_format(a, &s), "sig1=:AQID:"));
	assert_null(signature_parse_rfc9421(a, signature_input_format(a, &s), signature_format(a, &s), &again));
	assert_true(str_eq(again.key_id, s.key_id) && str_eq(again.bytes, s.bytes) && again.created_us == s.created_us);
	assert_null(signature_string(a, &s, &post, &text));
	assert_null(signature_string(a, &again, &post, &same));
	assert_true(str_eq(text, same));
}

static void digests_are_read_and_written(void **state)
{
	AUTO_ARENA(a);
	struct str sum = STR("0123456789abcdef0123456789abcdef"), got;

	(void)state;
	assert_true(digest_parse(a, digest_format(a, sum), &got) && str_eq(got, sum));
	assert_true(digest_parse(a, arena_concat(a, STR("MD5=x, sha-256="), base64_encode(a, sum)), &got));
	assert_false(digest_parse(a, STR("SHA-256=AQID"), &got));
	assert_false(digest_parse(a, STR("SHA-512=AQID"), &got));
	assert_true(content_digest_parse(a, content_digest_format(a, sum), &got) && str_eq(got, sum));
	assert_false(content_digest_parse(a, digest_format(a, sum), &got));
}

static void base64_and_hex_are_strict(void **state)
{
	static const char *const good[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "\xff\xef\xbe", "/+++" } };
	static const char *const bad[] = { "Zg", "Zg=", "Zh==", "Zg==\n", "Z===", "====", "Zm9v=", "Z g=", "-_-_" };
	AUTO_ARENA(a);
	struct str got;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(str_eqz(base64_encode(a, str_z(good[i][0])), good[i][1]));
		assert_true(base64_decode(a, str_z(good[i][1]), &got) && str_eqz(got, good[i][0]));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(base64_decode(a, str_z(bad[i]), &got));
	assert_true(str_eqz(base64url_encode(a, STR("\xff\xef\xbe\x01")), "_---AQ"));
	assert_true(base64url_decode(a, STR("_---AQ"), &got) && got.n == 4);
	assert_true(base64url_decode(a, STR("_---AQ=="), &got) && got.n == 4);
	assert_false(base64url_decode(a, STR("_---AQ="), &got));
	assert_true(str_eqz(hex_encode(a, STR("\x00\xff")), "00ff"));
	assert_true(hex_decode(a, STR("00fF"), &got) && got.n == 2);
	assert_false(hex_decode(a, STR("0"), &got));
	assert_false(hex_decode(a, STR("0g"), &got));
}

static void handles_are_read_in_all_their_forms(void **state)
{
	static const char *const same[] = { "Alice@B.Example:3000", "@Alice@b.example:3000",
		"acct:Alice@b.example:3000", "ACCT:@Alice@b.example:3000" };
	static const char *const bad[] = { "", "@", "a@", "@@b.example", "a@b@c", "a b@c.example", ".a@b.example", "a.@b.example", "acct:alice",
		"alice@b.example/x", "\xc3\xa9@b.example", "a@b..example" };
	AUTO_ARENA(a);
	struct acct got;

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(acct_parse(a, str_z(same[i]), &got));
		assert_true(str_eqz(got.name, "Alice") && str_eqz(got.domain, "b.example:3000"));
	}
	assert_true(str_eqz(acct_format(a, got), "Alice@b.example:3000"));
	assert_true(acct_parse(a, STR("@bob"), &got) && !got.domain.p && str_eqz(acct_format(a, got), "bob"));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(acct_parse(a, str_z(bad[i]), &got));
	assert_true(acct_name_is_local(STR("a_1")) && !acct_name_is_local(STR("a.b")) && acct_name_is_remote(STR("a.b-c")));
	assert_false(acct_name_is_local(STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_signature_is_read_and_its_string_built),
		cmocka_unit_test(a_draft_signature_goes_out_and_comes_back),
		cmocka_unit_test(a_doubtful_signature_is_refused),
		cmocka_unit_test(a_message_signature_is_read_and_its_base_built),
		cmocka_unit_test(our_message_signature_is_read_again),
		cmocka_unit_test(digests_are_read_and_written),
		cmocka_unit_test(base64_and_hex_are_strict),
		cmocka_unit_test(handles_are_read_in_all_their_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
