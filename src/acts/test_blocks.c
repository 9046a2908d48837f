#define SCHEMA "test_blocks"
#include "acts/test_posts_priv.h"

#include "acts/follow.h"
#include "acts/remote_account.h"
#include "acts/server_block.h"
#include "store/audit.h"
#include "store/job.h"
#include "store/relation.h"
#include "store/severance.h"

SQL(q_test_limits, "SELECT domain || ' ' || CASE WHEN suspended_us > 0 THEN 'suspended' ELSE 'silenced' END FROM server_limits ORDER BY domain");
SQL(q_test_severances, "SELECT followers_count * 10 + following_count FROM severances WHERE account_id = $1 AND cause = 0 AND target_name = $2");
SQL(q_test_told, "SELECT count(*) FROM setting_changes WHERE key = 'server_blocks'");

static const enum block_severity silence = BLOCK_SILENCE, suspend = BLOCK_SUSPEND, noop = BLOCK_NOOP;

static struct err *put(struct fixture *f, enum server_block_verb verb, const char *domain, const enum block_severity *severity)
{
	return acts_server_block_put(&f->call, verb, &(struct server_block_in){ .domain = str_z(domain), .severity = severity, .by = STR("a test") });
}

static struct err *block(struct fixture *f, const char *domain, const enum block_severity *severity)
{
	return put(f, SERVER_BLOCK_ADD, domain, severity);
}

static struct err *unblock(struct fixture *f, const char *domain) { return acts_server_block_drop(&f->call, str_z(domain), STR("a test")); }

/* Somebody of that domain is known. */
static void meet(struct fixture *f, const char *domain)
{
	struct remote_account in = { .a = { .username = STR("somebody"), .domain = str_z(domain),
					     .uri = arena_printf(f->arena, "https://%s/somebody", domain), .created_us = f->call.now_us } };
	account_id id;

	ok(acts_remote_account_put(&f->call, &in, &id));
}

/* The limits that stand, in one line. */
static struct str limits(struct fixture *f)
{
	struct sql_rows rows;
	struct str all = STR("");

	ok(db_rows(&f->call, &q_test_limits, ARGS0, &rows));
	for (size_t i = 0; i < rows.n; i++)
		all = arena_concat(f->arena, all, i ? STR(", ") : STR(""), row_str(sql_row(&rows, i), 0));
	return all;
}

static void run_job(struct fixture *f, const char *domain)
{
	struct job job = { .kind = JOB_SERVER_BLOCK, .arg = str_z(domain), .created_us = f->call.now_us };
	bool later;

	ok(acts_job_server_block(&f->call, &job, &later));
}

static void what_is_nobodys_or_ours_is_not_blocked(void **state)
{
	static const char *const wrong[] = { "", ".", "com", "co.uk", "a..example", "here.example", "HERE.example", "no domain", ".example", "example" };
	struct fixture *f = *state;

	NEED(f);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct err *e = block(f, wrong[i], &suspend);

		if (!e || e->code != ERR_INVALID)
			fail_msg("'%s' was %s", wrong[i], e ? "refused with another error" : "blocked");
	}
	assert_int_equal(number(f, &q_test_told, ARGS0), 0);
	assert_int_equal(put(f, SERVER_BLOCK_CHANGE, "far.example", &suspend)->code, ERR_NOT_FOUND);
	assert_int_equal(unblock(f, "far.example")->code, ERR_NOT_FOUND);
	ok(block(f, "far.example", NULL));
	assert_int_equal(block(f, "FAR.example", &suspend)->code, ERR_INVALID);
}

static void a_block_holds_for_all_below_it_and_the_longest_counts(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	meet(f, "far.example");
	meet(f, "a.far.example");
	meet(f, "b.a.far.example");
	meet(f, "notfar.example");
	meet(f, "far.example:8443");
	ok(block(f, "Far.Example", &suspend));
	same(limits(f), "a.far.example suspended, b.a.far.example suspended, far.example suspended, far.example:8443 suspended");
	ok(block(f, "a.far.example", &noop));
	same(limits(f), "far.example suspended, far.example:8443 suspended");
	ok(put(f, SERVER_BLOCK_CHANGE, "a.far.example", &silence));
	same(limits(f), "a.far.example silenced, b.a.far.example silenced, far.example suspended, far.example:8443 suspended");
	meet(f, "c.a.far.example");
	meet(f, "new.far.example");
	ok(unblock(f, "far.example"));
	same(limits(f), "a.far.example silenced, b.a.far.example silenced, c.a.far.example silenced");
	ok(unblock(f, "a.far.example"));
	same(limits(f), "");
	assert_int_equal(number(f, &q_test_told, ARGS0), 5);
}

static void punycode_and_letters_name_one_server(void **state)
{
	struct fixture *f = *state;
	struct server_block b;

	NEED(f);
	ok(block(f, " B\xc3\xbc" "cher.example", &suspend));
	ok(server_block_find(&f->call, STR("xn--bcher-kva.example"), &b));
	assert_true(b.id != 0 && b.severity == BLOCK_SUSPEND);
	assert_int_equal(block(f, "xn--bcher-kva.example", NULL)->code, ERR_INVALID);
}

static void each_act_is_in_the_audit_log(void **state)
{
	struct fixture *f = *state;
	const bool yes = true;
	struct audit_entry *v;
	struct server_block b;
	size_t n;

	NEED(f);
	ok(block(f, "far.example", &suspend));
	ok(acts_server_block_put(&f->call, SERVER_BLOCK_CHANGE, &(struct server_block_in){ .domain = STR("far.example"), .reject_media = &yes,
		.public_comment = STR("spam"), .by = STR("another") }));
	ok(server_block_find(&f->call, STR("far.example"), &b));
	assert_true(b.severity == BLOCK_SUSPEND && b.reject_media && !b.reject_reports);
	same(b.public_comment, "spam");
	ok(unblock(f, "far.example"));
	ok(audit_newest(&f->call, 10, &v, &n));
	assert_int_equal(n, 3);
	same(v[0].what, "blocks remove far.example");
	same(v[1].what, "blocks change far.example suspend, no media");
	same(v[1].by, "another");
	same(v[2].what, "blocks add far.example suspend");
}

/* alice follows zed, who follows her and asks to follow carol. */
static void befriend(struct fixture *f)
{
	const struct follow_options plain = { 0 };
	enum follow_result got;

	ok(acts_follow_receive(&f->call, ID(account_id, REMOTE), ID(account_id, ALICE), STR("https://remote.example/f/1"), &got));
	ok(acts_follow(&f->call, ID(account_id, ALICE), ID(account_id, REMOTE), &plain, &got));
	ok(acts_follow_accepted(&f->call, ID(account_id, REMOTE), ID(account_id, ALICE), STR_NONE));
}

static void a_suspension_ends_follows_and_says_so_once(void **state)
{
	struct fixture *f = *state;
	struct job_new waiting = { .kind = JOB_DELIVER, .host = STR("inbox.remote.example"), .arg = STR("https://inbox.remote.example/i") };

	struct status *s;

	NEED(f);
	befriend(f);
	s = post(f, ALICE, SAYS("hello"));
	assert_true(account(f, ALICE)->followers_count == 1 && account(f, ALICE)->following_count == 1);
	ok(store_tx(&f->call, (sql_tx_fn *)job_add, &waiting));
	ok(block(f, "remote.example", &silence));
	run_job(f, "remote.example");
	assert_int_equal(account(f, ALICE)->followers_count, 1);
	assert_int_equal(jobs(f, JOB_DELIVER, "%"), 1);
	ok(put(f, SERVER_BLOCK_CHANGE, "remote.example", &suspend));
	run_job(f, "remote.example");
	run_job(f, "remote.example");
	assert_true(account(f, ALICE)->followers_count == 0 && account(f, ALICE)->following_count == 0);
	assert_int_equal(number(f, &q_test_severances, ARGS((int64_t)ALICE, STR("remote.example"))), 11);
	assert_int_equal(jobs(f, JOB_NOTIFY, "severed_relationships"), 1);
	assert_int_equal(jobs(f, JOB_DELIVER, "%"), 0);
	assert_true(found(f, s->id) && account(f, REMOTE) != NULL);
}

/* Each try goes as far as the n-th call, and the next goes on from there: nothing is counted or told twice. */
static void the_job_may_break_off_anywhere(void **state)
{
	struct fixture *f = *state;
	struct job job = { .kind = JOB_SERVER_BLOCK, .arg = STRC("remote.example") };
	bool later;
	int n = 0;

	NEED(f);
	befriend(f);
	ok(block(f, "remote.example", &suspend));
	job.created_us = f->call.now_us;
	for (struct err *e = NULL; n == 0 || e;) {
		sql_fault_arm(f->call.db, ++n);
		e = acts_job_server_block(&f->call, &job, &later);
		sql_fault_arm(f->call.db, 0);
		assert_true(n < 400 && (!e || e->code == ERR_LATER));
	}
	assert_true(n > 20);
	assert_true(account(f, ALICE)->followers_count == 0 && account(f, ALICE)->following_count == 0);
	assert_int_equal(number(f, &q_test_severances, ARGS((int64_t)ALICE, STR("remote.example"))), 11);
	assert_int_equal(jobs(f, JOB_NOTIFY, "severed_relationships"), 1);
}

static void a_block_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	int64_t version;

	NEED(f);
	version = account(f, REMOTE)->version;
	for (int i = 0; i < 3; i++) {
		ok(block(f, "remote.example", i % 2 ? &silence : &suspend));
		assert_true(i % 2 ? account(f, REMOTE)->silenced_us && !account(f, REMOTE)->suspended_us : account(f, REMOTE)->suspended_us != 0);
		ok(unblock(f, "remote.example"));
		assert_true(!account(f, REMOTE)->silenced_us && !account(f, REMOTE)->suspended_us && account(f, REMOTE)->version == version);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_is_nobodys_or_ours_is_not_blocked),
		BOTH(a_block_holds_for_all_below_it_and_the_longest_counts),
		BOTH(punycode_and_letters_name_one_server),
		BOTH(each_act_is_in_the_audit_log),
		BOTH(a_suspension_ends_follows_and_says_so_once),
		BOTH(the_job_may_break_off_anywhere),
		BOTH(a_block_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
