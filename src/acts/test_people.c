#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "acts/block.h"
#include "acts/clean.h"
#include "acts/endorse.h"
#include "acts/follow.h"
#include "acts/import.h"
#include "acts/move.h"
#include "acts/mute.h"
#include "acts/profile.h"
#include "acts/undo.h"
#include "base/world.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/relation.h"
#include "store/test_database.h"

enum { ALICE = 1, BOB, CAROL_LOCKED, REMOTE, PEOPLE };

/* One engine, a fresh schema, three people of ours and one from elsewhere. */
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
				     .created_us = c->now_us, .locked = i == CAROL_LOCKED };

		a.uri = arena_printf(c->arena, "https://%s/ap/users/%lld", i == REMOTE ? "remote.example" : "here.example", (long long)i);
		TRY(account_add(c, &a, a.username, STR("")));
	}
	return NULL;
}

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	f->arena = a;
	f->conf = (struct conf){ .domain = STRC("here.example"), .web_domain = STRC("here.example"), .base_url = STRC("https://here.example"),
				 .follow_max = 7500, .rate_limits = true, .display_name_max = 40, .note_max = 500, .profile_fields_max = 4 };
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1), .conf = &f->conf };
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
#define fails(expr, want) do { struct err *e_ = (expr); assert_non_null(e_); assert_int_equal(e_->code, want); } while (0)

static account_id person(int64_t i) { return ID(account_id, i); }
static const struct follow_options plain;

static struct relation *relation(struct fixture *f, int64_t me, int64_t other)
{
	struct map *by_id;

	ok(relations_of(&f->call, person(me), &other, 1, &by_id));
	assert_non_null(map_find_i64(by_id, other));
	return map_find_i64(by_id, other);
}

SQL(q_job_count, "SELECT count(*) FROM jobs WHERE kind = $1 AND arg LIKE $2");

static int64_t jobs(struct fixture *f, enum job_kind kind, const char *arg)
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_job_count, ARGS((int64_t)kind, str_z(arg)), &r, &found));
	return row_i64(r, 0);
}

static struct account *account(struct fixture *f, int64_t id)
{
	struct account *a;

	ok(account_find(&f->call, person(id), &a));
	return a;
}

static void an_open_account_is_followed_once(void **state)
{
	struct fixture *f = *state;
	enum follow_result got;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got));
	assert_int_equal(got, FOLLOW_MADE);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got));
	assert_int_equal(got, FOLLOW_STOOD);
	assert_int_equal(account(f, ALICE)->following_count, 1);
	assert_int_equal(account(f, BOB)->followers_count, 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "follow"), 1);
	assert_int_equal(f->call.limit.limit, 400);
	assert_int_equal(f->call.limit.left, 399);
	ok(acts_unfollow(&f->call, person(ALICE), person(BOB)));
	ok(acts_unfollow(&f->call, person(ALICE), person(BOB)));
	assert_int_equal(account(f, ALICE)->following_count, 0);
	assert_int_equal(account(f, BOB)->followers_count, 0);
	assert_int_equal(jobs(f, JOB_ACCOUNT_CLEAN, "author:2"), 1);
}

static void options_change_on_a_follow_that_stands(void **state)
{
	struct fixture *f = *state;
	struct follow_options quiet = { .reblogs = CHOICE_NO, .notify = CHOICE_YES, .has_languages = true, .languages = STRC("de,en") };
	enum follow_result got;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got));
	assert_true(relation(f, ALICE, BOB)->showing_reblogs);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &quiet, &got));
	assert_false(relation(f, ALICE, BOB)->showing_reblogs);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got));
	assert_true(relation(f, ALICE, BOB)->notifying);
	assert_true(str_eqz(relation(f, ALICE, BOB)->languages, "de,en"));
}

static void a_locked_account_is_asked_and_answers(void **state)
{
	struct fixture *f = *state;
	enum follow_result got;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(CAROL_LOCKED), &plain, &got));
	assert_int_equal(got, FOLLOW_ASKED);
	assert_true(relation(f, ALICE, CAROL_LOCKED)->requested);
	assert_true(relation(f, CAROL_LOCKED, ALICE)->requested_by);
	assert_int_equal(jobs(f, JOB_NOTIFY, "follow_request"), 1);
	fails(acts_follow_authorize(&f->call, person(CAROL_LOCKED), person(BOB)), ERR_NOT_FOUND);
	ok(acts_follow_authorize(&f->call, person(CAROL_LOCKED), person(ALICE)));
	assert_true(relation(f, ALICE, CAROL_LOCKED)->following);
	assert_false(relation(f, ALICE, CAROL_LOCKED)->requested);
	assert_int_equal(account(f, CAROL_LOCKED)->followers_count, 1);
	ok(acts_follower_remove(&f->call, person(CAROL_LOCKED), person(ALICE)));
	assert_false(relation(f, ALICE, CAROL_LOCKED)->following);
	ok(acts_follow(&f->call, person(ALICE), person(CAROL_LOCKED), &plain, &got));
	ok(acts_follow_reject(&f->call, person(CAROL_LOCKED), person(ALICE)));
	assert_false(relation(f, ALICE, CAROL_LOCKED)->requested);
}

static void what_is_not_allowed_is_refused(void **state)
{
	struct fixture *f = *state;
	enum follow_result got;

	NEED(f);
	fails(acts_follow(&f->call, person(ALICE), person(ALICE), &plain, &got), ERR_FORBIDDEN);
	fails(acts_follow(&f->call, person(ALICE), person(999), &plain, &got), ERR_NOT_FOUND);
	fails(acts_block(&f->call, person(ALICE), person(ALICE)), ERR_FORBIDDEN);
	ok(acts_block(&f->call, person(BOB), person(ALICE)));
	fails(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got), ERR_FORBIDDEN);
	fails(acts_follow(&f->call, person(BOB), person(ALICE), &plain, &got), ERR_FORBIDDEN);
	ok(acts_unblock(&f->call, person(BOB), person(ALICE)));
	f->conf.follow_max = 0;
	fails(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got), ERR_INVALID);
	fails(acts_domain_hide(&f->call, person(ALICE), STR("here.example")), ERR_INVALID);
	fails(acts_domain_hide(&f->call, person(ALICE), STR("no domain")), ERR_INVALID);
}

static void a_block_ends_everything_both_ways(void **state)
{
	struct fixture *f = *state;
	enum follow_result got;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(BOB), &plain, &got));
	ok(acts_follow(&f->call, person(BOB), person(ALICE), &plain, &got));
	ok(acts_block(&f->call, person(ALICE), person(BOB)));
	ok(acts_block(&f->call, person(ALICE), person(BOB)));
	assert_true(relation(f, ALICE, BOB)->blocking);
	assert_true(relation(f, BOB, ALICE)->blocked_by);
	assert_false(relation(f, ALICE, BOB)->following || relation(f, ALICE, BOB)->followed_by);
	assert_int_equal(account(f, ALICE)->followers_count + account(f, BOB)->followers_count, 0);
	ok(acts_unblock(&f->call, person(ALICE), person(BOB)));
	assert_false(relation(f, ALICE, BOB)->blocking);
}

static void a_mute_runs_out(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	ok(acts_mute(&f->call, person(ALICE), person(BOB), true, 60));
	assert_true(relation(f, ALICE, BOB)->muting);
	assert_true(relation(f, ALICE, BOB)->muting_notifications);
	f->call.now_us += 61 * US_PER_S;
	assert_false(relation(f, ALICE, BOB)->muting);
	ok(acts_mute(&f->call, person(ALICE), person(BOB), false, 0));
	assert_true(relation(f, ALICE, BOB)->muting);
	assert_false(relation(f, ALICE, BOB)->muting_notifications);
	ok(acts_unmute(&f->call, person(ALICE), person(BOB)));
	assert_false(relation(f, ALICE, BOB)->muting);
	ok(acts_note_about(&f->call, person(ALICE), person(BOB), STR("met in Ulm")));
	assert_true(str_eqz(relation(f, ALICE, BOB)->note, "met in Ulm"));
}

SQL(q_mute_count, "SELECT count(*) FROM mutes");
SQL(q_jobs_drop, "DELETE FROM jobs");

static void who_was_muted_for_a_while_comes_back_into_the_home(void **state)
{
	struct fixture *f = *state;
	struct row r;
	bool found;

	NEED(f);
	ok(acts_mute(&f->call, person(ALICE), person(BOB), true, 60));
	ok(acts_mute(&f->call, person(ALICE), person(REMOTE), true, 60));
	ok(acts_mute(&f->call, person(BOB), person(ALICE), true, 0));
	ok(db_exec(&f->call, &q_jobs_drop, ARGS0, NULL));
	ok(acts_clean_mutes(&f->call));
	assert_int_equal(jobs(f, JOB_HOME_BUILD, "%"), 0);
	f->call.now_us += 61 * US_PER_S;
	ok(acts_clean_mutes(&f->call));
	assert_int_equal(jobs(f, JOB_HOME_BUILD, "%"), 1);
	ok(db_one(&f->call, &q_mute_count, ARGS0, &r, &found));
	assert_int_equal(row_i64(r, 0), 1);
}

static void people_elsewhere_are_asked_by_an_activity(void **state)
{
	struct fixture *f = *state;
	struct follow asked;
	enum follow_result got;
	bool found;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(REMOTE), &plain, &got));
	assert_int_equal(got, FOLLOW_ASKED);
	assert_int_equal(jobs(f, JOB_PLAN, "Follow"), 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "%"), 0);
	ok(follow_find(&f->call, FOLLOW_REQUESTED, person(ALICE), person(REMOTE), &asked, &found));
	assert_true(found && str_has_prefix(asked.uri, STR("https://here.example/ap/users/1#follows/")));
	/* Somebody else's yes is no yes. */
	ok(acts_follow_accepted(&f->call, person(BOB), person(0), asked.uri));
	assert_false(relation(f, ALICE, REMOTE)->following);
	ok(acts_follow_accepted(&f->call, person(REMOTE), person(0), asked.uri));
	ok(acts_follow_accepted(&f->call, person(REMOTE), person(0), asked.uri));
	assert_true(relation(f, ALICE, REMOTE)->following);
	assert_int_equal(account(f, ALICE)->following_count, 1);
	ok(acts_follow_rejected(&f->call, person(REMOTE), person(ALICE), STR_NONE));
	assert_false(relation(f, ALICE, REMOTE)->following);
	assert_int_equal(account(f, ALICE)->following_count, 0);
}

static void people_elsewhere_follow_and_are_answered(void **state)
{
	struct fixture *f = *state;
	struct str uri = STR("https://remote.example/follows/7");
	enum follow_result got;

	NEED(f);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), uri, &got));
	assert_int_equal(got, FOLLOW_MADE);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/follows/8"), &got));
	assert_int_equal(got, FOLLOW_STOOD);
	assert_int_equal(jobs(f, JOB_PLAN, "Accept Follow"), 2);
	assert_int_equal(account(f, ALICE)->followers_count, 1);
	ok(acts_follow_undone(&f->call, person(REMOTE), person(0), STR("https://remote.example/follows/8")));
	assert_int_equal(account(f, ALICE)->followers_count, 0);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(CAROL_LOCKED), uri, &got));
	assert_int_equal(got, FOLLOW_ASKED);
	ok(acts_follow_authorize(&f->call, person(CAROL_LOCKED), person(REMOTE)));
	assert_int_equal(jobs(f, JOB_PLAN, "Accept Follow"), 3);
	ok(acts_block(&f->call, person(CAROL_LOCKED), person(REMOTE)));
	assert_int_equal(jobs(f, JOB_PLAN, "Reject Follow"), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Block"), 1);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(CAROL_LOCKED), uri, &got));
	assert_int_equal(got, FOLLOW_REFUSED);
	ok(acts_block_receive(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/blocks/1")));
	assert_true(relation(f, ALICE, REMOTE)->blocked_by);
	ok(acts_undone(&f->call, person(BOB), STR("https://remote.example/blocks/1")));
	assert_true(relation(f, ALICE, REMOTE)->blocked_by);
	ok(acts_undone(&f->call, person(REMOTE), STR("https://remote.example/blocks/1")));
	assert_false(relation(f, ALICE, REMOTE)->blocked_by);
	/* An Undo that comes first is of what comes next under its id, once. */
	ok(acts_block_undone(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/blocks/2")));
	ok(acts_undone(&f->call, person(REMOTE), STR("https://remote.example/follows/9")));
	ok(acts_block_receive(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/blocks/2")));
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/follows/9"), &got));
	assert_int_equal(got, FOLLOW_UNDONE);
	assert_false(relation(f, ALICE, REMOTE)->blocked_by || relation(f, ALICE, REMOTE)->followed_by);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), STR("https://remote.example/follows/9"), &got));
	assert_int_equal(got, FOLLOW_MADE);
}

static void a_hidden_domain_loses_its_followers(void **state)
{
	struct fixture *f = *state;
	struct job job = { .ref_id = ALICE, .arg = STRC("domain:remote.example") };
	enum follow_result got;
	bool later;

	NEED(f);
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), STR_NONE, &got));
	ok(acts_follow(&f->call, person(ALICE), person(REMOTE), &plain, &got));
	ok(acts_domain_hide(&f->call, person(ALICE), STR("Remote.Example")));
	assert_true(relation(f, ALICE, REMOTE)->domain_blocking);
	assert_false(relation(f, ALICE, REMOTE)->followed_by || relation(f, ALICE, REMOTE)->requested);
	assert_int_equal(account(f, ALICE)->followers_count, 0);
	fails(acts_follow(&f->call, person(ALICE), person(REMOTE), &plain, &got), ERR_FORBIDDEN);
	ok(acts_job_account_clean(&f->call, &job, &later));
	ok(acts_domain_show(&f->call, person(ALICE), STR("remote.example")));
	assert_false(relation(f, ALICE, REMOTE)->domain_blocking);
}

static void pages_go_both_ways(void **state)
{
	struct fixture *f = *state;
	struct relation_row *rows;
	enum follow_result got;
	size_t n;

	NEED(f);
	ok(acts_follow(&f->call, person(BOB), person(ALICE), &plain, &got));
	ok(acts_follow(&f->call, person(CAROL_LOCKED), person(ALICE), &plain, &got));
	ok(acts_follow_receive(&f->call, person(REMOTE), person(ALICE), STR_NONE, &got));
	ok(relations_page(&f->call, LIST_FOLLOWERS, person(ALICE), person(0), &(struct page){ .limit = 2 }, &rows, &n));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].other.v, REMOTE);
	ok(relations_page(&f->call, LIST_FOLLOWERS, person(ALICE), person(0), &(struct page){ .limit = 2, .max_id = rows[1].id }, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].other.v, BOB);
	ok(relations_page(&f->call, LIST_FOLLOWERS, person(ALICE), person(0), &(struct page){ .limit = 1, .min_id = rows[0].id }, &rows, &n));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].other.v, CAROL_LOCKED);
	ok(acts_block(&f->call, person(BOB), person(CAROL_LOCKED)));
	ok(relations_page(&f->call, LIST_FOLLOWERS, person(ALICE), person(BOB), &(struct page){ .limit = 9 }, &rows, &n));
	assert_int_equal(n, 2);
	ok(relations_page(&f->call, LIST_BLOCKS, person(BOB), person(BOB), &(struct page){ .limit = 9 }, &rows, &n));
	assert_int_equal(n, 1);
}

static void a_profile_changes_only_where_it_is_said(void **state)
{
	struct fixture *f = *state;
	struct profile_field fields[] = { { STRC("Site"), STRC("https://alice.example") } };
	struct profile_edit edit = { .display_name = STRC("Alice"), .note = STRC("I know @bob and @nobody"), .locked = CHOICE_YES, .has_fields = true,
				     .fields = fields, .fields_n = 1, .avatar = { true, STRC("aa/1.png"), STRC("aa/1.png") } };
	struct profile_files unused;
	struct account *a;

	NEED(f);
	ok(acts_profile_update(&f->call, person(ALICE), &edit, &unused));
	assert_false(unused.avatar.set);
	a = account(f, ALICE);
	assert_true(a->locked && str_eqz(a->display_name, "Alice"));
	assert_true(str_contains(a->note, STR("u-url mention")) && str_contains(a->note, STR("@nobody")));
	assert_true(str_contains(a->fields, STR("rel=\\\"")) && str_contains(a->fields_source, STR("https://alice.example")));
	ok(acts_profile_update(&f->call, person(ALICE), &(struct profile_edit){ .avatar = { .set = true } }, &unused));
	assert_true(unused.avatar.set && str_eqz(unused.avatar.file, "aa/1.png"));
	a = account(f, ALICE);
	assert_true(a->locked && str_eqz(a->display_name, "Alice") && !a->avatar_file.n);
	assert_int_equal(jobs(f, JOB_PLAN, "Update Actor"), 2);
}

static void who_asked_is_let_in_once_an_account_opens(void **state)
{
	struct fixture *f = *state;
	struct job job = { .ref_id = CAROL_LOCKED, .arg = STRC("requests") };
	struct profile_files unused;
	enum follow_result got;
	bool later;

	NEED(f);
	ok(acts_follow(&f->call, person(ALICE), person(CAROL_LOCKED), &plain, &got));
	ok(acts_follow_receive(&f->call, person(REMOTE), person(CAROL_LOCKED), STR_NONE, &got));
	ok(acts_job_account_clean(&f->call, &job, &later));
	assert_true(relation(f, ALICE, CAROL_LOCKED)->requested);
	ok(acts_profile_update(&f->call, person(CAROL_LOCKED), &(struct profile_edit){ .locked = CHOICE_NO }, &unused));
	assert_int_equal(jobs(f, JOB_ACCOUNT_CLEAN, "requests"), 1);
	ok(acts_job_account_clean(&f->call, &job, &later));
	assert_true(relation(f, ALICE, CAROL_LOCKED)->following && relation(f, REMOTE, CAROL_LOCKED)->following);
	assert_int_equal(account(f, CAROL_LOCKED)->followers_count, 2);
}

static void a_profile_too_long_names_every_field(void **state)
{
	struct fixture *f = *state;
	struct profile_field fields[5] = { { STRC(""), STRC("x") } };
	struct profile_edit edit = { .display_name = STRC("0123456789a"), .privacy = STRC("limited"), .fields = fields, .fields_n = 5 };
	struct profile_files unused;
	struct err *e;

	NEED(f);
	f->conf.display_name_max = 10;
	e = acts_profile_update(&f->call, person(ALICE), &edit, &unused);
	assert_non_null(e);
	assert_string_equal(e->detail, "ERR_TOO_LONG");
	assert_true(str_eqz(e->field, "display_name"));
	assert_non_null(e->next);
}

/* Races: two threads, two connections, one pair. */

struct racer {
	struct fixture *f;
	pthread_barrier_t *start;
	bool blocks;
	int failures;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	for (int i = 0; i < 30; i++) {
		AUTO_ARENA(a);
		struct call c = r->f->call;
		enum follow_result got;
		struct err *e;

		c.arena = a;
		pthread_barrier_wait(r->start);
		e = r->blocks ? acts_block(&c, person(BOB), person(ALICE)) : acts_follow(&c, person(ALICE), person(BOB), &plain, &got);
		r->failures += e && e->code != ERR_FORBIDDEN;
		pthread_barrier_wait(r->start);
		pthread_barrier_wait(r->start);       /* the judge has looked */
	}
	return NULL;
}

static void no_follow_survives_a_block_that_races_it(void **state)
{
	struct fixture *f = *state;
	pthread_barrier_t start;
	struct racer racers[2] = { { f, &start, false, 0 }, { f, &start, true, 0 } };
	pthread_t threads[2];

	NEED(f);
	f->conf.rate_limits = false;
	pthread_barrier_init(&start, NULL, 3);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	for (int i = 0; i < 30; i++) {
		pthread_barrier_wait(&start);
		pthread_barrier_wait(&start);
		assert_true(relation(f, BOB, ALICE)->blocking);
		assert_false(relation(f, ALICE, BOB)->following);
		assert_int_equal(account(f, ALICE)->following_count, 0);
		ok(acts_unblock(&f->call, person(BOB), person(ALICE)));
		pthread_barrier_wait(&start);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(racers[0].failures + racers[1].failures, 0);
	pthread_barrier_destroy(&start);
}

/* The n-th database call fails, for every n: all tables are as before. */

SQL(q_everything,
    "SELECT (SELECT count(*) FROM follows), (SELECT count(*) FROM follow_requests), (SELECT count(*) FROM blocks), (SELECT count(*) FROM mutes),"
    " (SELECT count(*) FROM domain_mutes), (SELECT count(*) FROM account_notes), (SELECT count(*) FROM jobs), (SELECT count(*) FROM events),"
    " (SELECT coalesce(sum(used), 0) FROM limits), (SELECT sum(followers_count + 100 * following_count) FROM account_stats),"
    " (SELECT count(*) FROM endorsements), (SELECT count(*) FROM suggestions_dismissed),"
    " (SELECT count(*) FROM imports), (SELECT count(*) FROM import_rows),"
    " (SELECT count(*) FROM account_moves), (SELECT count(*) FROM accounts WHERE moved_to_id IS NOT NULL OR also_known_as <> '[]'),"
    " (SELECT count(*) FROM tombstones)");
enum { EVERYTHING = 17 };

static void everything(struct fixture *f, int64_t out[EVERYTHING])
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_everything, ARGS0, &r, &found));
	for (size_t i = 0; i < EVERYTHING; i++)
		out[i] = row_i64(r, i);
}

typedef struct err *act_fn(struct call *c);
static struct err *act_follow(struct call *c) { enum follow_result g; return acts_follow(c, person(ALICE), person(BOB), &plain, &g); }
static struct err *act_endorse(struct call *c) { return acts_endorse(c, person(ALICE), person(BOB)); }
static struct err *act_unendorse(struct call *c) { return acts_unendorse(c, person(ALICE), person(BOB)); }
static struct err *act_dismiss(struct call *c) { return acts_suggestion_dismiss(c, person(ALICE), person(BOB)); }
static struct err *act_ask(struct call *c) { enum follow_result g; return acts_follow(c, person(ALICE), person(CAROL_LOCKED), &plain, &g); }
static struct err *act_authorize(struct call *c) { return acts_follow_authorize(c, person(CAROL_LOCKED), person(ALICE)); }
static struct err *act_remote(struct call *c) { enum follow_result g; return acts_follow_receive(c, person(REMOTE), person(ALICE), STR_NONE, &g); }
static struct err *act_undone(struct call *c) { return acts_undone(c, person(REMOTE), STR("https://remote.example/follows/none")); }
static struct err *act_out(struct call *c) { enum follow_result g; return acts_follow(c, person(ALICE), person(REMOTE), &plain, &g); }
static struct err *act_accepted(struct call *c) { return acts_follow_accepted(c, person(REMOTE), person(ALICE), STR_NONE); }
static struct err *act_unfollow(struct call *c) { return acts_unfollow(c, person(ALICE), person(CAROL_LOCKED)); }
static struct err *act_hide(struct call *c) { return acts_domain_hide(c, person(ALICE), STR("remote.example")); }
static struct err *act_block(struct call *c) { return acts_block(c, person(ALICE), person(BOB)); }
static struct err *act_mute(struct call *c) { return acts_mute(c, person(ALICE), person(BOB), true, 0); }
static struct err *act_note(struct call *c) { return acts_note_about(c, person(ALICE), person(BOB), STR("x")); }
static struct err *act_profile(struct call *c)
{
	struct profile_files unused;

	return acts_profile_update(c, person(ALICE), &(struct profile_edit){ .note = STRC("hi @bob"), .privacy = STRC("private") }, &unused);
}
static struct err *act_unmute(struct call *c) { return acts_unmute(c, person(ALICE), person(BOB)); }
static struct err *act_unblock(struct call *c) { return acts_unblock(c, person(ALICE), person(BOB)); }
static struct err *act_show(struct call *c) { return acts_domain_show(c, person(ALICE), STR("remote.example")); }

static struct err *act_alias(struct call *c) { return acts_alias_add(c, person(BOB), person(REMOTE)); }
static struct err *act_move_in(struct call *c) { return acts_move_receive(c, person(REMOTE), person(BOB)); }
static struct err *act_move_end(struct call *c) { return acts_move_end(c, person(REMOTE)); }
static struct err *act_alias_remove(struct call *c) { return acts_alias_remove(c, person(BOB), STR("https://remote.example/ap/users/4")); }

static struct err *act_import(struct call *c)
{
	int64_t id;

	return acts_import_start(c, person(ALICE), &(struct import_new){ .kind = DATA_BLOCKS, .text = STRC("b@c.example\n") }, &id);
}

static void a_failing_database_leaves_nothing_behind(void **state)
{
	static act_fn *const acts[] = { act_follow, act_endorse, act_unendorse, act_dismiss, act_ask, act_authorize, act_remote, act_undone, act_out,
					act_accepted, act_unfollow, act_hide, act_block, act_mute, act_note, act_profile, act_unmute, act_unblock, act_show,
					act_alias, act_move_in, act_move_end, act_alias_remove, act_import };
	struct fixture *f = *state;

	NEED(f);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		for (int n = 1;; n++) {
			int64_t before[EVERYTHING], after[EVERYTHING];
			struct err *e;

			everything(f, before);
			sql_fault_arm(f->call.db, n);
			e = acts[i](&f->call);
			sql_fault_arm(f->call.db, 0);
			everything(f, after);
			if (!e) {
				assert_true(n > 2);
				assert_memory_not_equal(before, after, sizeof before);
				break;
			}
			assert_int_equal(e->code, ERR_LATER);
			assert_memory_equal(before, after, sizeof before);
		}
}

#define BOTH(fn) \
	cmocka_unit_test_setup_teardown(fn, with_sqlite, tear_down), { #fn " on PostgreSQL", fn, with_pgsql, tear_down, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_open_account_is_followed_once), BOTH(options_change_on_a_follow_that_stands), BOTH(a_locked_account_is_asked_and_answers),
		BOTH(what_is_not_allowed_is_refused), BOTH(a_block_ends_everything_both_ways), BOTH(a_mute_runs_out),
		BOTH(who_was_muted_for_a_while_comes_back_into_the_home),
		BOTH(people_elsewhere_are_asked_by_an_activity), BOTH(people_elsewhere_follow_and_are_answered),
		BOTH(a_hidden_domain_loses_its_followers), BOTH(a_profile_changes_only_where_it_is_said),
		BOTH(who_asked_is_let_in_once_an_account_opens), BOTH(a_profile_too_long_names_every_field),
		BOTH(pages_go_both_ways), BOTH(no_follow_survives_a_block_that_races_it),
		BOTH(a_failing_database_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
