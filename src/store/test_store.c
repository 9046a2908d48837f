#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/world.h"
#include "store/account.h"
#include "store/audience.h"
#include "store/event.h"
#include "store/job.h"
#include "store/migrations.h"
#include "store/remote_emoji.h"
#include "store/status.h"
#include "store/store.h"
#include "store/test_database.h"
#include "store/user.h"

/* One engine, a fresh schema, a call. */
struct fixture {
	struct arena *arena;
	struct call call;
	const char *engine;
};

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct fixture *f = arena_new(a, struct fixture);

	*f = (struct fixture){ .arena = a, .engine = url.n ? "pgsql" : "sqlite" };
	f->call = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1) };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &f->call.db))
		return -1;
	*state = f;
	return test_database(&f->call) ? -1 : 0;
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

extern const struct sql_text *const __start_howdah_sql[];
extern const struct sql_text *const __stop_howdah_sql[];

static void every_text_prepares(void **state)
{
	struct fixture *f = *state;
	int n = 0, pairs = 0;

	NEED(f);
	for (const struct sql_text *const *t = __start_howdah_sql; t < __stop_howdah_sql; t++, n++) {
		struct err *e = sql_check(&f->call, *t);

		if (e)
			fail_msg("%s: %.*s", (*t)->name, (int)e->text.n, e->text.p);
		pairs += strcmp((*t)->sqlite, (*t)->pgsql) != 0;
	}
	assert_true(n > 80);
	assert_true(pairs <= 25);
}

/* Timelines and homes by key over indexes: nothing walks through the posts. */
static void no_timeline_scans_the_posts(void **state)
{
	static const char *const names[] = { "q_home_", "q_list_", "q_direct_", "q_conversations_down",
					     "q_public", "q_tag_", "q_account_down", "q_account_up", "q_pinned",
					     "q_notifications_", "q_audience_everybody" };
	struct fixture *f = *state;
	struct sql_arg ones[20];
	int seen = 0;

	NEED(f);
	if (strcmp(f->engine, "sqlite") != 0)
		skip();                       /* an empty PostgreSQL scans everything: it knows that there is nothing */
	for (size_t i = 0; i < 20; i++)
		ones[i] = sql_arg_i64(1);
	for (const struct sql_text *const *t = __start_howdah_sql; t < __stop_howdah_sql; t++) {
		struct sql_text *explain = arena_new(f->arena, struct sql_text);
		struct sql_rows rows;
		size_t args = 20;
		bool wanted = false;

		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			wanted |= str_has_prefix(str_z((*t)->name), str_z(names[i]));
		if (!wanted || strstr((*t)->sqlite, "@"))
			continue;
		while (args && !strstr((*t)->sqlite, arena_strz(f->arena, arena_printf(f->arena, "$%zu", args))))
			args--;
		*explain = (struct sql_text){ (*t)->name, arena_strz(f->arena, arena_printf(f->arena, "EXPLAIN QUERY PLAN %s", (*t)->sqlite)), "" };
		ok(db_rows(&f->call, explain, (struct sql_args){ ones, args }, &rows));
		for (size_t i = 0; i < rows.n; i++) {
			struct str detail = row_str(sql_row(&rows, i), 3);
			bool scan = str_has_prefix(detail, STR("SCAN ")) && !str_eqz(detail, "SCAN CONSTANT ROW") && !str_eqz(detail, "SCAN w") &&
				    !str_eqz(detail, "SCAN t") && !str_eqz(detail, "SCAN cut") && !str_eqz(detail, "SCAN walk");

			if (scan)
				fail_msg("%s: " STR_FMT, (*t)->name, STR_ARG(detail));
		}
		seen++;
	}
	assert_true(seen >= 14);
}

static void migrating_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	int applied;

	NEED(f);
	ok(store_migrate(&f->call, &applied));
	assert_int_equal(applied, 0);
}

/* One of a lower number that came into the program later. */
static void a_migration_that_came_late_is_applied(void **state)
{
	struct fixture *f = *state;
	int applied;

	NEED(f);
	ok(sql_script(&f->call, STR("DELETE FROM schema_versions WHERE number = 16; DROP INDEX thread_mutes_thread;")));
	ok(store_migrate(&f->call, &applied));
	assert_int_equal(applied, 1);
}

#define OLD_EMOJI(SHORTCODE, URL) "'[{\"shortcode\":\"" SHORTCODE "\",\"url\":\"" URL "\",\"static_url\":\"x\"}]'"

/* What posts and people had before is known by the newest that say it. */
static void emoji_that_were_here_before_keep_their_pictures(void **state)
{
	struct fixture *f = *state;
	const struct str names[] = { STR("old"), STR("me"), STR("ours") };
	struct remote_emoji *v;
	int applied;
	size_t n;

	NEED(f);
	ok(sql_script(&f->call, STR(
	    "DELETE FROM schema_versions WHERE number = 34; DROP TABLE remote_emojis;"
	    "INSERT INTO accounts (id, username, username_key, domain, uri, actor_type, display_name, display_key, note, fields, emojis, locked, bot,"
	    " discoverable, indexable, hide_collections, silenced_us, suspended_us, deleted_us, also_known_as, created_us, fetched_us, version) VALUES"
	    " (901, 'r', 'r', 'emoji.example', 'https://emoji.example/r', 0, '', '', '', '[]', " OLD_EMOJI("me", "https://x.example/me")
	    ", 0, 0, 0, 0, 0, 0, 0, 0, '[]', 1, 1, 1), (902, 'l902', 'l902', '', 'https://here.example/l902', 0, '', '', '', '[]', "
	    OLD_EMOJI("ours", "https://x.example/ours") ", 0, 0, 0, 0, 0, 0, 0, 0, '[]', 1, 1, 1);"
	    "INSERT INTO statuses (id, account_id, visibility, local, thread_id, sensitive, created_us, edited_us, version, uri, spoiler_text, emojis,"
	    " content) VALUES (911, 901, 0, 0, 911, 0, 1, 0, 1, 'https://emoji.example/911', '', " OLD_EMOJI("old", "https://x.example/1") ", ''),"
	    " (912, 901, 0, 0, 912, 0, 1, 0, 1, 'https://emoji.example/912', '', " OLD_EMOJI("old", "https://x.example/2") ", ''),"
	    " (913, 902, 0, 1, 913, 0, 1, 0, 1, 'https://here.example/913', '', " OLD_EMOJI("ours", "https://x.example/3") ", '');")));
	ok(store_migrate(&f->call, &applied));
	assert_int_equal(applied, 1);
	ok(remote_emojis_named(&f->call, STR("emoji.example"), names, 3, &v, &n));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_true(str_eqz(v[i].url, str_eqz(v[i].shortcode, "me") ? "https://x.example/me" : "https://x.example/2"));
	ok(remote_emojis_named(&f->call, STR(""), names, 3, &v, &n));
	assert_int_equal(n, 0);
}

static void ids_only_grow(void **state)
{
	struct fixture *f = *state;
	int64_t last = 0;

	NEED(f);
	for (int i = 0; i < 5000; i++) {
		int64_t id = id_next(&f->call);

		assert_true(id > last);
		last = id;
	}
	for (int64_t i = 0, before = 0, id; i < 5000; i++, before = id) {
		id = id_next_short(&f->call);
		assert_true(id > before && id < INT64_C(1) << 53);
	}
	assert_true(llabs(id_time_us(last) - f->call.now_us) < 60 * US_PER_S);
	assert_true(id_time_us(id_at(&f->call, f->call.now_us + US_PER_DAY)) <= f->call.now_us);
}

static void nodes_take_different_numbers(void **state)
{
	struct fixture *f = *state;
	int one, two;
	bool held;

	NEED(f);
	ok(node_lease(&f->call, STR("a"), STR("web"), US_PER_MIN, &one));
	ok(node_lease(&f->call, STR("b"), STR("jobs"), US_PER_MIN, &two));
	assert_int_not_equal(one, two);
	ok(node_renew(&f->call, one, STR("b"), US_PER_MIN, &held));
	assert_false(held);
	ok(node_release(&f->call, one, STR("a")));
	ok(node_lease(&f->call, STR("c"), STR("web"), US_PER_MIN, &two));
	assert_int_equal(one, two);
}

struct starting {
	struct call call;
	struct node me;
	bool fits;
	struct err *e;
};

static void *start_node(void *arg)
{
	struct starting *s = arg;
	struct node *others;
	size_t n;

	s->e = node_claim(&s->call, &s->me, 30, &others, &n, &s->fits);
	return NULL;
}

static void of_two_nodes_that_start_at_once_only_what_fits_does(void **state)
{
	struct fixture *f = *state;
	const struct str tokens[2] = { STRC("one"), STRC("two") };
	struct starting s[2];
	pthread_t thread[2];
	struct node *nodes;
	size_t n, counted = 0;

	NEED(f);
	for (int i = 0; i < 2; i++) {
		s[i] = (struct starting){ .call = f->call, .me = { .token = tokens[i], .place = tokens[i], .connections = 20, .connections_jobs = 15,
								   .leased_until_us = f->call.now_us + US_PER_MIN } };
		s[i].call.arena = arena_create();
		ok(node_lease(&f->call, tokens[i], STR("jobs"), US_PER_MIN, &s[i].me.number));
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, start_node, &s[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], NULL);
		ok(s[i].e);
	}
	assert_int_equal(s[0].fits + s[1].fits, 1);
	ok(nodes_leased(&f->call, &nodes, &n));
	assert_int_equal(nodes_connections(nodes, n), 20);
	for (size_t i = 0; i < n; i++)
		counted += nodes[i].connections == 20 && nodes[i].connections_jobs == 15 && str_eq(nodes[i].place, nodes[i].token);
	assert_int_equal(counted, 1);
	for (int i = 0; i < 2; i++)
		arena_destroy(s[i].call.arena);
}

static void a_node_counts_while_its_lease_stands_and_not_against_itself(void **state)
{
	struct fixture *f = *state;
	struct node me = { .token = STRC("me"), .place = STRC("here"), .connections = 20 };
	struct node other = { .token = STRC("other"), .place = STRC("there"), .connections = 15 }, *others;
	size_t n;
	bool fits;

	NEED(f);
	ok(node_lease(&f->call, me.token, STR("web"), US_PER_MIN, &me.number));
	ok(node_lease(&f->call, other.token, STR("web"), US_PER_MIN, &other.number));
	me.leased_until_us = other.leased_until_us = f->call.now_us + US_PER_MIN;
	ok(node_claim(&f->call, &me, 30, &others, &n, &fits));
	assert_true(fits && n == 0);
	ok(node_claim(&f->call, &me, 30, &others, &n, &fits));
	assert_true(fits && n == 0);                 /* again: not against itself */
	ok(node_claim(&f->call, &other, 30, &others, &n, &fits));
	assert_true(!fits && n == 1 && others[0].connections == 20 && str_eqz(others[0].place, "here"));
	other.connections = 10;
	ok(node_claim(&f->call, &other, 30, &others, &n, &fits));
	assert_true(fits);
	f->call.now_us += 2 * US_PER_MIN;            /* both were killed: nobody renewed their leases */
	ok(node_lease(&f->call, STR("third"), STR("web"), US_PER_MIN, &other.number));
	other = (struct node){ .number = other.number, .token = STRC("third"), .place = STRC("there"), .connections = 30,
				 .leased_until_us = f->call.now_us + US_PER_MIN };
	ok(node_claim(&f->call, &other, 30, &others, &n, &fits));
	assert_true(fits && n == 0);
	other.token = STR("somebody else's");
	assert_non_null(node_claim(&f->call, &other, 30, &others, &n, &fits));
}

static struct err *add_jobs(struct call *c, void *arg)
{
	struct job_new j[3] = {
		{ .kind = JOB_DELIVER, .arg = STR("https://a.example/inbox"), .host = STR("a.example") },
		{ .kind = JOB_DELIVER, .arg = STR("https://b.example/inbox"), .host = STR("b.example") },
		{ .kind = JOB_FANOUT, .ref_id = 7, .once_key = STR("fanout:7") },
	};

	(void)arg;
	TRY(jobs_add(c, j, 3));
	return job_add(c, &j[2]);
}

static void a_job_is_leased_once_and_comes_back(void **state)
{
	struct fixture *f = *state;
	struct call *c;
	struct job *jobs;
	size_t n;
	struct str busy = STR("a.example");
	struct job_lease push = { .lane = JOB_LANE_PUSH, .node = 1, .max = 10, .host_max = 4, .lease_us = US_PER_MIN, .busy_hosts = &busy, .busy_n = 1 };

	NEED(f);
	c = &f->call;
	ok(store_tx(c, add_jobs, NULL));
	ok(jobs_lease(c, &push, &jobs, &n));
	assert_int_equal(n, 1);
	assert_true(str_eqz(jobs[0].host, "b.example"));
	push.busy_n = 0;
	ok(jobs_lease(c, &push, &jobs, &n));
	assert_int_equal(n, 1);
	assert_int_equal(jobs[0].tries, 0);
	ok(jobs_lease(c, &push, &jobs, &n));
	assert_int_equal(n, 0);
	c->now_us += 2 * US_PER_MIN;         /* the leases ran out */
	ok(jobs_lease(c, &push, &jobs, &n));
	assert_int_equal(n, 2);
	assert_int_equal(jobs[0].tries, 1);
	ok(jobs_done(c, (int64_t[]){ jobs[0].id.v, jobs[1].id.v }, 2));
	push.lane = JOB_LANE_DEFAULT;
	ok(jobs_lease(c, &push, &jobs, &n));
	assert_int_equal(n, 1);              /* once_key: the second fan-out of the same post was nothing */
}

static struct err *bury(struct call *c, void *arg) { return node_bury(c, arg); }

static void what_a_dead_node_held_is_free_when_it_is_buried(void **state)
{
	struct fixture *f = *state;
	struct node *nodes, dead = { .token = STRC("dead") };
	struct job_lease push = { .lane = JOB_LANE_PUSH, .max = 10, .host_max = 4, .lease_us = US_PER_MIN };
	struct job *jobs;
	size_t n;

	NEED(f);
	ok(node_lease(&f->call, dead.token, STR("jobs"), US_PER_MIN, &dead.number));
	ok(nodes_leased(&f->call, &nodes, &n));
	assert_true(n >= 1);
	ok(store_tx(&f->call, add_jobs, NULL));
	push.node = dead.number;
	ok(jobs_lease(&f->call, &push, &jobs, &n));
	assert_int_equal(n, 2);
	ok(store_tx(&f->call, bury, &(struct node){ dead.number, STR("somebody else's") }));
	ok(jobs_lease(&f->call, &push, &jobs, &n));
	assert_int_equal(n, 0);
	ok(store_tx(&f->call, bury, &dead));
	ok(jobs_lease(&f->call, &push, &jobs, &n));
	assert_int_equal(n, 2);
}

static struct err *add_event(struct call *c, void *arg)
{
	(void)arg;
	return store_event_add(c, EVENT_STATUS_NEW, 5, STR("public"), STR_NONE);
}

static int heard;
static void hear(void *arg, const struct event *e)
{
	(void)arg;
	heard += e->subject_id == 5;
}

static void an_event_flies_after_its_commit(void **state)
{
	struct fixture *f = *state;
	struct event *events;
	size_t n;

	NEED(f);
	heard = 0;
	store_on_event(hear, NULL);
	ok(store_tx(&f->call, add_event, NULL));
	store_on_event(NULL, NULL);
	assert_int_equal(heard, 1);
	ok(events_after(&f->call, 0, 10, &events, &n));
	assert_int_equal(n, 1);
	assert_true(str_eqz(events[0].topics, "public"));
}

static struct err *add_event_and_job(struct call *c, void *arg)
{
	TRY(add_event(c, arg));
	return store_event_add(c, EVENT_JOBS_ADDED, JOB_LANE_PUSH, STR("jobs"), STR_NONE);
}

struct notices {
	sem_t come;
	struct store_notice last;
};

static void hear_notice(void *arg, struct str payload)
{
	struct notices *n = arg;

	n->last = store_notice_read(payload);
	sem_post(&n->come);
}

static void a_notice_says_who_wrote_and_which_lanes_have_more_to_do(void **state)
{
	struct fixture *f = *state;
	static struct notices n[2];   /* until the listeners end with the database */
	struct house house = { .node = 7 };
	struct event *told;
	size_t told_n;
	struct store_notice all = store_notice_read(STR_NONE);

	NEED(f);
	assert_int_equal(all.node, -1);
	assert_int_equal(all.lanes, ~0u);
	if (!sql_is_pgsql(f->call.db))
		return;      /* one process, which hears of its own events by itself */
	f->call.house = &house;
	for (int speaks = 0; speaks < 2; speaks++) {      /* where nobody speaks for the process it is told in the transaction */
		sem_init(&n[speaks].come, 0, 0);
		ok(sql_listen(f->call.arena, f->call.db,
			      &(struct sql_listening){ "howdah_events", hear_notice, &n[speaks], speaks ? store_notice_say : NULL }));
		assert_int_equal(sql_tells(f->call.db), speaks);
		ok(store_tx(&f->call, add_event_and_job, NULL));
		for (int i = 0; i <= speaks; i++) {
			assert_int_equal(sem_wait(&n[i].come), 0);
			assert_int_equal(n[i].last.node, 7);
			assert_int_equal(n[i].last.lanes, 1u << JOB_LANE_PUSH);
		}
	}
	f->call.house = NULL;
	ok(events_after(&f->call, 0, 10, &told, &told_n));
	assert_int_equal(told_n, 2);      /* the notice is all there is of the other */
}

static struct err *add_account(struct call *c, void *arg)
{
	struct account *a = arg;

	TRY(account_add(c, a, STR("alice"), STR("alice")));
	return account_count(c, a->id, 2, 1, -5, c->now_us);
}

static void an_account_is_found_by_all_its_names(void **state)
{
	struct fixture *f = *state;
	struct call *c;
	struct account a, *got;

	NEED(f);
	c = &f->call;
	a = (struct account){ .id = ID(account_id, id_next(c)), .username = STR("Alice"), .domain = STR(""), .uri = STR("https://x.example/ap/users/1"),
			      .display_name = STR("Alice"), .created_us = c->now_us };
	ok(store_tx(c, add_account, &a));
	ok(account_find_handle(c, STR("alice"), STR(""), &got));
	assert_non_null(got);
	assert_true(got->local && got->statuses_count == 2 && got->following_count == 0);
	ok(account_find_uri(c, a.uri, &got));
	assert_true(got && got->id.v == a.id.v);
	ok(account_find_handle(c, STR("alice"), STR("other.example"), &got));
	assert_null(got);
	a.id.v = id_next(c);
	assert_int_equal(store_tx(c, add_account, &a)->code, ERR_CONFLICT);
}

/* Ten servers: of each a shared inbox with three people, but every third of the servers has none and each of its people an inbox. */
static struct err *add_strangers(struct call *c, void *arg)
{
	(void)arg;
	for (int64_t i = 0; i < 30; i++) {
		struct account a = { .id = ID(account_id, 100 + i), .username = arena_printf(c->arena, "u%lld", (long long)i), .created_us = c->now_us };

		a.domain = arena_printf(c->arena, "s%lld.example", (long long)(i % 10));
		a.uri = arena_printf(c->arena, "https://s%lld.example/%lld", (long long)(i % 10), (long long)i);
		a.inbox_uri = arena_concat(c->arena, a.uri, STR("/inbox"));
		if (i % 10 % 3)
			a.shared_inbox_uri = arena_printf(c->arena, "https://s%lld.example/inbox", (long long)(i % 10));
		a.suspended_us = i == 29;
		TRY(account_add(c, &a, a.username, STR("")));
	}
	return NULL;
}

static void every_inbox_is_told_once_page_by_page(void **state)
{
	struct fixture *f = *state;
	struct str after = STR(""), *inboxes;
	struct map *seen;
	size_t n = 4, told = 0;

	NEED(f);
	seen = map_create(f->arena);
	ok(sql_tx(&f->call, add_strangers, NULL));
	while (n == 4) {
		ok(audience_everybody(&f->call, after, 4, &inboxes, &n));
		for (size_t i = 0; i < n; i++, told++) {
			assert_null(map_find(seen, inboxes[i]));
			map_put(seen, inboxes[i], seen);
			after = inboxes[i];
		}
	}
	/* Of s0, s3, s6 and s9 each person (but one, who is suspended), of the other six the server. */
	assert_int_equal(told, 4 * 3 - 1 + 6);
}

int main(void)
{
#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(every_text_prepares),
		BOTH(no_timeline_scans_the_posts),
		BOTH(migrating_again_changes_nothing),
		BOTH(a_migration_that_came_late_is_applied),
		BOTH(emoji_that_were_here_before_keep_their_pictures),
		BOTH(ids_only_grow),
		BOTH(nodes_take_different_numbers),
		BOTH(of_two_nodes_that_start_at_once_only_what_fits_does),
		BOTH(a_node_counts_while_its_lease_stands_and_not_against_itself),
		BOTH(a_job_is_leased_once_and_comes_back),
		BOTH(what_a_dead_node_held_is_free_when_it_is_buried),
		BOTH(an_event_flies_after_its_commit),
		BOTH(a_notice_says_who_wrote_and_which_lanes_have_more_to_do),
		BOTH(an_account_is_found_by_all_its_names),
		BOTH(every_inbox_is_told_once_page_by_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
