#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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
		BOTH(what_a_node_holds_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
