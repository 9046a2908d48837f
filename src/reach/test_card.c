/* A page becomes a card: what is taken from where, and what strangers may not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "reach/card_read.h"

struct world_of {
	struct arena *arena;
	struct call c;
	struct conf conf;
	struct url where;
	struct card card;
	struct str oembed;
};

static bool read_as(struct world_of *w, const char *url, const char *type, struct str body)
{
	w->arena = arena_create();
	w->conf = (struct conf){ .base_url = STR("https://howdah.example") };
	w->c = (struct call){ .arena = w->arena, .conf = &w->conf };
	assert_true(url_parse(w->arena, str_z(url), &w->where));
	return card_read(&w->c, &w->where, str_z(type), body, &w->card, &w->oembed);
}

static bool read_page(struct world_of *w, const char *body) { return read_as(w, "https://news.example/a?x=1", "text/html", str_z(body)); }

#define assert_str(s, z) assert_true(str_eqz((s), (z)))

static void open_graph_is_taken_before_the_pages_own_words(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<html lang=de-AT><head><title>Own</title><meta property='og:title' content='Tom &amp; Jerry'>"
				  "<meta name=description content='Own words'><meta property=og:description content=' Two\nlines '>"
				  "<meta property=og:image content='/cat.png'><meta property='og:image:alt' content='A cat'>"
				  "<meta property=og:site_name content=News><meta property=article:published_time content='2026-08-01T12:00:00Z'>"
				  "<link rel=canonical href=/a></head>"));
	assert_str(w.card.url, "https://news.example/a");
	assert_str(w.card.title, "Tom & Jerry");
	assert_str(w.card.description, "Two\nlines");
	assert_str(w.card.language, "de");
	assert_str(w.card.image_url, "https://news.example/cat.png");
	assert_str(w.card.image_description, "A cat");
	assert_str(w.card.provider_name, "News");
	assert_int_equal(w.card.published_us, INT64_C(1785585600000000));
	assert_int_equal(w.card.type, CARD_LINK);
	arena_destroy(w.arena);
}

static void structured_data_is_taken_first_even_in_a_comment(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>Own</title><script type=application/ld+json>{broken</script>"
				  "<script type='application/ld+json'>//<![CDATA[\n{\"@graph\":[{\"@type\":\"Person\"},{\"@type\":\"NewsArticle\","
				  "\"headline\":\"Big &quot;news&quot;\",\"inLanguage\":\"en\",\"author\":[{\"name\":\"Ann\",\"url\":\"/ann\"}],"
				  "\"publisher\":{\"name\":\"The Paper\"}}]}\n//]]></script>"));
	assert_str(w.card.title, "Big \"news\"");
	assert_str(w.card.language, "en");
	assert_str(w.card.author_name, "Ann");
	assert_str(w.card.author_url, "https://news.example/ann");
	assert_str(w.card.provider_name, "The Paper");
	arena_destroy(w.arena);
}

static void the_creator_is_a_whole_handle(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>x</title><meta name='fediverse:creator' content='@alice@Example.org'>"));
	assert_str(w.card.creator, "alice@example.org");
	arena_destroy(w.arena);
	assert_true(read_page(&w, "<title>x</title><meta name='fediverse:creator' content='@alice'>"));
	assert_true(w.card.creator.n == 0);
	arena_destroy(w.arena);
}

static void a_page_is_its_own_only_at_its_own_host(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>x</title><link rel=canonical href='https://bank.example/'>"));
	assert_str(w.card.url, "https://news.example/a?x=1");
	arena_destroy(w.arena);
}

static void addresses_are_http_or_nothing(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>x</title><meta property=og:image content='javascript:alert(1)'>"
				  "<meta property='twitter:player' content='data:text/html,x'>"));
	assert_true(w.card.image_url.n == 0);
	assert_true(w.card.html.n == 0);
	assert_int_equal(w.card.type, CARD_LINK);
	arena_destroy(w.arena);
}

static void a_player_is_one_frame_in_a_sandbox(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>\"><script>x</script></title><meta name='twitter:player' content='https://tube.example/e?a=1&amp;b=\"2'>"
				  "<meta name='twitter:player:width' content=640><meta name='twitter:player:height' content=99999>"));
	assert_int_equal(w.card.type, CARD_VIDEO);
	assert_int_equal(w.card.width, 640);
	assert_int_equal(w.card.height, 0);
	assert_true(str_has_prefix(w.card.html, STR("<iframe src=\"https://tube.example/e?a=1&amp;b=%222\" title=\"&quot;&gt;&lt;script&gt;")));
	assert_true(str_contains(w.card.html, STR(" sandbox=\"allow-scripts ")));
	arena_destroy(w.arena);
	assert_true(read_page(&w, "<title>x</title><meta name='twitter:player' content='http://tube.example/'>"));
	assert_true(w.card.html.n == 0);
	arena_destroy(w.arena);
	assert_true(read_page(&w, "<title>x</title><meta name='twitter:player' content='https://howdah.example/@alice'>"));
	assert_true(w.card.html.n == 0);
	arena_destroy(w.arena);
}

static void take_oembed(struct world_of *w, const char *answer)
{
	const struct json *v;

	assert_null(json_parse(w->arena, str_z(answer), &v));
	card_read_oembed(&w->c, &w->where, v, &w->card);
}

static void oembed_gives_a_frame_and_nothing_else_of_its_markup(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_page(&w, "<title>Own</title><link rel=alternate type=application/json+oembed href='http://news.example/o?u=1'>"));
	assert_str(w.oembed, "https://news.example/o?u=1");
	take_oembed(&w, "{\"version\":\"1.0\",\"type\":\"video\",\"title\":\"Clip\",\"author_name\":\"Bob\",\"author_url\":\"/bob\",\"width\":480,"
			"\"height\":270,\"thumbnail_url\":\"/t.png\",\"html\":\"<script>x</script><iframe src='https://tube.example/e' onload=x></iframe>\"}");
	assert_str(w.card.title, "Clip");
	assert_str(w.card.author_url, "https://news.example/bob");
	assert_str(w.card.image_url, "https://news.example/t.png");
	assert_int_equal(w.card.type, CARD_VIDEO);
	assert_int_equal(w.card.width, 480);
	assert_true(str_has_prefix(w.card.html, STR("<iframe src=\"https://tube.example/e\"")));
	assert_false(str_contains(w.card.html, STR("onload")));
	arena_destroy(w.arena);
	assert_true(read_page(&w, "<title>Own</title>"));
	take_oembed(&w, "{\"version\":\"1.0\",\"type\":\"video\","
			"\"html\":\"<iframe src='javascript:x'></iframe><embed src='https://a.example/x.swf'>\"}");
	take_oembed(&w, "{\"version\":\"1.0\",\"type\":\"rich\",\"html\":\"<iframe srcdoc='<script>x</script>'></iframe>\"}");
	assert_true(w.card.html.n == 0);
	assert_int_equal(w.card.type, CARD_LINK);
	arena_destroy(w.arena);
}

static void old_encodings_are_read(void **state)
{
	struct world_of w;

	(void)state;
	assert_true(read_as(&w, "https://a.example/", "text/html; charset=Shift_JIS", STR("<title>\x93\xfa\x96\x7b</title>")));
	assert_str(w.card.title, "日本");
	arena_destroy(w.arena);
	assert_true(read_as(&w, "https://a.example/", "text/html", STR("<meta charset=iso-8859-2><title>\xb5</title>")));
	assert_str(w.card.title, "ľ");
	arena_destroy(w.arena);
	assert_true(read_as(&w, "https://a.example/", "text/html; charset=../../etc/x", STR("<title>caf\xe9 \x80</title>")));
	assert_str(w.card.title, "café €");
	arena_destroy(w.arena);
}

static void what_is_no_page_is_none(void **state)
{
	struct world_of w;

	(void)state;
	assert_false(read_as(&w, "https://a.example/", "application/pdf", STR("<title>x</title>")));
	arena_destroy(w.arena);
	assert_false(read_page(&w, "<p>nothing to say"));
	arena_destroy(w.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_graph_is_taken_before_the_pages_own_words),
		cmocka_unit_test(structured_data_is_taken_first_even_in_a_comment),
		cmocka_unit_test(the_creator_is_a_whole_handle),
		cmocka_unit_test(a_page_is_its_own_only_at_its_own_host),
		cmocka_unit_test(addresses_are_http_or_nothing),
		cmocka_unit_test(a_player_is_one_frame_in_a_sandbox),
		cmocka_unit_test(oembed_gives_a_frame_and_nothing_else_of_its_markup),
		cmocka_unit_test(old_encodings_are_read),
		cmocka_unit_test(what_is_no_page_is_none),
	};

	return cmocka_run_group_tests_name("reach/card", tests, NULL, NULL);
}
