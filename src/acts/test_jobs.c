#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "acts/clean.h"
#include "acts/jobs.h"
#include "conf/conf.h"
#include "store/audit.h"
#include "store/job.h"
#include "store/store.h"
#include "store/test_database.h"

static int set_up(void **state, struct str url)
{
	struct arena *a = arena_create();
	struct call *c = arena_new(a, struct call);

	*c = (struct call){ .arena = a, .world = &world_real, .now_us = world_real.now_us(&world_real), .ids = ids_create(a, 1) };
	if (sql_open(a, &(struct sql_open){ .url = url, .path = STR(":memory:"), .connections = 4 }, &c->db))
		return -1;
	*state = c;
	return test_database(c) ? -1 : 0;
}

TEST_ENGINES(set_up)

static int tear_down(void **state)
{
	struct call *c = *state;

	if (c) {
		sql_close(c->db);
		arena_destroy(c->arena);
	}
	return 0;
}

#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)

SQL(q_test_held, "SELECT (SELECT count(*) FROM job_rules) * 100 + (SELECT count(*) FROM audit_log)");
SQL(q_test_jobs, "SELECT count(*) FROM jobs WHERE host = $1");

static int64_t number(struct call *c, const struct sql_text *q, struct sql_args args)
{
	struct row r;
	bool any;

	ok(db_one(c, q, args, &r, &any));
	return row_i64(r, 0);
}

static struct err *add_many(struct call *c, void *arg)
{
	struct job_new v[500];

	for (int i = 0; i < 500; i++)
		v[i] = (struct job_new){ .kind = JOB_DELIVER, .host = i % 10 ? STR("many.example") : STR("few.example") };
	(void)arg;
	for (int i = 0; i < 5; i++)
		TRY(jobs_add(c, v, 500));
	return NULL;
}

SQL(q_test_logged, "SELECT COALESCE(sum(n), 0) FROM audit_log");

static struct audit_entry newest(struct call *c)
{
	struct audit_entry *v;
	size_t n;

	ok(audit_newest(c, 1, &v, &n));
	assert_int_equal(n, 1);
	return v[0];
}

static void a_pause_stands_with_its_line_in_the_log_or_not_at_all(void **state)
{
	struct call *c = *state;
	struct job_rule r = { .lane = JOB_LANE_PUSH, .kind = -1, .by = STR("a test") };
	int64_t n;

	if (!c)
		skip();
	for (int nth = 1;; nth++) {
		struct err *e;

		sql_fault_arm(c->db, nth);
		e = acts_jobs_hold(c, &r);
		sql_fault_arm(c->db, 0);
		if (!e)
			break;
		assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(number(c, &q_test_held, ARGS0), 0);
		assert_true(nth < 50);
	}
	assert_int_equal(number(c, &q_test_held, ARGS0), 101);
	assert_true(str_eqz(newest(c).what, "jobs pause class PUSH"));
	r.per_minute = 7;
	ok(acts_jobs_hold(c, &r));
	assert_int_equal(number(c, &q_test_held, ARGS0), 102);      /* one rule about one thing */
	ok(acts_jobs_resume(c, NULL, STR("a test"), &n));
	assert_int_equal(n, 1);
	assert_int_equal(number(c, &q_test_held, ARGS0), 3);
	r.host = STR("x.example");
	assert_non_null(acts_jobs_hold(c, &r));
	assert_int_equal(number(c, &q_test_held, ARGS0), 3);
}

static void what_is_deleted_is_what_was_named_and_the_log_says_how_many(void **state)
{
	struct call *c = *state;
	struct job_filter filter = { .lane = -1, .kind = JOB_DELIVER, .host = STR("many.example") };
	struct jobs_done done;
	int64_t n;

	if (!c)
		skip();
	ok(store_tx(c, add_many, NULL));
	ok(jobs_matching(c, &filter, &n));
	assert_int_equal(n, 2250);
	ok(acts_jobs_do(c, JOBS_DELETE, &filter, STR("a test"), &done));
	assert_int_equal(done.n, 2250);
	assert_int_equal(newest(c).n, 2250);
	assert_true(str_eqz(newest(c).what, "jobs delete kind DELIVER host many.example"));
	assert_int_equal(number(c, &q_test_held, ARGS0), 1);
	assert_int_equal(number(c, &q_test_jobs, ARGS(STR("many.example"))), 0);
	assert_int_equal(number(c, &q_test_jobs, ARGS(STR("few.example"))), 250);
}

/* Nothing is asked for without its line in the log; nothing is deleted with its question still standing. */
SQL(q_test_asked, "SELECT (SELECT count(*) FROM jobs) * 10000 + (SELECT count(*) FROM job_deletions) * 100 + (SELECT count(*) FROM audit_log)");

static void many_are_deleted_by_two(void **state)
{
	struct call *c = *state;
	struct job_filter filter = { .lane = -1, .kind = JOB_DELIVER, .host = STR("many.example") };
	struct conf conf = { .jobs_delete_alone = 2249 };
	struct jobs_done done, end;

	if (!c)
		skip();
	c->conf = &conf;
	ok(store_tx(c, add_many, NULL));
	for (int nth = 1;; nth++) {
		sql_fault_arm(c->db, nth);
		if (!acts_jobs_do(c, JOBS_DELETE, &filter, STR("ada"), &done))
			break;
		sql_fault_arm(c->db, 0);
		assert_int_equal(number(c, &q_test_asked, ARGS0), 25000000);
		assert_true(nth < 50);
	}
	sql_fault_arm(c->db, 0);
	assert_int_equal(number(c, &q_test_asked, ARGS0), 25000101);
	assert_true(done.n == 2250 && done.to_confirm);
	assert_int_equal(acts_jobs_confirm(c, done.to_confirm, STR("ada"), &end)->code, ERR_FORBIDDEN);
	assert_int_equal(acts_jobs_confirm(c, done.to_confirm + 1, STR("bea"), &end)->code, ERR_NOT_FOUND);
	c->now_us += JOB_DELETION_WAITS_US;
	assert_int_equal(acts_jobs_confirm(c, done.to_confirm, STR("bea"), &end)->code, ERR_NOT_FOUND);
	c->now_us -= 1;
	ok(store_tx(c, add_many, NULL));              /* came since: nobody was shown these */
	ok(acts_jobs_confirm(c, done.to_confirm, STR("bea"), &end));
	assert_int_equal(end.n, 2250);
	assert_int_equal(number(c, &q_test_jobs, ARGS(STR("many.example"))), 2250);
	assert_true(str_eqz(newest(c).by, "bea"));
	assert_int_equal(newest(c).n, 2250);
	assert_true(str_find_str(newest(c).what, STR("asked for by ada")) < newest(c).what.n);
	assert_int_equal(acts_jobs_confirm(c, done.to_confirm, STR("bea"), &end)->code, ERR_NOT_FOUND);
}

/* No job is lost, and none is there twice: each is waiting or kept. */
SQL(q_test_all, "SELECT (SELECT count(*) FROM jobs) * 10000 + (SELECT count(*) FROM deleted_jobs)");
SQL(q_test_park, "UPDATE jobs SET parked_us = 7, tries = 5, last_error = 'it did not work' WHERE host = 'few.example'");
SQL(q_test_parked, "SELECT count(*) FROM jobs WHERE host = 'few.example' AND parked_us = 7 AND tries = 5 AND last_error = 'it did not work'"
    " AND leased_until_us = 0 AND kind = $1 AND lane = $2 AND created_us = $3");

static void a_deletion_is_taken_back(void **state)
{
	struct call *c = *state;
	struct job_filter all = { .lane = -1, .kind = -1, .host = STR("") };
	struct jobs_done done;
	struct jobs_deleted *kept;
	int64_t n;
	size_t kept_n;

	if (!c)
		skip();
	ok(store_tx(c, add_many, NULL));
	ok(db_exec(c, &q_test_park, ARGS0, NULL));
	for (int nth = 1;; nth++) {
		sql_fault_arm(c->db, nth);
		if (!acts_jobs_do(c, JOBS_DELETE, &all, STR("ada"), &done))
			break;
		sql_fault_arm(c->db, 0);
		n = number(c, &q_test_all, ARGS0);
		assert_int_equal(n / 10000 + n % 10000, 2500);
		assert_int_equal(n % 10000, number(c, &q_test_logged, ARGS0));
		assert_true(nth < 500);
	}
	sql_fault_arm(c->db, 0);
	assert_int_equal(number(c, &q_test_all, ARGS0), 2500);
	ok(jobs_deleted(c, 10, &kept, &kept_n));
	assert_true(kept_n > 0);
	for (size_t i = 0; i < kept_n; i++) {
		struct err *e;

		for (int nth = 1;; nth++) {
			sql_fault_arm(c->db, nth);
			e = acts_jobs_undelete(c, kept[i].audit_id, STR("bea"), &n);
			sql_fault_arm(c->db, 0);
			if (!e || e->code == ERR_NOT_FOUND)      /* what failed midway may have brought all of it back */
				break;
			n = number(c, &q_test_all, ARGS0);
			assert_int_equal(n / 10000 + n % 10000, 2500);
			assert_true(nth < 500);
		}
		assert_int_equal(acts_jobs_undelete(c, kept[i].audit_id, STR("bea"), &n)->code, ERR_NOT_FOUND);
	}
	assert_int_equal(number(c, &q_test_all, ARGS0), 25000000);
	assert_int_equal(number(c, &q_test_parked, ARGS((int64_t)JOB_DELIVER, (int64_t)JOB_LANE_PUSH, c->now_us)), 250);
	assert_true(str_eqz(newest(c).by, "bea") && str_has_prefix(newest(c).what, STR("jobs undelete ")));
}

struct taker {
	struct call call;
	int64_t line, n;
	struct err *e;
};

static void *take_back(void *arg)
{
	struct taker *t = arg;

	t->e = acts_jobs_undelete(&t->call, t->line, STR("both"), &t->n);
	return NULL;
}

static void two_who_take_a_deletion_back_do_it_once(void **state)
{
	struct call *c = *state;
	struct job_filter filter = { .lane = -1, .kind = -1, .host = STR("many.example") };
	struct taker t[2];
	pthread_t thread[2];
	struct jobs_done done;

	if (!c)
		skip();
	ok(store_tx(c, add_many, NULL));
	ok(acts_jobs_do(c, JOBS_DELETE, &filter, STR("ada"), &done));
	for (int i = 0; i < 2; i++) {
		t[i] = (struct taker){ .call = *c, .line = done.line };
		t[i].call.arena = arena_create();
		assert_int_equal(pthread_create(&thread[i], NULL, take_back, &t[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], NULL);
		assert_true(!t[i].e || t[i].e->code == ERR_NOT_FOUND);
		arena_destroy(t[i].call.arena);
	}
	assert_int_equal(t[0].n + t[1].n, 2250);
	assert_int_equal(number(c, &q_test_all, ARGS0), 25000000);
}

static struct err *add_once(struct call *c, void *arg)
{
	struct job_new j = { .kind = JOB_HOME_BUILD, .ref_id = 7, .once_key = STR("home:7") };

	(void)arg;
	return job_add(c, &j);
}

static void work_that_another_job_is_to_do_does_not_come_back(void **state)
{
	struct call *c = *state;
	struct job_filter all = { .lane = -1, .kind = -1, .host = STR("") };
	struct jobs_done done;
	int64_t n;

	if (!c)
		skip();
	ok(store_tx(c, add_once, NULL));
	ok(acts_jobs_do(c, JOBS_DELETE, &all, STR("ada"), &done));
	assert_true(done.n == 1 && done.kept == 1);
	ok(store_tx(c, add_once, NULL));
	ok(acts_jobs_undelete(c, done.line, STR("ada"), &n));
	assert_int_equal(n, 0);
	assert_int_equal(number(c, &q_test_all, ARGS0), 10000);
	assert_int_equal(newest(c).n, 0);
}

static struct err *drop_keeping_one(struct call *c, void *arg)
{
	struct job_filter all = { .lane = -1, .kind = -1, .host = STR("") };

	return jobs_drop_kept(c, &all, 17, 1, arg);
}

static void what_is_deleted_is_kept_within_its_bounds(void **state)
{
	struct call *c = *state;
	struct job_filter few = { .lane = -1, .kind = -1, .host = STR("few.example") };
	struct jobs_done done;
	int64_t n;

	if (!c)
		skip();
	ok(store_tx(c, add_many, NULL));
	ok(acts_jobs_do(c, JOBS_DELETE, &few, STR("ada"), &done));
	assert_int_equal(done.kept, 250);
	ok(jobs_deleted_room(c, &n));
	assert_int_equal(n, JOBS_DELETED_MAX - 250);
	ok(store_tx(c, drop_keeping_one, &n));
	assert_int_equal(n, JOBS_AT_ONCE);
	assert_int_equal(number(c, &q_test_all, ARGS0), 12500251);
	c->now_us += JOBS_DELETED_KEPT_US;
	assert_int_equal(acts_jobs_undelete(c, done.line, STR("ada"), &n)->code, ERR_NOT_FOUND);
	c->now_us += US_PER_HOUR;                  /* ids come from the world's clock, ages from the call's */
	ok(acts_clean_deleted_jobs(c));
	assert_int_equal(number(c, &q_test_all, ARGS0), 12500000);
}

static void what_a_node_holds_is_left_alone(void **state)
{
	struct call *c = *state;
	struct job_lease how = { .lane = JOB_LANE_PUSH, .node = 3, .max = 40, .host_max = 20, .lease_us = US_PER_MIN };
	struct job_filter all = { .lane = JOB_LANE_PUSH, .kind = -1, .host = STR("") };
	struct jobs_done done;
	struct job *held;
	size_t held_n;

	if (!c)
		skip();
	ok(store_tx(c, add_many, NULL));
	ok(jobs_lease(c, &how, &held, &held_n));
	assert_true(held_n > 0);
	ok(acts_jobs_do(c, JOBS_DELETE, &all, STR("a test"), &done));
	assert_int_equal(done.n, 2500 - (int64_t)held_n);
	ok(job_park(c, 3, held[0].id, STR("broken")));
	ok(acts_jobs_do(c, JOBS_REQUEUE, &all, STR("a test"), &done));
	assert_int_equal(done.n, 1);
	ok(jobs_lease(c, &how, &held, &held_n));
	assert_int_equal(held_n, 1);
	assert_int_equal(held[0].tries, 0);
}

int main(void)
{
#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(a_pause_stands_with_its_line_in_the_log_or_not_at_all),
		BOTH(what_is_deleted_is_what_was_named_and_the_log_says_how_many),
		BOTH(many_are_deleted_by_two),
		BOTH(a_deletion_is_taken_back),
		BOTH(two_who_take_a_deletion_back_do_it_once),
		BOTH(work_that_another_job_is_to_do_does_not_come_back),
		BOTH(what_is_deleted_is_kept_within_its_bounds),
		BOTH(what_a_node_holds_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
