#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/world.h"
#include "wire/html.h"

#define SAFE " rel=\"nofollow noopener\" target=\"_blank\">"

struct pair {
	const char *in, *out;
};

static void check(const struct pair *rows, size_t n)
{
	AUTO_ARENA(a);

	for (size_t i = 0; i < n; i++) {
		struct str got = html_sanitize(a, str_z(rows[i].in), 10000);

		assert_string_equal(arena_strz(a, got), rows[i].out);
		assert_string_equal(arena_strz(a, html_sanitize(a, got, 10000)), rows[i].out);
	}
}
#define CHECK(rows) check((rows), sizeof(rows) / sizeof *(rows))

static void what_is_allowed_passes_as_it_is(void **state)
{
	static const char *const same[] = {
		"<p>h\xc3\xa9llo<br>there &amp; &lt;b&gt; \"x\" 'y'</p>",
		"<p><span class=\"h-card\" translate=\"no\"><a href=\"https://x.example/@a?b=1&amp;c=2\" class=\"u-url mention\"" SAFE
		    "@<span>a</span></a></span></p>",
		"<p><a href=\"https://x.example/tags/y\" class=\"mention hashtag\"" SAFE "#<span>y</span></a></p>",
		"<ul><li>a</li><li>b<ol start=\"3\" reversed=\"\"><li value=\"2\">c</li></ol></li></ul>",
		"<blockquote><p>q</p><pre><code>a\n b</code></pre></blockquote><p class=\"quote-inline\">RE</p>",
		"<ruby>\xe6\xbc\xa2<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
		    "<p lang=\"pt-BR\"><b><i><u><s><del><em><strong>x</strong></em></del></s></u></i></b></p>",
		"<a href=\"magnet:?xt=x\"" SAFE "m</a><a href=\"gemini://x.example\"" SAFE "g</a>", "", "plain",
	};
	struct pair row;

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		row = (struct pair){ same[i], same[i] };
		check(&row, 1);
	}
}

static void what_is_not_allowed_is_unwrapped_or_dropped(void **state)
{
	static const struct pair rows[] = {
		{ "<h1>a</h1><h3>b</h2>c", "<p><strong>a</strong></p><p><strong>b</strong></p>c" },
		{ "a<script>alert(1)</script>b<style>p{}</style>c", "abc" },
		{ "a<script>\"</scr\" </scripty> </script >b", "ab" },
		{ "a<ScRiPt/x>b</sCrIpT\n>c", "ac" },
		{ "a<script>b", "a" },
		{ "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">x", "\"&gt;x" },
		{ "<iframe src=//x></iframe><object><embed></object><template><p>t</template>x", "x" },
		{ "<title></title><img src=x onerror=alert(1)>x</title>", "x" },
		{ "<textarea><script>x</textarea>y", "y" },
		{ "<plaintext>a</plaintext>b", "" },
		{ "<div>a</div><div>b</div><table><tr><td>c<td>d</table>", "a b c d " },
		{ "<p>a<div>b</div></p>", "<p>a</p>b " },
		{ "<p onclick=x style=y id=z title=t>a<font color=red>b</font></p>", "<p>ab</p>" },
		{ "<img src=x onerror=alert(1)>a<video><source>v</video><input value=x><button>b</button>", "avb" },
		{ "<span class=\"u-url evil mention-x mention p- e-content dt-x\">a</span>",
		    "<span class=\"u-url mention p- e-content dt-x\">a</span>" },
		{ "<span class=evil translate=yes lang='\"x'>a</span>", "<span>a</span>" },
		{ "<b class=mention href=https://x>a</b>", "<b>a</b>" },
		{ "<ol start=1e9 reversed=yes><li value=+3>a<li value=x>b</ol>", "<ol reversed=\"\"><li>a</li><li>b</li></ol>" },
		{ "<!-- <p> -->a<!-->b<!--->c<!-- x --!>d<!doctype html><?php x ?>e</ f>g<![CDATA[h]]>", "abcdeg" },
		{ "<!-- <p> --", "" },
	};

	(void)state;
	CHECK(rows);
}

static void links_lead_only_where_they_may(void **state)
{
	static const char *const bad[] = { "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java&#10;script:alert(1)",
		"java&Tab;script:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript&#58;alert(1)",
		"&#1;javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "/relative", "//x.example/", "", "#x", "ftp://x/",
		"https", "ht tps://x", "\xef\xbd\x8a\x61vascript:x", "mailto:a@b.example", "view-source:https://x", "blob:https://x" };
	static const struct pair rows[] = {
		{ "<a href=https://x.example/?a=1&b=\"c>x</a>", "<a href=\"https://x.example/?a=1&amp;b=&quot;c\"" SAFE "x</a>" },
		{ "<a href='HTTPS://x.example/\"onclick=\"x'>x</a>", "<a href=\"HTTPS://x.example/&quot;onclick=&quot;x\"" SAFE "x</a>" },
		{ "<a href=\" ht\ntps://x.example/\t\" HREF=\"javascript:x\" rel=me target=_top download>x</a>",
		    "<a href=\"https://x.example/\"" SAFE "x</a>" },
		{ "<a href=\"https://x.example/?a&copy=1&amp;b\">x</a>", "<a href=\"https://x.example/?a&amp;copy=1&amp;b\"" SAFE "x</a>" },
		{ "<a href=\"https://a\">a<a href=\"https://b\">b</a>c</a>",
		    "<a href=\"https://a\"" SAFE "a</a><a href=\"https://b\"" SAFE "b</a>c" },
		{ "<a>x</a><a name=y>z</a>", "xz" },
	};
	AUTO_ARENA(a);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (int quote = 0; quote < 2; quote++) {
			const char *mark = quote ? "'" : "\"";
			struct str html = arena_printf(a, "<a href=%s%s%s>x<b>y</b></a>", mark, bad[i], mark);

			assert_string_equal(arena_strz(a, html_sanitize(a, html, 1000)), "x<b>y</b>");
		}
	CHECK(rows);
}

static void foreign_and_broken_markup_comes_out_whole(void **state)
{
	static const struct pair rows[] = {
		{ "<svg><script>alert(1)</script><a href=javascript:x>y</a></svg>z", "z" },
		{ "<svg/>z<svg><svg></svg>x</svg>y", "zy" },
		{ "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", "" },
		{ "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"></math>x", "x" },
		{ "<math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\"> x &lt; 1 </annotation></semantics></math>", "$x &lt; 1$" },
		{ "<math display=block><annotation encoding='text/plain'>no</annotation>"
		  "<annotation encoding='application/x-tex'>y</annotation></math>",
		    "$$y$$" },
		{ "<math><annotation encoding='text/plain'>x squared</annotation></math>!", "x squared!" },
		{ "<math><annotation encoding='application/x-tex'><img src=x onerror=alert(1)></annotation></math>!", "!" },
		{ "<p>a<p>b<b>c<p>d</b>e", "<p>a</p><p>b<b>c</b></p><p>de</p>" },
		{ "<b><p>a</b>b</p>c", "<b><p>a</p></b>bc" },
		{ "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>" },
		{ "</p></b></div>a</br>", "a" },
		{ "<p/>a<br/>b<span/>c", "<p>a<br>b<span>c</span></p>" },
		{ "a < b <3 <> </> <1> &", "a &lt; b &lt;3 &lt;&gt;  &lt;1&gt; &amp;" },
		{ "<<script>x</script>b", "&lt;b" },
		{ "<p<b>x", "x" },
		{ "<p class=\"h-x", "" },
		{ "<b <script>alert(1)</script>", "<b>alert(1)</b>" },
		{ "<p \"=x '>a</p>", "<p>a</p>" },
		{ "&lt;script&gt;x&lt;/script&gt; &amp;lt;b&amp;gt;", "&lt;script&gt;x&lt;/script&gt; &amp;lt;b&amp;gt;" },
		{ "&eacute;&nbsp;&hellip;&notin;&notit;&copy&AMP&unknown;&#x1F418;&#0;&#xD800;&#150;&;&#;&#x;",
		    "\xc3\xa9\xc2\xa0\xe2\x80\xa6\xe2\x88\x89\xc2\xacit;\xc2\xa9&amp;&amp;unknown;\xf0\x9f\x90\x98"
		    "\xef\xbf\xbd\xef\xbf\xbd\xe2\x80\x93&amp;;&amp;#;&amp;#x;" },
		{ "a\r\nb\rc\x01\x7f\xff\xc0\xaf", "a\nb\nc\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "<ruby>a<rt>b<rt>c</ruby>d", "<ruby>a<rt>b</rt><rt>c</rt></ruby>d" },
	};
	AUTO_ARENA(a);

	(void)state;
	CHECK(rows);
	assert_true(str_eqz(html_sanitize(a, STR("<scr\0ipt>x</scr\0ipt>\0"), 1000), "x\xef\xbf\xbd"));
}

static void depth_size_and_time_are_bounded(void **state)
{
	static const char *const unit[] = { "<b>", "<p><b a=1>", "<ul><li>", "<a href=https://x>", "<svg>", "<math><annotation>", "<!--",
		    "</b", "&#", "<script>",
		"<h1>", "<ruby><rt>", "&amp", "<b x=\"", "</script " };
	AUTO_ARENA(a);
	int64_t began = world_monotonic_us();
	struct str once;

	(void)state;
	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
		struct buf b = buf_init(a, HTML_INPUT_MAX);

		while (buf_ok(&b))
			buf_addz(&b, unit[i]);
		once = html_sanitize(a, buf_str(&b), 50000);
		assert_true(once.n <= 50000);
		assert_true(str_eq(once, html_sanitize(a, once, 50000)));
		html_to_text(a, buf_str(&b));
	}
	assert_true(world_monotonic_us() - began < 20 * US_PER_S);
	assert_string_equal(arena_strz(a, html_sanitize(a, STR("<p>1234567890</p>"), 12)), "<p>12345</p>");
	assert_string_equal(arena_strz(a, html_sanitize(a, STR("<p>\xc3\xa9\xc3\xa9</p>"), 10)), "<p>\xc3\xa9</p>");
	assert_string_equal(arena_strz(a, html_sanitize(a, STR("<p>&amp;</p>x"), 8)), "<p></p>");
}

static void text_is_what_a_reader_sees(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	assert_string_equal(arena_strz(a, html_to_text(a, STR("<p>a &amp; b<br>c</p><p>d</p><ul><li>e</li><li>f</li></ul><script>g</script>"))),
	    "a & b\nc\n\nd\n\ne\nf");
	assert_string_equal(arena_strz(a, html_to_text(a, STR("<span class=\"invisible\">https://</span>x.example<svg>y</svg>"))),
	    "https://x.example");
	assert_string_equal(arena_strz(a, html_to_text(a, STR("just &lt;text&gt;"))), "just <text>");
	assert_string_equal(arena_strz(a, html_escape(a, STR("<a href=\"x\">'&"))), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

static void links_of_a_page_are_found(void **state)
{
	AUTO_ARENA(a);
	struct html_link *links;

	(void)state;
	assert_int_equal(html_links(a, STR("<head><link rel=\"me\" href=\"https://a\"></head><script><a href=x></script>"
		    "<a href='https://b?x&amp;y' rel='nofollow ME'"
					   " class=\"mention\">b</a><!-- <a href=c> -->"), &links), 2);
	assert_true(links[0].is_head && html_has_word(links[0].rel, "me"));
	assert_true(str_eqz(links[1].href, "https://b?x&y") && html_has_word(links[1].rel, "me") && !html_has_word(links[1].rel, "m"));
	assert_true(html_has_word(links[1].classes, "mention"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_passes_as_it_is),
		cmocka_unit_test(what_is_not_allowed_is_unwrapped_or_dropped),
		cmocka_unit_test(links_lead_only_where_they_may),
		cmocka_unit_test(foreign_and_broken_markup_comes_out_whole),
		cmocka_unit_test(depth_size_and_time_are_bounded),
		cmocka_unit_test(text_is_what_a_reader_sees),
		cmocka_unit_test(links_of_a_page_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
