/* What is known of hosts that fail: penalties, probes, signs of life. */
#include "queue/test_queue_priv.h"

struct host_step {
	bool probe, failed, parked, alive, excused;
	int64_t until_us, begun_us;           /* begun_us: 0 is now */
	size_t probes_n;
};

static struct err *host_step(struct call *c, void *arg)
{
	struct host_step *s = arg;
	struct str host = STR("far.example"), *taken;

	if (s->alive)
		return host_alive(c, host);
	if (s->failed) {
		struct host_penalty p;

		TRY(host_failed(c, &(struct host_failure){ host, s->probe, 15 * US_PER_S, STR_NONE, s->begun_us ? s->begun_us : c->now_us }, &p));
		s->until_us = p.until_us;
		s->parked = p.parked;
		s->excused = p.excused;
		return NULL;
	}
	if (s->probe)
		return hosts_probe(c, &host, 1, US_PER_MIN, &taken, &s->probes_n);
	return hosts_answered(c, &host, 1);
}

SQL(q_test_tried_often, "UPDATE jobs SET tries = 6");

static struct host_step step(struct fixture *f, struct host_step s)
{
	f->call.now_us = clock_us(&f->world);
	ok(store_tx(&f->call, host_step, &s));
	return s;
}

/* Leases what may be leased of deliveries and gives it back, to be due after that time; how much it was. */
static size_t put_off(struct fixture *f, int host_max, int64_t later_us)
{
	struct job_lease how = { .lane = JOB_LANE_PUSH, .node = 9, .max = 64, .host_max = host_max, .lease_us = US_PER_S };
	struct job *jobs;
	int64_t ids[64];
	size_t n;

	f->call.now_us = clock_us(&f->world);
	ok(jobs_lease(&f->call, &how, &jobs, &n));
	for (size_t i = 0; i < n; i++)
		ids[i] = jobs[i].id.v;
	if (n)
		ok(jobs_release(&f->call, 9, ids, n, f->call.now_us + later_us));
	return n;
}

static size_t leasable(struct fixture *f) { return put_off(f, 4, 0); }

static void a_failing_host_waits_is_probed_and_forgiven(void **state)
{
	struct fixture *f = *state;
	struct host_step s;

	NEED(f);
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 9, "far.example");
	assert_int_equal(leasable(f), 4);
	s = step(f, (struct host_step){ .failed = true });
	assert_int_equal(s.until_us - f->call.now_us, 15 * US_PER_S);
	s = step(f, (struct host_step){ .failed = true });          /* what was under way with it is the same failure */
	assert_int_equal(s.until_us - f->call.now_us, 15 * US_PER_S);
	assert_int_equal(leasable(f), 0);
	f->moved_us += 16 * US_PER_S;
	assert_int_equal(leasable(f), 1);
	assert_int_equal(step(f, (struct host_step){ .probe = true }).probes_n, 1);
	assert_int_equal(step(f, (struct host_step){ .probe = true }).probes_n, 0);
	assert_int_equal(leasable(f), 0);
	s = step(f, (struct host_step){ .failed = true, .probe = true });
	assert_int_equal(s.until_us - f->call.now_us, 60 * US_PER_S);
	step(f, (struct host_step){ 0 });
	assert_int_equal(leasable(f), 4);
}

/* A probe that began before the host's sign of life tells nothing of how it is now; the next one does, whatever it writes. */
static void a_sign_of_life_excuses_what_began_before_it_once(void **state)
{
	struct fixture *f = *state;
	struct host_step s;
	int64_t begun;

	NEED(f);
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 2, "far.example");
	step(f, (struct host_step){ .failed = true });
	f->moved_us += 16 * US_PER_S;
	for (int n = 2; n < 4; n++) {
		assert_int_equal(step(f, (struct host_step){ .probe = true }).probes_n, 1);
		begun = clock_us(&f->world);
		f->moved_us += 5 * US_PER_S;
		step(f, (struct host_step){ .alive = true });
		f->moved_us += 5 * US_PER_S;
		s = step(f, (struct host_step){ .failed = true, .probe = true, .begun_us = begun });
		assert_true(s.excused);
		assert_int_equal(step(f, (struct host_step){ .probe = true }).probes_n, 1);      /* the next may be sent at once */
		begun = clock_us(&f->world);
		f->moved_us += 5 * US_PER_S;
		step(f, (struct host_step){ .alive = true });
		s = step(f, (struct host_step){ .failed = true, .probe = true, .begun_us = begun });
		assert_false(s.excused);
		assert_int_equal(s.until_us - f->call.now_us, 15 * US_PER_S * n * n);
		f->moved_us += s.until_us - f->call.now_us + US_PER_S;
	}
	/* Nor does it where the attempt is the younger. */
	step(f, (struct host_step){ .alive = true });
	f->moved_us += US_PER_S;
	assert_int_equal(step(f, (struct host_step){ .probe = true }).probes_n, 1);
	assert_false(step(f, (struct host_step){ .failed = true, .probe = true }).excused);
}

static void what_an_excused_host_is_to_get_is_tried_again_soon(void **state)
{
	struct fixture *f = *state;
	struct job_end failed = { JOB_RETRY, JOB_HOST_FAILED, 0, STR("no answer"), { 0 } };
	int64_t due[JOB_LANES] = { 0 }, parked;

	NEED(f);
	f->stands = true;
	forget_runs();
	step(f, (struct host_step){ .failed = true });
	f->moved_us += 16 * US_PER_S;
	add_many(f, JOB_PLAN, 0, 1, "far.example");
	ok(db_exec(&f->call, &q_test_tried_often, ARGS0, NULL));
	start(f, 1, (struct queue_how){ .workers = 1 });
	UNTIL(later_id != 0);
	f->moved_us += 5 * US_PER_S;
	step(f, (struct host_step){ .alive = true });
	f->moved_us += 5 * US_PER_S;
	later_desk->report(later_desk, ID(job_id, later_id), &failed);
	UNTIL((rows_left(f, &parked), jobs_next(&f->call, due) == NULL) && due[JOB_LANE_PUSH] == clock_us(&f->world) + 15 * US_PER_S);
	stop();
}

static void a_host_silent_for_a_week_is_parked_until_it_writes(void **state)
{
	struct fixture *f = *state;
	struct host_step s = { 0 };
	int64_t parked;

	NEED(f);
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 3, "far.example");
	for (int i = 0; i < 400 && !s.parked; i++) {
		s = step(f, (struct host_step){ .failed = true });
		assert_true(s.until_us - f->call.now_us <= US_PER_HOUR);
		f->moved_us += s.until_us - f->call.now_us;
	}
	assert_true(s.parked);
	assert_true(f->moved_us >= HOST_PARK_US);
	assert_int_equal(rows_left(f, &parked), 3);
	assert_int_equal(parked, 3);
	assert_int_equal(leasable(f), 0);
	step(f, (struct host_step){ .alive = true });
	assert_int_equal(leasable(f), 1);
	s = step(f, (struct host_step){ .failed = true });
	assert_false(s.parked);
	step(f, (struct host_step){ .alive = true });               /* a long penalty is cut short for one job */
	assert_int_equal(leasable(f), 1);
}

/* Each job waits longer with each of its own tries, so that all may be due in hours when their host is back. */
static void who_writes_is_tried_although_nothing_is_due(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	f->stands = true;
	add_many(f, JOB_DELIVER, 0, 3, "far.example");
	assert_int_equal(put_off(f, 3, US_PER_DAY), 3);
	step(f, (struct host_step){ .failed = true });
	step(f, (struct host_step){ .alive = true });               /* a short penalty is waited for */
	assert_int_equal(leasable(f), 0);
	f->moved_us += 16 * US_PER_S;
	assert_int_equal(put_off(f, 3, US_PER_DAY), 1);
	assert_int_equal(leasable(f), 0);
	step(f, (struct host_step){ .alive = true });               /* its penalty is over */
	assert_int_equal(leasable(f), 1);
	step(f, (struct host_step){ .alive = true });
	assert_int_equal(leasable(f), 1);
}

static int64_t held(struct fixture *f, enum job_lane lane)
{
	struct job_lane_state s[JOB_LANES];

	f->call.now_us = clock_us(&f->world);
	ok(jobs_state(&f->call, s));
	return s[lane].leased;
}

/* One worker may fetch, and is busy; the host fails meanwhile, and what is held for it is not for him any more. */
static void what_is_held_for_a_host_that_fails_goes_back(void **state)
{
	struct fixture *f = *state;
	struct job_end failed = { JOB_RETRY, JOB_HOST_FAILED, 0, STR("no answer"), { 0 } };
	int64_t parked;

	NEED(f);
	f->stands = true;
	forget_runs();
	add_many(f, JOB_CARD, 0, 1, "near.example");
	add_many(f, JOB_PLAN, 1, 1, "far.example");
	start(f, 1, (struct queue_how){ .workers = 2 });
	UNTIL(later_id != 0 && now_running == 1);
	add_many(f, JOB_REFRESH_ACTOR, 2, 2, "far.example");
	UNTIL(held(f, JOB_LANE_PULL) == 3);
	later_desk->report(later_desk, ID(job_id, later_id), &failed);
	UNTIL(held(f, JOB_LANE_PULL) == 1);
	gate_open = true;
	UNTIL(rows_left(f, &parked) == 3);
	stop();
	assert_int_equal(runs[2] + runs[3], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_failing_host_waits_is_probed_and_forgiven),
		BOTH(a_sign_of_life_excuses_what_began_before_it_once),
		BOTH(what_an_excused_host_is_to_get_is_tried_again_soon),
		BOTH(what_is_held_for_a_host_that_fails_goes_back),
		BOTH(a_host_silent_for_a_week_is_parked_until_it_writes),
		BOTH(who_writes_is_tried_although_nothing_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
