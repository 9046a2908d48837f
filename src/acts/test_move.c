#define SCHEMA "test_move"
#include "acts/test_posts_priv.h"

#include "acts/move.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "store/endorse.h"
#include "store/job.h"
#include "store/list.h"
#include "store/move.h"

enum { FIRST_FAN = 1000, BLOCKER = FIRST_FAN, FOLLOWS_BOTH, LISTER };

struct crowd {
	int64_t n;
};

/* n people of ours who follow the one from elsewhere; one of them has blocked Bob, one follows him too, one has a list and endorses. */
static struct err *gather(struct call *c, void *arg)
{
	const struct crowd *crowd = arg;
	int64_t added;
	bool made;

	for (int64_t i = FIRST_FAN; i < FIRST_FAN + crowd->n; i++) {
		struct account a = { .id = ID(account_id, i), .username = arena_printf(c->arena, "fan%lld", (long long)i), .domain = STR(""),
				     .created_us = c->now_us };
		struct user u = { .account = a.id, .email = arena_printf(c->arena, "fan%lld@here.example", (long long)i), .password_hash = STR("x"),
				  .approved = true, .confirmed_us = c->now_us, .locale = STR("en"), .created_us = c->now_us };
		struct follow f = { .id = i, .account = a.id, .target = ID(account_id, REMOTE), .show_reblogs = i % 2, .created_us = c->now_us };

		a.uri = arena_printf(c->arena, "https://here.example/ap/users/%lld", (long long)i);
		f.uri = acts_uri(c, a.uri, "follows", i);
		TRY(account_add(c, &a, a.username, STR("")));
		TRY(user_add(c, &u, u.email, STR("")));
		TRY(follow_add(c, FOLLOW_STANDING, &f, 7500, &made));
		TRY(account_count(c, a.id, 0, 0, 1, 0));
		TRY(account_count(c, f.target, 0, 1, 0, 0));
		if (i == FOLLOWS_BOTH) {
			f = (struct follow){ .id = 9, .account = a.id, .target = ID(account_id, BOB), .uri = acts_uri(c, a.uri, "follows", 9) };
			TRY(follow_add(c, FOLLOW_STANDING, &f, 7500, &made));
			TRY(acts__follow_counted(c, a.id, f.target, 1));
		}
	}
	TRY(block_add(c, 1, ID(account_id, BLOCKER), ID(account_id, BOB), STR("https://here.example/blocks/1"), &made));
	TRY(list_add(c, &(struct list_row){ .id = ID(list_id, 1), .account = ID(account_id, LISTER), .title = STR("friends") }, 10, &made));
	TRY(list_members_add(c, ID(account_id, LISTER), ID(list_id, 1), &(int64_t){ REMOTE }, 1, &added));
	TRY(endorsement_add(c, ID(account_id, LISTER), ID(account_id, REMOTE)));
	return account_moved_put(c, ID(account_id, REMOTE), ID(account_id, BOB));
}

static struct err *run(struct fixture *f, const char *payload)
{
	struct job job = { .kind = JOB_MOVE, .ref_id = REMOTE, .arg = STR("2"), .payload = str_z(payload) };
	bool later = false;

	return acts_job_move(&f->call, &job, &later);
}

SQL(q_test_follows, "SELECT count(*) FROM follows WHERE target_id = $1");
SQL(q_test_counted, "SELECT sum(following_count) FROM account_stats WHERE account_id >= $1");
SQL(q_test_boosts, "SELECT count(*) FROM follows WHERE target_id = $1 AND show_reblogs = account_id % 2");
SQL(q_test_in_list, "SELECT count(*) FROM list_accounts WHERE account_id = $1");
SQL(q_test_endorsed, "SELECT count(*) FROM endorsements WHERE target_id = $1");

static int64_t following(struct fixture *f, int64_t whom) { return number(f, &q_test_follows, ARGS(whom)); }

static void a_hundred_followers_cost_few_questions(void **state)
{
	struct fixture *f = *state;
	int before, ten, hundred;

	NEED(f);
	ok(store_tx(&f->call, gather, &(struct crowd){ 110 }));
	assert_int_equal(following(f, REMOTE), 110);
	before = f->call.queries;
	ok(run(f, "0 1010"));                         /* the ten first */
	ten = f->call.queries - before;
	before = f->call.queries;
	ok(run(f, "0 9223372036854775807"));          /* the hundred that are left, but for whom stays */
	hundred = f->call.queries - before;
	if (hundred > ten + 60 || hundred > 100)
		fail_msg("ten followers: %d calls of the database; a hundred: %d", ten, hundred);
	assert_int_equal(following(f, REMOTE), 1);    /* who blocks Bob keeps what they had */
	assert_int_equal(following(f, BOB), 109);
	assert_int_equal(number(f, &q_test_boosts, ARGS((int64_t)BOB)), 108);         /* as they had it; FOLLOWS_BOTH had said otherwise */
	assert_int_equal(account(f, REMOTE)->followers_count, 1);
	assert_int_equal(account(f, BOB)->followers_count, 109);
	assert_int_equal(number(f, &q_test_counted, ARGS((int64_t)FIRST_FAN)), 110);
	assert_int_equal(number(f, &q_test_in_list, ARGS((int64_t)REMOTE)), 0);
	assert_int_equal(number(f, &q_test_in_list, ARGS((int64_t)BOB)), 1);
	assert_int_equal(number(f, &q_test_endorsed, ARGS((int64_t)REMOTE)), 0);
	assert_int_equal(jobs(f, JOB_ACCOUNT_CLEAN, "author:4"), 109);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Follow"), 109);
	assert_int_equal(jobs(f, JOB_NOTIFY, "follow"), 108);
	assert_int_equal(jobs(f, JOB_HOME_BUILD, "%"), 108);
}

/* Each call of the database fails once: nobody is ever between two accounts, and in the end all is done once. */
static void followers_are_with_one_or_the_other_whatever_fails(void **state)
{
	struct fixture *f = *state;
	struct err *e = NULL;
	int tries = 0;

	NEED(f);
	ok(store_tx(&f->call, gather, &(struct crowd){ 12 }));
	do {
		sql_fault_arm(f->call.db, ++tries);
		e = run(f, "0 9223372036854775807");
		sql_fault_arm(f->call.db, 0);
		assert_true(!e || e->code == ERR_LATER);
		assert_int_equal(following(f, REMOTE) + following(f, BOB), following(f, REMOTE) == 1 ? 12 : 13);
		assert_true(following(f, REMOTE) == 1 || following(f, REMOTE) == 12);
		assert_int_equal(number(f, &q_test_counted, ARGS((int64_t)FIRST_FAN)), following(f, REMOTE) + following(f, BOB));
		assert_true(tries < 100);
	} while (e);
	assert_true(tries > 12);
	assert_int_equal(following(f, BOB), 11);
	assert_int_equal(jobs(f, JOB_ACCOUNT_CLEAN, "author:4"), 11);
}

SQL(q_test_note, "SELECT count(*) FROM account_notes WHERE target_id = 2 AND comment LIKE $1");

static struct err *write_notes(struct call *c, void *arg)
{
	(void)arg;
	TRY(account_note_put(c, ID(account_id, ALICE), ID(account_id, REMOTE), STR("plays the lute")));
	TRY(account_note_put(c, ID(account_id, CAROL), ID(account_id, REMOTE), STR("owes me a book")));
	TRY(account_note_put(c, ID(account_id, CAROL), ID(account_id, BOB), STR("met in May")));
	return account_moved_put(c, ID(account_id, REMOTE), ID(account_id, BOB));
}

static void notes_go_along_once(void **state)
{
	struct fixture *f = *state;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("about nothing"));
	assert_non_null(found(f, s->id));
	same(account(f, BOB)->username, "bob");
	ok(store_tx(&f->call, write_notes, NULL));
	for (int i = 0; i < 2; i++)
		ok(run(f, "1 9223372036854775807"));
	assert_int_equal(number(f, &q_test_note, ARGS(STR("This person moved from @zed@remote.example%plays the lute"))), 1);
	assert_int_equal(number(f, &q_test_note, ARGS(STR("%owes me a book\n\nmet in May"))), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_hundred_followers_cost_few_questions),
		BOTH(followers_are_with_one_or_the_other_whatever_fails),
		BOTH(notes_go_along_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
