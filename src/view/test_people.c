#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/world.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/relation.h"
#include "store/search_index.h"
#include "store/status.h"
#include "store/test_database.h"
#include "store/trend.h"
#include "store/user.h"
#include "view/account.h"
#include "view/credential.h"
#include "view/relation.h"
#include "view/search.h"
#include "view/search_query.h"
#include "wire/html.h"
#include "wire/json.h"
#include "wire/words.h"

enum { CROWD = 50, ME = 1 };

/* One engine, a fresh schema, and a crowd that follows number one. */
struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
};

static struct err *add_crowd(struct call *c, void *arg)
{
	struct user me = { .account = ID(account_id, ME), .email = STRC("me@here.example"), .password_hash = STRC("x"), .confirmed_us = 1,
			   .approved = true, .locale = STRC("en"), .created_us = c->now_us };

	(void)arg;
	for (int64_t i = 1; i <= CROWD; i++) {
		struct account a = { .id = ID(account_id, i), .domain = STRC(""), .created_us = c->now_us, .display_name = STRC("Somebody"),
				     .note_source = STRC("typed"), .fields_source = STRC("[{\"name\":\"a\",\"value\":\"b\"}]"),
				     .fields = STRC("[{\"name\":\"a\",\"value\":\"<p>b</p>\",\"verified_at\":null}]") };
		struct follow f = { .id = 1000 + i, .account = a.id, .target = ID(account_id, ME), .show_reblogs = true, .created_us = c->now_us };
		bool made;

		a.username = arena_printf(c->arena, "user%lld", (long long)i);
		a.uri = arena_printf(c->arena, "https://here.example/ap/users/%lld", (long long)i);
		TRY(account_add(c, &a, a.username, STR("somebody")));
		if (i != ME)
			TRY(follow_add(c, FOLLOW_STANDING, &f, 10, &made));
	}
	return user_add(c, &me, me.email, STR_NONE);
}

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	f->arena = a;
	f->conf = (struct conf){ .domain = STRC("here.example"), .web_domain = STRC("here.example"), .base_url = STRC("https://here.example") };
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1), .conf = &f->conf };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &f->call.db))
		return -1;
	*state = f;
	if (test_database(&f->call))
		return -1;
	return store_tx(&f->call, add_crowd, NULL) ? -1 : 0;
}

TEST_ENGINES(set_up)

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f) {
		sql_close(f->call.db);
		arena_destroy(f->arena);
	}
	return 0;
}

#define NEED(f) do { if (!(f)) skip(); } while (0)
#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)

static const struct json *read_json(struct fixture *f, struct str text)
{
	const struct json *v;

	ok(json_parse(f->arena, text, &v));
	return v;
}

static void a_page_of_forty_costs_what_a_page_of_twenty_costs(void **state)
{
	struct fixture *f = *state;
	struct viewer me = { .kind = VIEWER_PERSON, .account = ID(account_id, 2) };
	struct people_page p;
	int cost[2];

	NEED(f);
	for (int i = 0; i < 2; i++) {
		int before = f->call.queries;

		ok(view_followers(&f->call, &me, ID(account_id, ME), &(struct page){ .limit = 20 * (i + 1) }, &p));
		cost[i] = f->call.queries - before;
		assert_int_equal(json_len(read_json(f, p.json)), 20 * (i + 1));
		assert_true(p.full);
	}
	assert_int_equal(cost[0], cost[1]);
	assert_true(cost[0] <= 4);
}

static void relationships_are_one_query_and_skip_the_unknown(void **state)
{
	struct fixture *f = *state;
	int64_t ids[] = { 2, 3, 2, 999 };
	const struct json *v;
	struct str json;
	int before;

	NEED(f);
	before = f->call.queries;
	ok(view_relationships_json(&f->call, ID(account_id, ME), ids, 4, false, &json));
	assert_int_equal(f->call.queries - before, 1);
	v = read_json(f, json);
	assert_int_equal(json_len(v), 2);
	assert_true(json_bool(json_get(json_at(v, 0), "followed_by"), false));
	assert_int_equal(json_kind(json_get(json_at(v, 0), "muting_expires_at")), JSON_NULL);
	assert_int_equal(json_kind(json_get(json_at(v, 0), "languages")), JSON_NULL);
}

static void ones_own_account_says_more(void **state)
{
	struct fixture *f = *state;
	const struct json *v, *source;
	struct str json;

	NEED(f);
	ok(view_credential_json(&f->call, ID(account_id, ME), &json));
	v = read_json(f, json);
	source = json_get(v, "source");
	assert_true(str_eqz(json_get_s(v, "id"), "1"));
	assert_true(str_eqz(json_get_s(source, "note"), "typed"));
	assert_true(str_eqz(json_get_s(json_at(json_get(source, "fields"), 0), "value"), "b"));
	assert_true(str_eqz(json_get_s(source, "privacy"), "public"));
	assert_true(str_eqz(json_get_s(json_get(v, "role"), "permissions"), "65536"));
	ok(view_preferences_json(&f->call, ID(account_id, ME), &json));
	assert_true(str_eqz(json_get_s(read_json(f, json), "posting:default:visibility"), "public"));
}

static struct err *let_out(struct call *c, void *arg)
{
	struct user u;
	bool found;

	(void)arg;
	TRY(user_find(c, ID(account_id, ME), &u, &found));
	u.approved = false;
	return user_put(c, &u, u.email);
}

static void who_waits_for_approval_is_seen_by_nobody(void **state)
{
	struct fixture *f = *state;
	struct viewer bob = { .kind = VIEWER_PERSON, .account = ID(account_id, 2) };
	struct search how = { .q = STRC("user1"), .limit = 80 };
	struct account *a;
	struct str json;

	NEED(f);
	ok(view_account_json(&f->call, ID_NONE(account_id), ID(account_id, ME), &json));
	ok(store_tx(&f->call, let_out, NULL));
	assert_int_equal(view_account_json(&f->call, ID_NONE(account_id), ID(account_id, ME), &json)->code, ERR_NOT_FOUND);
	assert_int_equal(view_account_lookup(&f->call, STR("user1"), &a)->code, ERR_NOT_FOUND);
	ok(view_account_search_json(&f->call, &bob, &how, &json));
	assert_int_equal(json_len(read_json(f, json)), 10);
}

static struct err *add_posts(struct call *c, void *arg)
{
	struct str key = STR("cats"), name = STR("Cats");
	struct search_doc doc;
	int64_t *ids = arg;
	tag_id tag;

	TRY(tags_put(c, &key, &name, 1, &tag));
	for (int i = 0; i < 3; i++) {
		struct status s = { .id = ID(status_id, id_next(c)), .account = ID(account_id, i == 2 ? 3 : ME), .visibility = VISIBILITY_PUBLIC,
				    .content = i ? STR("<p>Gr\u00fcn &amp; 100% M\u00c4USE</p>") : STR("<p>nothing</p>"), .local = true, .created_us = c->now_us };

		s.thread = s.id;
		s.uri = arena_printf(c->arena, "https://here.example/ap/users/1/statuses/%d", i);
		s.url = arena_printf(c->arena, "https://here.example/@user1/%lld", (long long)s.id.v);
		ids[i] = s.id.v;
		TRY(status_add(c, &s));
		TRY(status_tags_set(c, s.id, &tag, 1));
		TRY(trend_tags_used(c, s.account, &tag, 1, c->now_us / US_PER_DAY));
		doc = (struct search_doc){ s.id, arena_concat(c->arena, words_of(c->arena, html_to_text(c->arena, s.content), 100),
							      i == 2 ? STR(" for=3") : STR(" for=1")) };
		TRY(search_docs_put(c, &doc, 1));
	}
	return NULL;
}

static const struct json *searched(struct fixture *f, int64_t viewer, const struct search *how)
{
	struct viewer v = { .kind = viewer ? VIEWER_PERSON : VIEWER_PUBLIC, .account = ID(account_id, viewer) };
	struct str json;

	ok(view_search_json(&f->call, &v, how, &json));
	return read_json(f, json);
}

static void search_finds_what_one_may_find(void **state)
{
	struct fixture *f = *state;
	const struct json *v, *tag;
	bool url, handle;
	int64_t ids[3];

	NEED(f);
	ok(store_tx(&f->call, add_posts, ids));
	v = searched(f, ME, &(struct search){ .q = STRC("m\u00e4use GR\u00dcN 100%"), .limit = 20 });
	assert_int_equal(json_len(json_get(v, "statuses")), 1);
	v = searched(f, 2, &(struct search){ .q = STRC("m\u00e4use"), .limit = 20 });
	assert_int_equal(json_len(json_get(v, "statuses")), 0);
	v = searched(f, 2, &(struct search){ .q = arena_printf(f->arena, "https://here.example/@user1/%lld", (long long)ids[1]), .limit = 20 });
	assert_int_equal(json_len(json_get(v, "statuses")), 1);
	v = searched(f, 2, &(struct search){ .q = STRC("https://here.example/ap/users/1/statuses/1"), .limit = 20 });
	assert_int_equal(json_len(json_get(v, "statuses")), 1);
	v = searched(f, 0, &(struct search){ .q = STRC("#cat"), .limit = 20 });
	tag = json_at(json_get(v, "hashtags"), 0);
	assert_true(str_eqz(json_get_s(tag, "name"), "Cats"));
	assert_true(str_eqz(json_get_s(json_at(json_get(tag, "history"), 0), "uses"), "3"));
	assert_true(str_eqz(json_get_s(json_at(json_get(tag, "history"), 0), "accounts"), "2"));
	v = searched(f, 2, &(struct search){ .q = STRC("user1"), .limit = 20, .type = SEARCH_ACCOUNTS });
	assert_int_equal(json_len(json_get(v, "accounts")), 11);
	assert_true(str_eqz(json_get_s(json_at(json_get(v, "accounts"), 0), "id"), "1"));
	v = searched(f, 2, &(struct search){ .q = STRC("user_"), .limit = 20, .type = SEARCH_ACCOUNTS });
	assert_int_equal(json_len(json_get(v, "accounts")), 0);
	v = searched(f, 0, &(struct search){ .q = STRC("us"), .limit = 20, .type = SEARCH_ACCOUNTS });
	assert_int_equal(json_len(json_get(v, "accounts")), 0);
	ok(view_search_unknown(&f->call, STR("@bob@remote.example"), &url, &handle));
	assert_true(handle && !url);
	ok(view_search_unknown(&f->call, STR("user1@here.example"), &url, &handle));
	assert_false(handle || url);
}

/* "all: a b|no: c" of a question. */
static const char *asked(struct fixture *f, const char *q)
{
	struct post_query got;
	struct str out = STR("");

	ok(view__query_parse(&f->call, str_z(q), &got));
	for (size_t i = 0; i < got.ask.all_n; i++)
		out = arena_concat(f->arena, out, out.n ? STR("|") : STR(""), got.ask.all[i]);
	for (size_t i = 0; i < got.ask.no_n; i++)
		out = arena_concat(f->arena, out, STR("|-"), got.ask.no[i]);
	for (size_t i = 0; i < got.from_n; i++)
		out = arena_concat(f->arena, out, got.from_not[i] ? STR("|-from ") : STR("|from "), got.from[i]);
	return arena_strz(f->arena, arena_printf(f->arena, STR_FMT "%s%s%s", STR_ARG(out), got.library ? "" : "|public", got.public ? "" : "|library",
						 got.empty ? "|empty" : ""));
}

static void questions_are_read(void **state)
{
	static const char *const cases[][2] = {
		{ "two words", "two|words" }, { "\"a phrase\" x", "a phrase|x" }, { "“curly quotes” +x", "curly quotes|x" }, { "-no \"open", "open|-no" },
		{ "-\"no phrase\"", "|-no phrase" }, { "HAS:Media is:reply", "has=media|is=reply" }, { "-has:poll a", "a|-has=poll" },
		{ "language:pt_BR", "lang=pt" }, { "has:a=b", "has=0" }, { "has:", "has=0" },
		{ "from:me -from:@bob@x.example", "|from me|-from @bob@x.example" },
		{ "in:library x", "x|library" },
		{ "-in:library x", "x|public" },
		{ "in:public in:all x", "x" }, { "in:library", "|library|empty" },
		{ "foo:bar http://a.b/c", "foo bar|http a b c" }, { " \t\n - + \"\" ", "|empty" },
		{ "\xe7\x8c\xab\xe3\x81\x8c a", "\xe7\x8c\xab\xe3\x81\x8c|a" },
	};
	struct fixture *f = *state;
	struct post_query q;

	NEED(f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(asked(f, cases[i][0]), cases[i][1]);
	ok(view__query_parse(&f->call, STR("during:1970-01-02"), &q));
	assert_true(q.ask.after_id == ((int64_t)86400000 << 16) - 1 && q.ask.before_id == (int64_t)2 * 86400000 << 16 && !q.empty);
	ok(view__query_parse(&f->call, STR("after:1970-01-02 before:1970-01-05T00:00:00.5Z"), &q));
	assert_true(q.ask.after_id == ((int64_t)2 * 86400000 << 16) - 1 && q.ask.before_id == ((int64_t)4 * 86400000 + 500) << 16);
	assert_int_equal(view__query_parse(&f->call, STR("-during:1970-01-02"), &q)->code, ERR_INVALID);
	assert_int_equal(view__query_parse(&f->call, STR("before:tomorrow"), &q)->code, ERR_INVALID);
}

#define BOTH(fn) \
	cmocka_unit_test_setup_teardown(fn, with_sqlite, tear_down), { #fn " on PostgreSQL", fn, with_pgsql, tear_down, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_page_of_forty_costs_what_a_page_of_twenty_costs), BOTH(relationships_are_one_query_and_skip_the_unknown),
		BOTH(ones_own_account_says_more), BOTH(search_finds_what_one_may_find), BOTH(questions_are_read),
		BOTH(who_waits_for_approval_is_seen_by_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
