/* A warning is told to whom it is about: from the act through its job to what a client is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "acts/notify.h"
#include "acts/warning.h"
#include "base/world.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/test_database.h"
#include "store/user.h"
#include "view/notification.h"

enum { ALICE = 1, MODERATOR, FAR, PEOPLE };

struct fixture {
	struct arena *arena;
	struct call call;
	struct conf conf;
};

static struct err *add_people(struct call *c, void *arg)
{
	static const char *const names[PEOPLE] = { "", "alice", "mo", "zed" };

	(void)arg;
	for (int64_t i = 1; i < PEOPLE; i++) {
		struct account a = { .id = ID(account_id, i), .username = str_z(names[i]), .domain = i == FAR ? STR("far.example") : STR(""),
				     .uri = arena_printf(c->arena, "https://x.example/%lld", (long long)i), .created_us = c->now_us };
		struct user u = { .account = a.id, .email = str_z(names[i]), .password_hash = STR("x"), .approved = true, .locale = STR("en"),
				  .role = i == MODERATOR ? ROLE_MODERATOR : ROLE_USER, .confirmed_us = c->now_us, .created_us = c->now_us };

		TRY(account_add(c, &a, a.username, STR("")));
		if (i != FAR)
			TRY(user_add(c, &u, u.email, STR("")));
	}
	return NULL;
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

#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)

SQL(q_test_notify_job, "SELECT arg, payload FROM jobs WHERE kind = 2");
SQL(q_test_rows, "SELECT (SELECT count(*) FROM account_warnings) + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM notifications)");

static int64_t rows(struct fixture *f)
{
	struct row r;
	bool found;

	ok(db_one(&f->call, &q_test_rows, ARGS0, &r, &found));
	return row_i64(r, 0);
}

static struct str told(struct fixture *f, int64_t whom)
{
	struct notification_query q = { .types = -1, .page = { .limit = 40 } };
	struct notification_json page;

	ok(view_notifications(&f->call, &(struct viewer){ .kind = VIEWER_PERSON, .account = ID(account_id, whom) }, &q, &page));
	return page.json;
}

static void a_warning_reaches_whom_it_is_about(void **state)
{
	struct fixture *f = *state;
	status_id posts[] = { { 11 }, { 12 } };
	struct warning_new what = { .by = { MODERATOR }, .to = { ALICE }, .action = WARNING_MARK_SENSITIVE, .text = STR(" Mind the pictures. "),
				    .statuses = posts, .statuses_n = 2 };
	struct job job = { .kind = JOB_NOTIFY };
	bool found, later = false;
	struct str json;
	warning_id id;
	struct row r;

	if (!f)
		skip();
	ok(acts_account_warn(&f->call, &what, &id));
	ok(db_one(&f->call, &q_test_notify_job, ARGS0, &r, &found));
	assert_true(found);
	job.arg = row_str(r, 0);
	job.payload = row_str(r, 1);
	ok(acts_job_notify(&f->call, &job, &later));
	ok(acts_job_notify(&f->call, &job, &later));      /* again says nothing more */
	json = told(f, ALICE);
	assert_true(str_contains(json, STR("\"type\":\"moderation_warning\"")));
	assert_true(str_contains(json, STR("\"action\":\"mark_statuses_as_sensitive\",\"text\":\"Mind the pictures.\",\"status_ids\":[\"11\",\"12\"]")));
	assert_true(str_contains(json, STR("\"appeal\":null")) && str_contains(json, STR("\"username\":\"alice\"")));
	assert_false(str_contains(json, STR("\"mo\"")));
	assert_int_equal(rows(f), 3);
	assert_true(str_eqz(told(f, MODERATOR), "[]"));
}

static void nobody_elsewhere_is_warned_and_a_failure_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct warning_new what = { .by = { MODERATOR }, .to = { FAR }, .action = WARNING_SILENCE, .text = STR("x") };
	warning_id id;
	int tries = 0;

	if (!f)
		skip();
	assert_int_equal(acts_account_warn(&f->call, &what, &id)->code, ERR_NOT_FOUND);
	what.to.v = ALICE;
	for (int nth = 1; ; nth++) {
		struct err *e;

		sql_fault_arm(f->call.db, nth);
		e = acts_account_warn(&f->call, &what, &id);
		sql_fault_arm(f->call.db, 0);
		if (!e)
			break;
		assert_int_equal(rows(f), 0);
		assert_true(++tries < 50);
	}
	assert_true(tries > 2);
	assert_int_equal(rows(f), 2);
}

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, with_sqlite, tear_down), { #test " on PostgreSQL", test, with_pgsql, tear_down, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_warning_reaches_whom_it_is_about),
		BOTH(nobody_elsewhere_is_warned_and_a_failure_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
