#include "queue/test_queue_priv.h"

#include "queue/queue_priv.h"

static void *stop_now(void *arg)
{
	stop();
	return arg;
}

static void every_job_runs_once_on_two_nodes(void **state)
{
	struct fixture *f = *state;
	int64_t parked;

	NEED(f);
	forget_runs();
	start(f, 2, (struct queue_how){ .workers = 4 });
	add_many(f, JOB_FANOUT, 0, 500, "");
	add_many(f, JOB_DELIVER, 500, 100, "a.example");
	add_many(f, JOB_DELIVER, 600, 100, "b.example");
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	for (int i = 0; i < 700; i++)
		assert_int_equal(runs[i], 1);
}

static void a_database_that_fails_now_and_then_loses_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t parked;

	NEED(f);
	forget_runs();
	start(f, 1, (struct queue_how){ 0 });
	for (int nth = 1; nth <= 6; nth++) {
		sql_fault_arm(f->call.db, 0);
		add_many(f, JOB_FANOUT, nth * 40, 30, "");
		add_many(f, JOB_DELIVER, nth * 40 + 30, 10, "a.example");
		sql_fault_arm(f->call.db, nth);
		rest(200);
	}
	sql_fault_arm(f->call.db, 0);
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	for (int i = 40; i < 280; i++)
		assert_int_equal(runs[i], 1);
}

struct taker {
	struct fixture *f;
	pthread_t thread;
	int node;
	int64_t ids[REFS];
	size_t n;
};

static void *take(void *arg)
{
	struct taker *t = arg;
	struct arena *a = arena_create();

	for (int i = 0; i < 40; i++) {
		struct call c = t->f->call;
		struct job_lease how = { .lane = JOB_LANE_DEFAULT, .node = t->node, .max = 16, .host_max = 4, .lease_us = US_PER_MIN };
		struct job *jobs;
		size_t n;

		c.arena = a;
		if (jobs_lease(&c, &how, &jobs, &n))
			continue;
		for (size_t k = 0; k < n; k++)
			t->ids[t->n++] = jobs[k].ref_id;
		arena_reset(a);
	}
	arena_destroy(a);
	return NULL;
}

static void two_connections_never_lease_the_same_job(void **state)
{
	struct fixture *f = *state;
	struct taker *t;
	int taken[REFS] = { 0 };

	NEED(f);
	t = arena_array(f->arena, struct taker, 3);
	add_many(f, JOB_FANOUT, 0, 600, "");
	for (int i = 0; i < 3; i++) {
		t[i].f = f;
		t[i].node = i + 1;
		assert_int_equal(pthread_create(&t[i].thread, NULL, take, &t[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i].thread, NULL);
		for (size_t k = 0; k < t[i].n; k++)
			taken[t[i].ids[k]]++;
	}
	for (int i = 0; i < 600; i++)
		assert_int_equal(taken[i], 1);
}

static void a_flooded_lane_does_not_starve_the_others(void **state)
{
	struct fixture *f = *state;
	int64_t parked;
	int before;

	NEED(f);
	forget_runs();
	add_many(f, JOB_NOTIFY, 0, 400, "");
	start(f, 1, (struct queue_how){ .workers = 4 });
	UNTIL(total > 20);
	add_many(f, JOB_MAIL, 900, 5, "");
	add_many(f, JOB_INBOUND, 910, 5, "");
	before = total;
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	for (int i = 0; i < 5; i++) {
		assert_in_range(order[900 + i], 1, before + 200);
		assert_in_range(order[910 + i], 1, before + 200);
	}
	assert_in_range(most_running, 2, 3);      /* its ceiling: three quarters */
}

static void a_host_has_its_share_and_delays_nobody(void **state)
{
	struct fixture *f = *state;
	int64_t parked;

	NEED(f);
	forget_runs();
	add_many(f, JOB_DELIVER, 0, 600, "big.example");
	add_many(f, JOB_DELIVER, 700, 5, "small.example");
	start(f, 1, (struct queue_how){ .workers = 8, .host_max = 2 });
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	for (int i = 700; i < 705; i++)
		assert_in_range(order[i], 1, 100);
	assert_in_range(most_running, 1, 4);
	for (int i = 0; i < 600; i++)
		assert_int_equal(runs[i], 1);
}

/* A hundred hosts that do not answer get all there is for them only while there is room for others. */
static void slow_hosts_leave_room_on_the_wire(void **state)
{
	struct fixture *f = *state;
	char name[32];

	NEED(f);
	forget_runs();
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "slow%d.example", i);
		add_many(f, JOB_PLAN, i * 8, 8, name);
	}
	for (int i = 1000; i < 1100; i++) {
		snprintf(name, sizeof name, "quick%d.example", i);
		add_many(f, JOB_DELIVER, i, 1, name);
	}
	start(f, 1, (struct queue_how){ .workers = 4, .host_max = 8 });
	for (int i = 1000; i < 1100; i++)
		UNTIL(runs[i] == 1);
	stop();
	assert_in_range(total, 200, 600);
}

static void a_failing_job_is_tried_ever_later_and_then_dropped(void **state)
{
	struct fixture *f = *state;
	int64_t parked, due[JOB_LANES] = { 0 }, last_wait = 0;

	NEED(f);
	f->stands = true;
	forget_runs();
	start(f, 1, (struct queue_how){ 0 });
	add_many(f, JOB_FETCH_THREAD, 7, 1, "");
	for (int try = 1; try < job_tries_max(JOB_FETCH_THREAD); try++) {
		int64_t wait;

		UNTIL(runs[7] == try && (rows_left(f, &parked), jobs_next(&f->call, due) == NULL) && due[JOB_LANE_PULL] > 0 &&
		      due[JOB_LANE_PULL] - f->call.now_us != 30 * US_PER_S);
		wait = due[JOB_LANE_PULL] - f->call.now_us;
		assert_true(wait >= (try * try * try * try + 15) * US_PER_S * 3 / 4);
		assert_true(wait <= (try * try * try * try + 15) * US_PER_S * 5 / 4);
		assert_true(wait > last_wait || try < 3);
		last_wait = wait;
		rest(60);
		assert_int_equal(runs[7], try);
		assert_int_equal(tries_seen[7], try - 1);
		f->moved_us += wait;
	}
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	assert_int_equal(runs[7], job_tries_max(JOB_FETCH_THREAD));
}

/* What this house had no time for is tried within a second or so; then it waits like everything else. */
static void a_busy_database_is_asked_again_soon(void **state)
{
	struct fixture *f = *state;
	int64_t parked, due[JOB_LANES] = { 0 }, waits[] = { US_PER_S, 31 * US_PER_S };

	NEED(f);
	f->stands = true;
	forget_runs();
	start(f, 1, (struct queue_how){ 0 });
	add_many(f, JOB_LINKS, 7, 1, "");
	for (int try = 1; try <= 2; try++) {
		int64_t wait;

		UNTIL(runs[7] == try && (rows_left(f, &parked), jobs_next(&f->call, due) == NULL) && due[JOB_LANE_PULL] > 0 &&
		      due[JOB_LANE_PULL] - f->call.now_us != 30 * US_PER_S);
		wait = due[JOB_LANE_PULL] - f->call.now_us;
		assert_in_range(wait, waits[try - 1] * 3 / 4, waits[try - 1] * 5 / 4);
		f->moved_us += wait;
	}
	stop();
}

static void a_fault_of_ours_is_parked(void **state)
{
	struct fixture *f = *state;
	int64_t parked = 0;

	NEED(f);
	forget_runs();
	start(f, 1, (struct queue_how){ 0 });
	add_many(f, JOB_RESOLVE, 3, 1, "");
	UNTIL(rows_left(f, &parked) == 1 && parked == 1);
	stop();
	assert_int_equal(runs[3], 1);
}

static void a_dead_nodes_jobs_come_back_when_the_lease_ends(void **state)
{
	struct fixture *f = *state;
	struct job_lease how = { .lane = JOB_LANE_DEFAULT, .node = 9, .max = 16, .host_max = 4, .lease_us = US_PER_MIN };
	struct job *jobs;
	int64_t parked;
	size_t n;

	NEED(f);
	f->stands = true;
	forget_runs();
	add_many(f, JOB_FANOUT, 0, 3, "");
	ok(jobs_lease(&f->call, &how, &jobs, &n));
	assert_int_equal(n, 3);
	start(f, 1, (struct queue_how){ 0 });
	rest(60);
	assert_int_equal(total, 0);
	f->moved_us = 2 * US_PER_MIN;
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	assert_int_equal(total, 3);
	assert_int_equal(tries_seen[0], 1);
}

static void who_is_alone_does_not_wait_for_the_leases_of_the_dead(void **state)
{
	struct fixture *f = *state;
	struct job_lease how = { .lane = JOB_LANE_DEFAULT, .node = 9, .max = 16, .host_max = 4, .lease_us = US_PER_MIN };
	struct job *jobs;
	int64_t parked;
	size_t n;

	NEED(f);
	f->stands = true;
	forget_runs();
	add_many(f, JOB_FANOUT, 0, 3, "");
	ok(jobs_lease(&f->call, &how, &jobs, &n));
	assert_int_equal(n, 3);
	start(f, 1, (struct queue_how){ .alone = true });
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	assert_int_equal(total, 3);
	assert_int_equal(tries_seen[0], 1);
}

SQL(q_test_leased_until, "SELECT leased_until_us FROM jobs");

static int64_t leased_until(struct fixture *f)
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_test_leased_until, ARGS0, &r, &found));
	return found ? row_i64(r, 0) : 0;
}

/* By its node's own timer, which the clock of the leases does not move: however slow the machine is, no lease ends here unless one forgets it. */
static void a_long_run_keeps_its_lease(void **state)
{
	struct fixture *f = *state;
	int64_t parked;

	NEED(f);
	f->stands = true;
	forget_runs();
	start(f, 2, (struct queue_how){ .lease_ms = 900 });
	add_many(f, JOB_HOME_BUILD, 1, 1, "");
	UNTIL(now_running == 1);
	for (int i = 0; i < 4; i++) {
		f->moved_us += 600 * US_PER_MS;
		UNTIL(leased_until(f) == clock_us(&f->world) + 900 * US_PER_MS);
	}
	gate_open = true;
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	assert_int_equal(runs[1], 1);
}

static void a_job_on_the_wire_holds_no_worker_and_ends_by_report(void **state)
{
	struct fixture *f = *state;
	int64_t parked, due[JOB_LANES] = { 0 };
	struct job_end failed = { JOB_RETRY, JOB_HOST_FAILED, 0, STR("no answer"), { 0 } }, done = { JOB_DONE, JOB_HOST_ANSWERED, 0, STR_NONE, { 0 } };
	enum dialect dialect;
	job_id id;

	NEED(f);
	f->stands = true;
	forget_runs();
	start(f, 1, (struct queue_how){ .workers = 1 });
	add_many(f, JOB_PLAN, 0, 1, "far.example");
	UNTIL(later_id != 0);
	add_many(f, JOB_FANOUT, 5, 1, "");
	UNTIL(runs[5] == 1);
	id = ID(job_id, later_id);
	later_id = 0;
	later_desk->report(later_desk, id, &failed);
	UNTIL((rows_left(f, &parked), jobs_next(&f->call, due) == NULL) && due[JOB_LANE_PUSH] - f->call.now_us != 30 * US_PER_S);
	assert_true(due[JOB_LANE_PUSH] - f->call.now_us >= 15 * US_PER_S);
	f->moved_us += 100 * US_PER_S;
	UNTIL(later_id != 0);
	assert_int_equal(runs[0], 2);
	done.then = (struct job_then){ true, JOB_FANOUT, 6 };
	done.dialect_said = true;
	done.dialect = DIALECT_RFC9421;
	later_desk->report(later_desk, ID(job_id, later_id), &done);
	later_desk->report(later_desk, ID(job_id, later_id), &done);      /* twice says nothing */
	UNTIL(runs[6] == 1 && rows_left(f, &parked) == 0);
	ok(host_dialect(&f->call, STR("far.example"), &dialect));
	assert_int_equal(dialect, DIALECT_RFC9421);
	f->call.now_us += HOST_DIALECT_US + US_PER_MIN;
	ok(host_dialect(&f->call, STR("far.example"), &dialect));
	assert_int_equal(dialect, DIALECT_UNKNOWN);
	stop();
}

static bool is_stopping(struct queue *q)
{
	bool yes;

	pthread_mutex_lock(&q->lock);
	yes = q->stopping;
	pthread_mutex_unlock(&q->lock);
	return yes;
}

/* Stops the queue while jobs run, lets these end then, and leases what is due at once. */
static void stop_amid(struct fixture *f, enum job_lane lane, struct job **ret, size_t *ret_n)
{
	struct job_lease how = { .lane = lane, .node = 9, .max = 64, .host_max = 4, .lease_us = US_PER_MIN };
	pthread_t thread;

	UNTIL(now_running >= 1);
	assert_int_equal(pthread_create(&thread, NULL, stop_now, NULL), 0);
	UNTIL(is_stopping(queues[0]));
	gate_open = true;
	pthread_join(thread, NULL);
	f->call.now_us = clock_us(&f->world);
	ok(jobs_lease(&f->call, &how, ret, ret_n));
}

static void stopping_gives_back_what_has_not_begun(void **state)
{
	struct fixture *f = *state;
	struct job *jobs;
	size_t n;

	NEED(f);
	forget_runs();
	add_many(f, JOB_HOME_BUILD, 0, 20, "");
	start(f, 1, (struct queue_how){ .workers = 2 });
	stop_amid(f, JOB_LANE_DEFAULT, &jobs, &n);
	assert_int_equal((int)n + total, 20);
	assert_int_equal(total, now_running);
	assert_in_range(total, 1, 2);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(jobs[i].tries, 0);
}

static void what_stopping_breaks_off_is_due_at_once(void **state)
{
	struct fixture *f = *state;
	struct job *jobs;
	size_t n;

	NEED(f);
	forget_runs();
	add_many(f, JOB_FILM, 0, 1, "");
	start(f, 1, (struct queue_how){ .workers = 1 });
	stop_amid(f, JOB_LANE_FILM, &jobs, &n);
	assert_int_equal(n, 1);
}

static _Atomic int turns;
static struct err *turn(struct call *c)
{
	turns++;
	return turns == 1 ? FAIL(c->arena, ERR_LATER, "the first turn fails") : NULL;
}

static void recurring_work_runs_once_among_nodes(void **state)
{
	static const struct schedule_row rows[] = { { "sweep", turn, US_PER_HOUR } };
	struct fixture *f = *state;

	NEED(f);
	f->stands = true;
	turns = 0;
	start(f, 2, (struct queue_how){ .schedule = rows, .schedule_n = 1 });
	UNTIL(turns == 1);
	rest(150);
	assert_int_equal(turns, 1);
	f->moved_us += US_PER_HOUR;
	UNTIL(turns == 2);
	rest(150);
	stop();
	assert_int_equal(turns, 2);
}

struct rule_step {
	struct job_rule rule;
	bool drop;
};

static struct err *put_rule(struct call *c, void *arg)
{
	struct rule_step *s = arg;
	int64_t n;

	return s->drop ? job_rule_drop(c, &s->rule, &n) : job_rule_put(c, &s->rule);
}

static void rule(struct fixture *f, struct job_rule r, bool drop)
{
	f->call.now_us = clock_us(&f->world);
	r.by = STR("a test");
	ok(store_tx(&f->call, put_rule, &(struct rule_step){ r, drop }));
}

static void what_is_paused_waits_on_every_node(void **state)
{
	struct fixture *f = *state;
	struct job_rule kind = { .lane = -1, .kind = JOB_FANOUT, .host = STR("") }, host = { .lane = -1, .kind = -1, .host = STR("a.example") };
	struct job_rule lane = { .lane = JOB_LANE_PUSH, .kind = -1, .host = STR("") };
	int64_t parked;

	NEED(f);
	forget_runs();
	rule(f, kind, false);
	rule(f, host, false);
	add_many(f, JOB_FANOUT, 0, 20, "");
	add_many(f, JOB_DELIVER, 20, 20, "a.example");
	add_many(f, JOB_DELIVER, 40, 20, "b.example");
	start(f, 2, (struct queue_how){ .workers = 4 });
	UNTIL(rows_left(f, &parked) == 40);
	assert_int_equal(total, 20);
	rule(f, lane, false);
	rule(f, host, true);
	rule(f, kind, true);
	UNTIL(total == 40);                     /* the kind is free, the host's jobs are of a class that is not */
	UNTIL(rows_left(f, &parked) == 20);
	rule(f, lane, true);
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	for (int i = 0; i < 60; i++)
		assert_int_equal(runs[i], 1);
}

static struct err *put_policy(struct call *c, void *arg) { return job_policy_put(c, *(struct str *)arg); }

static void another_policy_holds_without_a_restart(void **state)
{
	struct fixture *f = *state;
	struct str text = STR("INGRESS 0 4 75\nDEFAULT 1 8 100\nPUSH 0 6 75\nPULL 0 1 50\n"), defaults = STR("");
	int64_t parked;

	NEED(f);
	forget_runs();
	add_many(f, JOB_HOME_BUILD, 0, 120, "");       /* more than one node leases ahead */
	start(f, 2, (struct queue_how){ .workers = 4 });
	UNTIL(now_running == 6);                /* three quarters of four, twice; each waits at the gate */
	ok(store_tx(&f->call, put_policy, &text));
	UNTIL(now_running == 8);
	ok(store_tx(&f->call, put_policy, &defaults));
	gate_open = true;
	UNTIL(rows_left(f, &parked) == 0);
	stop();
}

static void a_throttle_is_shared_by_the_nodes(void **state)
{
	struct fixture *f = *state;
	struct job_rule r = { .lane = -1, .kind = JOB_FANOUT, .host = STR(""), .per_minute = 60 };
	int64_t parked;

	NEED(f);
	forget_runs();
	f->stands = true;
	rule(f, r, false);
	add_many(f, JOB_FANOUT, 0, 10, "");
	start(f, 2, (struct queue_how){ .workers = 4 });
	UNTIL(total == 2);                      /* what two seconds save up */
	add_many(f, JOB_DELIVER, 10, 20, "a.example");
	UNTIL(total == 22);
	UNTIL(rows_left(f, &parked) == 8);
	f->moved_us += US_PER_S;
	UNTIL(total == 23);
	f->moved_us += 30 * US_PER_S;
	UNTIL(total == 25);                     /* no more than that is ever saved up */
	rule(f, r, true);
	UNTIL(rows_left(f, &parked) == 0);
	stop();
}

static void what_came_and_went_is_counted(void **state)
{
	struct fixture *f = *state;
	struct job_class_stats s[JOB_LANES];
	struct job_rate *slots, told = { 0 };
	struct job_host_stats *hosts;
	int64_t parked;
	size_t n;

	NEED(f);
	forget_runs();
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 30, "a.example");
	add_many(f, JOB_DELIVER, 30, 10, "b.example");
	rule(f, (struct job_rule){ .lane = -1, .kind = -1, .host = STR("b.example") }, false);
	start(f, 1, (struct queue_how){ 0 });
	UNTIL(rows_left(f, &parked) == 10);
	stop();
	ok(job_stats_by_class(&f->call, s));
	assert_int_equal(s[JOB_LANE_PUSH].came, 40);
	assert_int_equal(s[JOB_LANE_PUSH].gone, 30);
	assert_int_equal(s[JOB_LANE_PUSH].due, 10);
	ok(job_slots(&f->call, &slots, &n));
	for (size_t i = 0; i < n; i++) {
		told.runs += slots[i].lane == JOB_LANE_PUSH ? slots[i].runs : 0;
		told.work_us += slots[i].lane == JOB_LANE_PUSH ? slots[i].work_us : 0;
	}
	assert_int_equal(told.runs, 30);
	assert_true(told.work_us >= 30 * 4 * US_PER_MS);      /* each rests so long */
	ok(job_stats_by_host(&f->call, 10, &hosts, &n));
	assert_int_equal(n, 1);
	assert_true(str_eqz(hosts[0].host, "b.example"));
	assert_int_equal(hosts[0].came, 10);
	assert_int_equal(hosts[0].gone, 0);
}

static void a_fetch_tells_how_its_host_does(void **state)
{
	struct fixture *f = *state;
	struct job_host_stats *v;
	size_t n = 0;

	NEED(f);
	forget_runs();
	add_many(f, JOB_REFRESH_ACTOR, 0, 40, "silent.example");
	start(f, 1, (struct queue_how){ 0 });
	for (int64_t end = world_monotonic_us() + 30 * US_PER_S; n == 0 && world_monotonic_us() < end; rest(2)) {
		f->call.now_us = clock_us(&f->world);
		ok(job_stats_failing(&f->call, 10, &v, &n));
	}
	stop();
	assert_int_equal(n, 1);
	assert_int_equal(v[0].failures, 1);
	assert_true(str_eqz(v[0].last_error, "silence"));
	assert_true(total <= 4);                /* those that were under way together; the rest waits behind the penalty */
}

static void what_nobody_waits_for_any_more_is_let_go(void **state)
{
	struct fixture *f = *state;
	int64_t parked;

	NEED(f);
	forget_runs();
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 3, "a.example");
	f->moved_us += 8 * US_PER_DAY;
	add_many(f, JOB_DELIVER, 3, 1, "a.example");
	start(f, 1, (struct queue_how){ 0 });
	UNTIL(rows_left(f, &parked) == 0);
	stop();
	assert_int_equal(total, 1);
	assert_int_equal(runs[3], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(every_job_runs_once_on_two_nodes),
		BOTH(a_database_that_fails_now_and_then_loses_nothing),
		BOTH(two_connections_never_lease_the_same_job),
		BOTH(a_flooded_lane_does_not_starve_the_others),
		BOTH(a_host_has_its_share_and_delays_nobody),
		BOTH(slow_hosts_leave_room_on_the_wire),
		BOTH(a_failing_job_is_tried_ever_later_and_then_dropped),
		BOTH(a_busy_database_is_asked_again_soon),
		BOTH(a_fault_of_ours_is_parked),
		BOTH(a_dead_nodes_jobs_come_back_when_the_lease_ends),
		BOTH(who_is_alone_does_not_wait_for_the_leases_of_the_dead),
		BOTH(a_long_run_keeps_its_lease),
		BOTH(a_job_on_the_wire_holds_no_worker_and_ends_by_report),
		BOTH(stopping_gives_back_what_has_not_begun),
		BOTH(what_stopping_breaks_off_is_due_at_once),
		BOTH(recurring_work_runs_once_among_nodes),
		BOTH(what_is_paused_waits_on_every_node),
		BOTH(another_policy_holds_without_a_restart),
		BOTH(a_throttle_is_shared_by_the_nodes),
		BOTH(what_came_and_went_is_counted),
		BOTH(a_fetch_tells_how_its_host_does),
		BOTH(what_nobody_waits_for_any_more_is_let_go),
	};

	store_on_event(on_event, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
