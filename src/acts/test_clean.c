#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "acts/clean.h"
#include "store/event.h"
#include "store/job.h"
#include "store/migrations.h"
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

static struct err *add_events(struct call *c, void *arg)
{
	for (int i = 0; i < *(int *)arg; i++)
		TRY(store_event_add(c, EVENT_STATUS_NEW, i, STR("public"), STR_NONE));
	return NULL;
}

static void what_is_old_goes_and_what_is_new_stays(void **state)
{
	struct call *c = *state;
	int64_t now, used;
	struct event *left;
	int many = 2100, few = 3;
	size_t n;

	if (!c)
		skip();
	now = c->now_us;
	ok(store_tx(c, add_events, &many));
	ok(limit_use(c, STR("x"), US_PER_HOUR, &used));
	c->now_us = now + US_PER_HOUR / 2;
	ok(acts_clean_events(c));
	ok(events_after(c, 0, 5000, &left, &n));
	assert_int_equal(n, many);
	c->now_us = now + US_PER_HOUR + US_PER_MIN;      /* ids come from the world's clock, ages from the call's */
	ok(acts_clean_events(c));
	ok(events_after(c, 0, 5000, &left, &n));
	assert_int_equal(n, 0);
	ok(store_tx(c, add_events, &few));
	c->now_us = now;
	ok(acts_clean_events(c));
	ok(events_after(c, 0, 5000, &left, &n));
	assert_int_equal(n, few);
	ok(limit_use(c, STR("x"), US_PER_HOUR, &used));
	assert_int_equal(used, 2);
	c->now_us = now + 3 * US_PER_DAY;
	ok(acts_clean_limits(c));
	c->now_us = now;
	ok(limit_use(c, STR("x"), US_PER_HOUR, &used));
	assert_int_equal(used, 1);
}

static void every_sweep_runs_on_an_empty_database(void **state)
{
	static schedule_fn *const all[] = {
		acts_clean_events, acts_clean_seen, acts_clean_posting, acts_clean_limits, acts_clean_sign_in, acts_clean_tombstones,
		acts_clean_mutes, acts_clean_imports, acts_clean_jobs, acts_clean_deleted_jobs,
	};
	struct call *c = *state;

	if (!c)
		skip();
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ok(all[i](c));
}

int main(void)
{
#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }
	const struct CMUnitTest tests[] = {
		BOTH(what_is_old_goes_and_what_is_new_stays),
		BOTH(every_sweep_runs_on_an_empty_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
