/* acts/test_posts_priv.h: what tests of acts on posts share: one engine with a fresh schema, three people of ours and one from elsewhere, and a
 * clock that stands still. Each test program is one file, so all of this is static. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "acts/status.h"
#include "base/world.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/media.h"
#include "store/status.h"
#include "store/test_database.h"
#include "store/user.h"

enum { ALICE = 1, BOB, CAROL, REMOTE, PEOPLE };

/* One engine, a fresh schema, three people of ours and one from elsewhere, a clock that stands still. */
struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
};

static struct err *add_people(struct call *c, void *arg)
{
	static const char *const names[PEOPLE] = { "", "alice", "bob", "carol", "zed" };

	(void)arg;
	for (int64_t i = 1; i < PEOPLE; i++) {
		struct account a = { .id = ID(account_id, i), .username = str_z(names[i]), .domain = i == REMOTE ? STR("remote.example") : STR(""),
				     .created_us = c->now_us };
		struct user u = { .account = a.id, .email = arena_printf(c->arena, "%s@here.example", names[i]), .password_hash = STR("x"),
	     .approved = true,
				  .confirmed_us = c->now_us, .locale = STR("en"), .default_language = STR("de"), .created_us = c->now_us };

		a.uri = arena_printf(c->arena, "https://%s/ap/users/%lld", i == REMOTE ? "remote.example" : "here.example", (long long)i);
		a.url = arena_printf(c->arena, "https://%s/@%s", i == REMOTE ? "remote.example" : "here.example", names[i]);
		TRY(account_add(c, &a, a.username, STR("")));
		if (i != REMOTE)
			TRY(user_add(c, &u, u.email, STR("")));
	}
	return NULL;
}

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	f->arena = a;
	f->conf = (struct conf){ .domain = STRC("here.example"), .web_domain = STRC("here.example"), .base_url = STRC("https://here.example"),
				 .status_max_chars = 500, .media_max = 4, .poll_options_max = 4, .poll_option_chars = 50, .rate_limits = true,
				 .follow_max = 7500, .home_entries_max = 800 };
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1),
	     .conf = &f->conf };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 6 }, &f->call.db))
		return -1;
	*state = f;
	if (test_database(&f->call))
		return -1;
	return store_tx(&f->call, add_people, NULL) ? -1 : 0;
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
#define says(expr, want, words) \
	do { \
		struct err *e_ = (expr); \
		assert_non_null(e_); \
		assert_int_equal(e_->code, want); \
		same(e_->text, words); \
	} while (0)

static void same(struct str got, const char *want)
{
	if (!str_eqz(got, want))
		fail_msg("got  %.*s\nwant %s", (int)got.n, got.p, want);
}

#define WHO(i) (&(struct viewer){ .kind = VIEWER_PERSON, .account = ID(account_id, i) })
#define SAYS(words, ...) (&(struct status_in){ .text = STR(words), .sensitive = -1, __VA_ARGS__ })

__attribute__((unused)) static struct status *post(struct fixture *f, int64_t who, const struct status_in *in)
{
	struct status_posted posted;
	struct status *s;

	ok(acts_status_post(&f->call, WHO(who), in, &posted));
	assert_int_equal(posted.unexpected_n, 0);
	ok(status_find(&f->call, posted.id, &s));
	assert_non_null(s);
	return s;
}

__attribute__((unused)) static struct status *found(struct fixture *f, status_id id)
{
	struct status *s;

	ok(status_find(&f->call, id, &s));
	return s;
}

__attribute__((unused)) static struct account *account(struct fixture *f, int64_t id)
{
	struct account *a;

	ok(account_find(&f->call, ID(account_id, id), &a));
	return a;
}

SQL(q_test_job_count, "SELECT count(*) FROM jobs WHERE kind = $1 AND arg LIKE $2");
SQL(q_test_tables,
    "SELECT (SELECT count(*) FROM statuses) * 1000000 + (SELECT count(*) FROM jobs) * 10000 + (SELECT count(*) FROM events) * 100"
    " + (SELECT count(*) FROM idempotency_keys) * 17 + (SELECT count(*) FROM post_fingerprints) * 13 + (SELECT count(*) FROM mentions) * 7"
    " + (SELECT count(*) FROM status_edits) * 5 + (SELECT count(*) FROM polls) * 3 + (SELECT count(*) FROM status_tags) + (SELECT sum(statuses_count)"
    " FROM account_stats) * 19 + (SELECT count(*) FROM favourites) * 11 + (SELECT count(*) FROM poll_votes) * 23"
    " + (SELECT sum(favourites_count + reblogs_count + replies_count) FROM status_stats) * 29 + (SELECT count(*) FROM lists) * 31"
    " + (SELECT count(*) FROM list_accounts) * 37 + (SELECT count(*) FROM list_entries) * 41 + (SELECT count(*) FROM lists WHERE built_us = 0) * 43"
    " + (SELECT count(*) FROM quotes) * 47 + (SELECT coalesce(sum(state), 0) FROM quotes) * 53 + (SELECT sum(quotes_count) FROM status_stats) * 59"
    " + (SELECT sum(quote_policy) FROM statuses) * 61"
    " + (SELECT count(*) FROM tags) * 67 + (SELECT count(*) FROM tag_follows) * 71 + (SELECT count(*) FROM featured_tags) * 73"
    " + (SELECT coalesce(sum(statuses_count), 0) FROM featured_tags) * 79"
    " + (SELECT count(*) FROM conversations) * 83 + (SELECT count(*) FROM conversation_posts) * 89 + (SELECT count(*) FROM pins) * 97"
    " + (SELECT count(*) FROM thread_fetches) * 101"
    " + (SELECT count(*) FROM collections) * 167 + (SELECT count(*) FROM collection_items) * 173"
    " + (SELECT coalesce(sum(1 + read_us / 1000000 % 1000), 0) FROM annual_reports) * 191"
    " + (SELECT coalesce(sum(state), 0) FROM collection_items) * 179 + (SELECT coalesce(sum(version), 0) FROM collections) * 181"
    " + (SELECT coalesce(sum(1 + prompts), 0) FROM move_hosts) * 103 + (SELECT coalesce(sum(due_us / 1000000 % 1000), 0) FROM host_software) * 107"
    " + (SELECT count(*) FROM relays) * 109 + (SELECT count(*) FROM audit_log) * 113 + (SELECT count(*) FROM follows) * 127"
    " + (SELECT sum(following_count + followers_count) FROM account_stats) * 131 + (SELECT count(*) FROM activities_seen) * 137"
    " + (SELECT coalesce(sum(used), 0) FROM limits WHERE key LIKE 'forwards%') * 139"
    " + (SELECT coalesce(sum(1 + used_us / 1000000 % 1000 + updated_us % 1000), 0) FROM remote_emojis) * 149");

static int64_t number(struct fixture *f, const struct sql_text *q, struct sql_args args)
{
	struct row r;
	bool there;

	ok(db_one(&f->call, q, args, &r, &there));
	return row_i64(r, 0);
}

__attribute__((unused)) static int64_t jobs(struct fixture *f, enum job_kind kind, const char *arg)
{
	return number(f, &q_test_job_count, ARGS((int64_t)kind, str_z(arg)));
}

/* Every call of the database fails once; after each failure all is as before. */
#define SWEEP(f, act) \
	do { \
		int64_t before_ = number((f), &q_test_tables, ARGS0); \
		int tries_ = 0; \
		for (int nth_ = 1;; nth_++) { \
			struct err *e_; \
			sql_fault_arm((f)->call.db, nth_); \
			e_ = (act); \
			sql_fault_arm((f)->call.db, 0); \
			if (!e_) \
				break; \
			assert_int_equal(e_->code, ERR_LATER); \
			assert_int_equal(number((f), &q_test_tables, ARGS0), before_); \
			assert_true(++tries_ < 200); \
		} \
		assert_true(tries_ > 3); \
	} while (0)

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
