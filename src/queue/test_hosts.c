/* What is known of hosts that fail: penalties, probes, signs of life. */
#include "queue/test_queue_priv.h"

struct host_step {
	bool probe, failed, parked, alive;
	int64_t until_us;
	size_t probes_n;
};

static struct err *host_step(struct call *c, void *arg)
{
	struct host_step *s = arg;
	struct str host = STR("far.example"), *taken;

	if (s->alive)
		return host_alive(c, host);
	if (s->failed)
		return host_failed(c, &(struct host_failure){ host, s->probe, 15 * US_PER_S }, &s->until_us, &s->parked);
	if (s->probe)
		return hosts_probe(c, &host, 1, US_PER_MIN, &taken, &s->probes_n);
	return hosts_answered(c, &host, 1);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_failing_host_waits_is_probed_and_forgiven),
		BOTH(a_host_silent_for_a_week_is_parked_until_it_writes),
		BOTH(who_writes_is_tried_although_nothing_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
