#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/url.h"

static void an_address_has_one_form(void **state)
{
	static const struct { const char *in, *text, *domain; } rows[] = {
		{ "https://Example.ORG", "https://example.org/", "example.org" },
		{ "HTTPS://example.org:443/a?b#c", "https://example.org/a?b", "example.org" },
		{ "http://localhost:3000/x", "http://localhost:3000/x", "localhost:3000" },
		{ "http://example.org:80", "http://example.org/", "example.org" },
		{ "https://b\xc3\xbc" "cher.example/stra\xc3\x9f" "e", "https://xn--bcher-kva.example/stra%C3%9Fe", "xn--bcher-kva.example" },
		{ "https://example.org./a/./b/../c", "https://example.org/a/c", "example.org" },
		{ "https://example.org/a/%2e%2E/../../b", "https://example.org/b", "example.org" },
		{ "https://example.org/a/..", "https://example.org/", "example.org" },
		{ "https://example.org//a//", "https://example.org//a//", "example.org" },
		{ "https://[::1]:8080/", "https://[::1]:8080/", "[::1]:8080" },
		{ "https://[0:0::1]/", "https://[::1]/", "[::1]" },
		{ "https://127.0.0.1/", "https://127.0.0.1/", "127.0.0.1" },
		{ "https://a_b.example?q=\"<>", "https://a_b.example/?q=%22%3C%3E", "a_b.example" },
	};
	AUTO_ARENA(a);
	struct url u;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(url_parse(a, str_z(rows[i].in), &u));
		assert_string_equal(arena_strz(a, u.text), rows[i].text);
		assert_string_equal(arena_strz(a, u.domain), rows[i].domain);
		assert_true(url_parse(a, u.text, &u) && str_eqz(u.text, rows[i].text));
	}
	assert_true(url_parse(a, STR("https://example.org:8443/a/b?c=d#e"), &u));
	assert_true(str_eqz(u.target, "/a/b?c=d") && str_eqz(u.query, "c=d") && str_eqz(u.fragment, "e") && u.port == 8443);
	assert_true(str_eqz(u.path, "/a/b") && str_eqz(u.host, "example.org"));
}

static void what_needs_guessing_is_refused(void **state)
{
	static const char *const bad[] = { "", "example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "https:/example.org",
		"https://", "https:///a", "https://user@example.org/", "https://user:pw@example.org/", "https://exa mple.org/",
		"https://example.org/a b", "https://example.org\\@evil.example/", "https://example.org/\n", "https://example.org:0/",
		"https://example.org:65536/", "https://example.org:/", "https://example.org:+80/", "https://127.1/", "https://0x7f.0.0.1/",
		"https://2130706433/", "https://0x7f000001/", "https://999.1.1.1/", "https://[::1", "https://[::1]x/", "https://[fe80::1%25eth0]/",
		"https://-a.example/", "https://a..example/", "https://.example/", "https://ex%61mple.org/", "https://example.org/\xff",
		"https://\xff.example/", "https://exa\xe2\x80\x8bmple.org:x/" };
	AUTO_ARENA(a);
	char *label = arena_alloc(a, 65);
	struct url u;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (url_parse(a, str_z(bad[i]), &u))
			fail_msg("%s was taken", bad[i]);
	assert_false(url_parse(a, STR("https://a\0b/"), &u));
	memset(label, 'a', 64);
	assert_false(url_parse(a, arena_concat(a, STR("https://"), str_of(label, 64)), &u));
}

static void a_location_is_resolved(void **state)
{
	static const struct { const char *location, *text; } rows[] = {
		{ "https://other.example/x", "https://other.example/x" }, { "//other.example/x", "https://other.example/x" },
		{ "/x", "https://example.org:1/x" }, { "x", "https://example.org:1/a/x" }, { "?x", "https://example.org:1/a/b?x" },
		{ "", "https://example.org:1/a/b?c" }, { "../x", "https://example.org:1/x" }, { "./", "https://example.org:1/a/" },
	};
	AUTO_ARENA(a);
	struct url base, u;

	(void)state;
	assert_true(url_parse(a, STR("https://example.org:1/a/b?c"), &base));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(url_resolve(a, &base, str_z(rows[i].location), &u));
		assert_string_equal(arena_strz(a, u.text), rows[i].text);
	}
	assert_false(url_resolve(a, &base, STR("javascript:x"), &u));
	assert_false(url_resolve(a, &base, STR("file:///etc/passwd"), &u));
}

static void domains_are_compared_in_one_form(void **state)
{
	AUTO_ARENA(a);
	struct str d;

	(void)state;
	assert_true(domain_normalize(a, STR("B\xc3\xbc" "CHER.Example:3000"), &d) && str_eqz(d, "xn--bcher-kva.example:3000"));
	assert_true(domain_normalize(a, STR("Example.org:443"), &d) && str_eqz(d, "example.org"));
	assert_true(domain_normalize(a, STR("localhost"), &d));
	assert_false(domain_normalize(a, STR("example.org/x"), &d));
	assert_false(domain_normalize(a, STR("a@b"), &d));
	assert_false(domain_normalize(a, STR(""), &d));
	assert_false(domain_normalize(a, STR(":3000"), &d));
	assert_false(domain_normalize(a, STR("x:"), &d));
	assert_true(url_same_host(STR("https://a.example/x"), STR("http://A.example/y")));
	assert_false(url_same_host(STR("https://a.example/x"), STR("https://a.example:8443/x")));
	assert_false(url_same_host(STR("nonsense"), STR("nonsense")));
	assert_true(domain_is_within(STR("a.b.example"), STR("b.example")));
	assert_true(domain_is_within(STR("b.example"), STR("b.example")));
	assert_false(domain_is_within(STR("ab.example"), STR("b.example")));
	assert_false(domain_is_within(STR("b.example"), STR("")));
}

static void a_public_suffix_is_nobodys(void **state)
{
	AUTO_ARENA(a);
	static const char *const nobodys[] = { "com", "co.uk", "localhost", "gov.uk" };
	static const char *const somebodys[] = { "b.com", "b.co.uk", "b.example", "github.io" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_true(domain_is_public_suffix(a, str_z(nobodys[i])));
		assert_false(domain_is_public_suffix(a, str_z(somebodys[i])));
	}
}

static void what_is_registered_is_one_label_below_a_public_suffix(void **state)
{
	AUTO_ARENA(a);
	static const char *const pairs[][2] = {
		{ "b.com", "b.com" }, { "x.a.b.com", "b.com" }, { "a.b.co.uk", "b.co.uk" }, { "a.b.example:8443", "b.example" },
		{ "me.github.io", "github.io" }, { "xn--bcher-kva.example", "xn--bcher-kva.example" }, { "com", "" }, { "co.uk", "" },
		{ "localhost", "" }, { "localhost:3000", "" }, { "127.0.0.1", "" }, { "127.0.0.1:8443", "" }, { "[::1]:80", "" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		assert_string_equal(arena_strz(a, domain_registered(a, str_z(pairs[i][0]))), pairs[i][1]);
}

static void percents_go_both_ways(void **state)
{
	AUTO_ARENA(a);
	struct str s;

	(void)state;
	assert_true(str_eqz(url_encode(a, STR("a b&c=\xc3\xa9~")), "a%20b%26c%3D%C3%A9~"));
	assert_true(url_decode(a, STR("a+b%20c%C3%a9"), true, &s) && str_eqz(s, "a b c\xc3\xa9"));
	assert_true(url_decode(a, STR("a+b"), false, &s) && str_eqz(s, "a+b"));
	assert_false(url_decode(a, STR("a%2"), false, &s));
	assert_false(url_decode(a, STR("%zz"), false, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_one_form),
		cmocka_unit_test(what_needs_guessing_is_refused),
		cmocka_unit_test(a_location_is_resolved),
		cmocka_unit_test(domains_are_compared_in_one_form),
		cmocka_unit_test(a_public_suffix_is_nobodys),
		cmocka_unit_test(what_is_registered_is_one_label_below_a_public_suffix),
		cmocka_unit_test(percents_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
