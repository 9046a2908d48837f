#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/markdown.h"
#include "wire/text.h"
#include "wire/url.h"

/* The entities of a text in one line: "@name|domain #tag <url>". */
static const char *scanned(struct arena *a, const char *text)
{
	struct str out = STR("");
	struct text_entity *e;
	size_t n = text_scan(a, str_z(text), &e);

	for (size_t i = 0; i < n; i++) {
		struct str space = i ? STR(" ") : STR("");

		if (e[i].kind == TEXT_URL)
			out = arena_concat(a, out, space, STR("<"), e[i].name, STR(">"));
		else if (e[i].kind == TEXT_HASHTAG)
			out = arena_concat(a, out, space, STR("#"), e[i].name);
		else
			out = arena_concat(a, out, space, STR("@"), e[i].name, e[i].domain.p ? STR("|") : STR(""), e[i].domain);
	}
	return arena_strz(a, out);
}

struct pair {
	const char *in, *out;
};

static void an_open_bracket_is_looked_for_no_further_than_an_address_may_be_long(void **state)
{
	AUTO_ARENA(a);
	struct buf b = buf_init(a, 1 << 20);
	struct text_entity *e;
	size_t n;

	(void)state;
	while (buf_str(&b).n < 1000 * 1000)
		buf_addz(&b, "https://a.example/(");
	n = text_scan(a, buf_str(&b), &e);
	assert_int_equal(n, TEXT_ENTITIES_MAX);
	for (size_t i = 0; i < n; i++)
		assert_true(str_eqz(e[i].name, "https://a.example/"));
	b = buf_init(a, 1 << 20);
	buf_addz(&b, "https://a.example/");
	for (int i = 0; i < 2 * URL_MAX; i++)
		buf_addc(&b, 'x');
	assert_int_equal(text_scan(a, buf_str(&b), &e), 1);
	assert_in_range(e[0].name.n, URL_MAX, URL_MAX + 100);
}

static void check_scan(const struct pair *rows, size_t n)
{
	AUTO_ARENA(a);

	for (size_t i = 0; i < n; i++)
		assert_string_equal(scanned(a, rows[i].in), rows[i].out);
}

static void mentions_are_found(void **state)
{
	static const struct pair rows[] = {
		{ "@alice hi @Bob@B.Example, (@c)", "@alice @Bob|B.Example @c" },
		{ "@a.b-c@x.example.", "@a.b-c|x.example" },
		{ "@dot. @dash- @_under_", "@dot @dash @_under_" },
		{ "mail@example.org a=@b /@c", "" },
		{ "https://x.example/@alice @x", "<https://x.example/@alice> @x" },
		{ "@a@b@c @d@", "" },
		{ "@a:// @a@b.example://", "" },
		{ "@caf\xc3\xa9", "" },
		{ "@u@b\xc3\xbc" "cher.example!", "@u|b\xc3\xbc" "cher.example" },
		{ "@a@localhost:3000: @a@x.example:x", "@a|localhost:3000 @a|x.example" },
		{ "@\xe3\x81\x82 @ @@x", "@x" },
		{ "\xe3\x81\x82@alice .@alice", "@alice" },
	};

	(void)state;
	check_scan(rows, sizeof rows / sizeof *rows);
}

static void hashtags_are_found(void **state)
{
	static const struct pair rows[] = {
		{ "#one #Two_2\n#\xe6\x97\xa5\xe6\x9c\xac \xef\xbc\x83" "full", "#one #Two_2 #\xe6\x97\xa5\xe6\x9c\xac #full" },
		{ "#123 #1a #2_ #__ #a.b", "#1a #a" },
		{ "#a\xc2\xb7" "b #1\xc2\xb7" "2 #\xc2\xb7x #x\xc2\xb7", "#a\xc2\xb7" "b #1\xc2\xb7" "2 #x" },
		{ "a#b ##c (#d) http://x.example/#e", "<http://x.example/#e>" },
		{ "#caf\xc3\xa9! #e\xcc\x81", "#caf\xc3\xa9 #e\xcc\x81" },
	};

	(void)state;
	check_scan(rows, sizeof rows / sizeof *rows);
	assert_true(text_tag_ok(STR("caf\xc3\xa9")));
	assert_false(text_tag_ok(STR("12")) || text_tag_ok(STR("")) || text_tag_ok(STR("a b")) || text_tag_ok(STR("\xff")));
}

static void urls_are_found(void **state)
{
	static const struct pair rows[] = {
		{ "see https://x.example/a?b=c&d#e.", "<https://x.example/a?b=c&d#e>" },
		{ "(https://x.example/a) https://x.example/a_(b)_c, https://x.example/a(b",
		    "<https://x.example/a> <https://x.example/a_(b)_c> <https://x.example/a>" },
		{ "HTTP://X.example: \"https://x.example/\" <https://y.example>", "<HTTP://X.example> <https://x.example/> <https://y.example>" },
		{ "x.example www.x.example ahttps://x.example https:// https://- https://x", "" },
		{ "http://localhost:3000/@a/1!", "<http://localhost:3000/@a/1>" },
		{ "https://b\xc3\xbc" "cher.example/stra\xc3\x9f" "e\xe3\x80\x8dx", "<https://b\xc3\xbc" "cher.example/stra\xc3\x9f" "e>" },
		{ "xmpp:a@x.example magnet:?xt=urn:btih:x gemini://x.example/ javascript:alert(1) ftp://x.example/",
		    "<xmpp:a@x.example> <magnet:?xt=urn:btih:x> <gemini://x.example/>" },
		{ "https://x.example/?a= https://x.example/?", "<https://x.example/?a=> <https://x.example/>" },
		{ "@https://x.example #https://x.example", "#https" },
		/* Japanese and its like have no blanks, and top-level domains of their own. */
		{ "\xe6\x97\xa5https://x.example\xe6\x9c\xac \xe6\x97\xa5http://x.example/a\xe6\x9c\xac _https://y.example",
		    "<https://x.example> <http://x.example/a\xe6\x9c\xac> <https://y.example>" },
		{ "https://nic.\xe3\x81\xbf\xe3\x82\x93\xe3\x81\xaa/ https://x.example\xe3\x80\x82\xe6\x97\xa5 1https://x.example $https://x.example",
		    "<https://nic.\xe3\x81\xbf\xe3\x82\x93\xe3\x81\xaa/> <https://x.example>" },
		{ "https://b\xc3\xbc" "cher.verm\xc3\xb6" "gensberatung https://\xd0\xb0.x.example\xd0\xb0",
		    "<https://b\xc3\xbc" "cher.verm\xc3\xb6" "gensberatung> <https://\xd0\xb0.x.example>" },
	};

	(void)state;
	check_scan(rows, sizeof rows / sizeof *rows);
}

static void lengths_are_what_people_see(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_int_equal(text_length(a, STR("")), 0);
	assert_int_equal(text_length(a, STR("hello")), 5);
	assert_int_equal(text_length(a, STR("e\xcc\x81\xc3\xa9")), 2);
	assert_int_equal(text_length(a, STR("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7")), 1);
	assert_int_equal(text_length(a, STR("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab\xf0\x9f\x87\xb7")), 2);
	assert_int_equal(text_length(a, STR("a\r\nb")), 3);
	assert_int_equal(text_length(a, STR("x https://example.org/a/very/long/address/indeed/that/would/count y")), 2 + 23 + 2);
	assert_int_equal(text_length(a, STR("http://x.example")), 23);
	assert_int_equal(text_length(a, STR("magnet:?xt=1")), 12);
	assert_int_equal(text_length(a, STR("@alice@a.very.long.example hi")), 9);
	assert_int_equal(text_length(a, STR("a\xff" "b")), 3);
	assert_int_equal(text_graphemes(a, STR("https://example.org/")), 20);
}

static void keys_are_folded_the_same_everywhere(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_string_equal(arena_strz(a, text_fold(a, STR("Stra\xc3\x9f" "E \xef\xbc\xa1\xc3\x89"))), "strasse a\xc3\xa9");
	assert_string_equal(arena_strz(a, text_fold(a, STR("ABC"))), "abc");
	assert_string_equal(arena_strz(a, text_tag_key(a, STR("Caf\xc3\x89\xef\xbc\xa1_\xc5\x81\xc5\xb9\xc3\x86\xc4\xb1\xc5\x82"))),
	    "cafea_lz\xc3\xa6il");
	assert_string_equal(arena_strz(a, text_tag_key(a, STR("\xef\xbd\xb6\xef\xbe\x9e!-\xc2\xb7x"))), "\xe3\x82\xac\xc2\xb7x");
	assert_string_equal(arena_strz(a, text_fingerprint(a, STR("  a \n\t b\xc2\xa0" "e\xcc\x81 "))), "a b \xc3\xa9");
	assert_string_equal(
	    arena_strz(a, text_display_name(a, STR(" a\xe2\x80\xae" "b\xe2\x80\x8b\nc\x01\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 "))),
	    "ab c\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7");
	/* Joiners, direction marks, a soft hyphen and tags between Latin letters; a joiner between Persian ones and the flag of Scotland stay. */
	assert_string_equal(
	    arena_strz(a, text_display_name(a, STR("\xe2\x80\x8d" "a\xe2\x80\x8d" "d\xe2\x80\x8c" "m\xe2\x80\x8f" "i\xc2\xad" "n\xf3\xa0\x81\xa7"))),
	    "admin");
	assert_string_equal(arena_strz(a, text_display_name(a, STR("\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"))), "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae");
	assert_string_equal(arena_strz(a, text_display_name(a, STR("\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf"))),
	    "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf");
	assert_string_equal(arena_strz(a, text_tidy(a, STR(" a\r\nb\rc\x00\x7f\n"))), "a\nb\nc\xef\xbf\xbd");
	assert_string_equal(arena_strz(a, text_without_domain(a, STR("@a@Here.example @b@there.example @c"), STR("here.example"))),
	    "@a @b@there.example @c");
}

static bool known(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	struct arena *a = arg;

	if (str_eqz(name, "nobody"))
		return false;
	ret->name = name;
	ret->domain = domain;
	ret->url = arena_concat(a, STR("https://"), domain.p ? domain : STR("a.example"), STR("/@"), name);
	return true;
}

#define MENTION(url, shown) \
	"<span class=\"h-card\" translate=\"no\"><a href=\"https://" url "\" class=\"u-url mention\">@<span>" shown "</span></a></span>"
#define LINK(prefix, class, shown, rest, me) \
	"<a href=\"" prefix shown rest "\" target=\"_blank\" rel=\"nofollow noopener" me "\" translate=\"no\"><span class=\"invisible\">" prefix \
	"</span><span class=\"" class "\">" shown "</span><span class=\"invisible\">" rest "</span></a>"

static void posts_become_html(void **state)
{
	AUTO_ARENA(a);
	struct text_format how = { .base_url = STR("https://a.example"), .mention = known, .arg = a };
	struct pair rows[] = {
		{ "", "" },
		{ "a <b> & \"c\"\nd\n\n\ne\r\n\r\nf", "<p>a &lt;b&gt; &amp; &quot;c&quot;<br>d</p><p>e</p><p>f</p>" },
		{ "@bob @nobody", "<p>" MENTION("a.example/@bob", "bob") " @nobody</p>" },
		{ "@b@x.example @B", "<p>" MENTION("x.example/@b", "b@x.example") " " MENTION("a.example/@B", "B") "</p>" },
		{ "#Caf\xc3\xa9",
		    "<p><a href=\"https://a.example/tags/cafe\" class=\"mention hashtag\" rel=\"tag\">#<span>Caf\xc3\xa9</span></a></p>" },
		{ "https://www.x.example/a&b", "<p>" LINK("https://www.", "", "x.example/a&amp;b", "", "") "</p>" },
		{ "http://x.example/678901234567890123456789XY",
		    "<p>" LINK("http://", "ellipsis", "x.example/67890123456789012345", "6789XY", "") "</p>" },
		{ "http://x.example/6789012345678901234567", "<p>" LINK("http://", "ellipsis", "x.example/67890123456789012345", "67", "") "</p>" },
		{ "http://x.example/678901234567890123456", "<p>" LINK("http://", "", "x.example/678901234567890123456", "", "") "</p>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(arena_strz(a, text_to_html(a, str_z(rows[i].in), &how)), rows[i].out);
	how.rel_me = how.one_line = true;
	assert_string_equal(arena_strz(a, text_to_html(a, STR("https://x.example\n!"), &how)),
	    LINK("https://", "", "x.example", "", " me") " !");
	how.full_handles = true;
	assert_string_equal(arena_strz(a, text_to_html(a, STR("@b@x.example"), &how)),
	    MENTION("x.example/@b", "b@x.example"));
}

static void shortcodes_are_found(void **state)
{
	AUTO_ARENA(a);
	struct str *names;

	(void)state;
	assert_int_equal(text_emojis(a, STR(":one: x:two: :three::four: (:five_5:) :one: :a: ::six:: :sev en: :8_8:"), &names), 3);
	assert_true(str_eqz(names[0], "one") && str_eqz(names[1], "five_5") && str_eqz(names[2], "8_8"));
}

static bool only_alice(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	(void)arg;
	(void)domain;
	*ret = (struct text_person){ STR("https://a.example/@alice"), name, STR_NONE };
	return str_eqz(name, "alice");
}

static bool anybody(void *arg, struct str name, struct str domain, struct text_person *ret)
{
	(void)arg;
	*ret = (struct text_person){ STR("https://x.example/"), name, domain };
	return true;
}

static void markdown_is_written_safely(void **state)
{
	static const struct pair rows[] = {
		{ "*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>" },
		{ "one\ntwo", "<p>one<br>\ntwo</p>" },
		{ "# Title\n\n- x\n- y", "<p><strong>Title</strong></p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>" },
		{ "<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" },
		{ "a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>" },
		{ "[x](javascript:alert(1)) ![y](data:text/html,x)", "<p>x y</p>" },
		{ "`@alice #tag https://x.example`", "<p><code>@alice #tag https://x.example</code></p>" },
	};
	struct text_format how = { .base_url = STRC("https://a.example"), .mention = only_alice };
	struct str both;
	struct text_format clash = { .base_url = STRC("https://a.example"), .mention = anybody };
	struct text_entity *e;
	AUTO_ARENA(a);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(arena_strz(a, markdown_to_html(a, str_z(rows[i].in), &how, 1 << 20)), rows[i].out);
	/* Two of one name are told apart, wherever in the post they stand. */
	both = markdown_to_html(a, STR("*@alice@x.example*\n\n> @alice@y.example"), &clash, 1 << 20);
	assert_true(str_find_str(both, STR("<span>alice@x.example</span>")) < both.n);
	assert_int_equal(markdown_scan(a, STR("**@alice** `@bob` [@carol](https://x.example/) #tag https://y.example/a_b_c"), &e), 3);
	assert_true(str_eqz(e[0].name, "alice") && str_eqz(e[1].name, "tag") && str_eqz(e[2].name, "https://y.example/a_b_c"));
}

static void one_emoji_is_told_from_other_texts(void **state)
{
	AUTO_ARENA(a);
	static const char *const emoji[] = { "\U0001f44d", "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
					     "\U0001f1e9\U0001f1ea", "1\ufe0f\u20e3", "\u2603" };
	static const char *const others[] = { "", "a", "1", "\U0001f44d\U0001f44d", "\U0001f44da", "blobcat", "\u00a9", "\U0001f1e9", "\u200d", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof emoji / sizeof *emoji; i++)
		assert_true(text_is_emoji(a, str_z(emoji[i])));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(text_is_emoji(a, str_z(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_bracket_is_looked_for_no_further_than_an_address_may_be_long),
		cmocka_unit_test(markdown_is_written_safely),
		cmocka_unit_test(one_emoji_is_told_from_other_texts),
		cmocka_unit_test(mentions_are_found),
		cmocka_unit_test(hashtags_are_found),
		cmocka_unit_test(urls_are_found),
		cmocka_unit_test(lengths_are_what_people_see),
		cmocka_unit_test(keys_are_folded_the_same_everywhere),
		cmocka_unit_test(posts_become_html),
		cmocka_unit_test(shortcodes_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
