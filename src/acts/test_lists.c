/* Lists, tags and conversations, as acts: what fails halfway leaves all as before, and they end. */
#include "acts/test_posts_priv.h"

#include "acts/conversation.h"
#include "acts/follow.h"
#include "acts/home.h"
#include "acts/list.h"
#include "acts/notify.h"
#include "acts/tag.h"
#include "store/conversation.h"
#include "store/list.h"
#include "store/timeline.h"

static account_id id_of(int64_t i) { return ID(account_id, i); }

static void follow(struct fixture *f, int64_t who, int64_t whom)
{
	static const struct follow_options plain;
	enum follow_result got;

	ok(acts_follow(&f->call, id_of(who), id_of(whom), &plain, &got));
}

static list_id new_list(struct fixture *f, const char *title, bool exclusive)
{
	struct list_change what = { .title = str_z(title), .has_exclusive = true, .exclusive = exclusive };
	list_id id;

	ok(acts_list_put(&f->call, id_of(ALICE), ID_NONE(list_id), &what, &id));
	return id;
}

static size_t shown(struct fixture *f, list_id id)
{
	int64_t *ids;
	size_t n;

	ok(acts_list_ready(&f->call, id_of(ALICE), id));
	ok(timeline_list(&f->call, id_of(ALICE), id, &(struct page){ .limit = 40 }, &ids, &n));
	return n;
}

static void a_failing_database_leaves_no_half_of_a_list(void **state)
{
	struct list_change named = { .title = STR("people") }, open = { .has_exclusive = true };
	struct fixture *f = *state;
	int64_t bob = BOB;
	list_id id;

	NEED(f);
	follow(f, ALICE, BOB);
	SWEEP(f, acts_list_put(&f->call, id_of(ALICE), ID_NONE(list_id), &named, &id));
	id = new_list(f, "kept apart", true);
	SWEEP(f, acts_list_members_add(&f->call, id_of(ALICE), id, &bob, 1));
	post(f, BOB, SAYS("a post"));
	SWEEP(f, acts_list_ready(&f->call, id_of(ALICE), id));
	assert_int_equal(shown(f, id), 1);
	SWEEP(f, acts_list_members_drop(&f->call, id_of(ALICE), id, &bob, 1));
	assert_int_equal(shown(f, id), 0);
	SWEEP(f, acts_list_put(&f->call, id_of(ALICE), id, &open, &id));
	SWEEP(f, acts_list_drop(&f->call, id_of(ALICE), id));
}

static void a_failing_database_leaves_no_half_of_a_tag(void **state)
{
	struct fixture *f = *state;
	account_id alice = id_of(ALICE);
	tag_id tag;

	NEED(f);
	SWEEP(f, acts_tag_follow(&f->call, alice, STR("cats")));
	SWEEP(f, acts_tag_feature(&f->call, alice, STR("cats"), &tag));
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("of #cats"), &(struct status_posted){ 0 }));
	SWEEP(f, acts_tag_unfollow(&f->call, alice, STR("cats")));
	SWEEP(f, acts_tag_unfeature(&f->call, alice, STR("cats")));
}

static void follows_of_tags_and_people_count_together(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	follow(f, ALICE, BOB);
	ok(acts_tag_follow(&f->call, id_of(ALICE), STR("cats")));
	assert_int_equal(f->call.limit.left, 398);
	ok(acts_tag_follow(&f->call, id_of(ALICE), STR("Cats")));
	ok(acts_tag_follow(&f->call, id_of(ALICE), STR("dogs")));
	assert_int_equal(f->call.limit.left, 397);
}

static conversation_id newest(struct fixture *f, int64_t who)
{
	struct conversation *v;
	size_t n;

	ok(conversations_page(&f->call, id_of(who), &(struct page){ .limit = 10 }, &v, &n));
	return n ? v[0].id : ID_NONE(conversation_id);
}

static void a_failing_database_leaves_no_half_of_a_conversation(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct job told = { .arg = STR("mention"), .payload = STR("1 2") };
	conversation_id id;
	bool later = false;

	NEED(f);
	follow(f, BOB, ALICE);
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("@bob psst", .visibility = STRC("direct")), &posted));
	told.ref_id = posted.id.v;
	assert_int_equal(newest(f, BOB).v, 0);
	SWEEP(f, acts_job_notify(&f->call, &told, &later));
	ok(acts_job_notify(&f->call, &told, &later));
	id = newest(f, BOB);
	assert_true(id.v && newest(f, ALICE).v && id.v != newest(f, ALICE).v);
	SWEEP(f, acts_conversation_mark(&f->call, id_of(BOB), id, false));
	says(acts_conversation_drop(&f->call, id_of(ALICE), id), ERR_NOT_FOUND, "Record not found");
	SWEEP(f, acts_status_delete(&f->call, WHO(ALICE), posted.id, false));
	assert_int_equal(newest(f, BOB).v + newest(f, ALICE).v, 0);
}

struct racer {
	struct fixture *f;
	struct call call;
	struct err *failed;
	pthread_t thread;
};

static void *make_list(void *arg)
{
	struct racer *r = arg;
	list_id id;

	r->failed = acts_list_put(&r->call, id_of(ALICE), ID_NONE(list_id), &(struct list_change){ .title = STR("x") }, &id);
	return NULL;
}

static struct err *add_person(struct call *c, void *arg)
{
	const struct account *a = arg;

	return account_add(c, a, a->username, STR(""));
}

static void an_unfollowed_account_leaves_the_lists(void **state)
{
	struct fixture *f = *state;
	int64_t bob = BOB;
	struct status *s;
	list_id id;

	NEED(f);
	id = new_list(f, "people", false);
	says(acts_list_members_add(&f->call, id_of(ALICE), id, &bob, 1), ERR_INVALID, "Validation failed: Account follow relationship missing");
	follow(f, ALICE, BOB);
	ok(acts_list_members_add(&f->call, id_of(ALICE), id, &bob, 1));
	s = post(f, BOB, SAYS("a post"));
	assert_non_null(found(f, s->id));
	assert_int_equal(shown(f, id), 1);
	ok(acts_unfollow(&f->call, id_of(ALICE), id_of(BOB)));
	assert_int_equal(account(f, ALICE)->following_count, 0);
	assert_int_equal(shown(f, id), 0);
	follow(f, ALICE, BOB);
	assert_int_equal(shown(f, id), 0);
}

static void a_list_of_many_is_built_by_a_job(void **state)
{
	struct fixture *f = *state;
	list_id id;

	NEED(f);
	id = new_list(f, "many", false);
	for (int64_t i = 0; i < 201; i++) {
		struct account a = { .id = ID(account_id, 100 + i), .domain = STR(""), .created_us = 1 };
		int64_t who = a.id.v;

		a.username = arena_printf(f->arena, "p%lld", (long long)i);
		a.uri = arena_printf(f->arena, "https://here.example/p/%lld", (long long)i);
		ok(store_tx(&f->call, add_person, &a));
		f->conf.rate_limits = false;
		follow(f, ALICE, who);
		ok(acts_list_members_add(&f->call, id_of(ALICE), id, &who, 1));
	}
	shown(f, id);
	shown(f, id);
	assert_int_equal(jobs(f, JOB_LIST_BUILD, "%"), 1);
}

static void two_lists_at_once_do_not_pass_the_bound(void **state)
{
	struct fixture *f = *state;
	struct list_row *lists;
	struct racer r[2];
	size_t n;

	NEED(f);
	for (int i = 1; i < LISTS_MAX; i++)
		new_list(f, "x", false);
	for (int i = 0; i < 2; i++) {
		r[i] = (struct racer){ .f = f, .call = f->call };
		r[i].call.arena = arena_create();
		assert_int_equal(pthread_create(&r[i].thread, NULL, make_list, &r[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(r[i].thread, NULL);
	assert_true(!r[0].failed != !r[1].failed);
	ok(lists_of(&f->call, id_of(ALICE), ID_NONE(account_id), &lists, &n));
	assert_int_equal(n, LISTS_MAX);
	for (int i = 0; i < 2; i++)
		arena_destroy(r[i].call.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_failing_database_leaves_no_half_of_a_list),
		BOTH(an_unfollowed_account_leaves_the_lists),
		BOTH(a_list_of_many_is_built_by_a_job),
		BOTH(a_failing_database_leaves_no_half_of_a_tag),
		BOTH(follows_of_tags_and_people_count_together),
		BOTH(a_failing_database_leaves_no_half_of_a_conversation),
		BOTH(two_lists_at_once_do_not_pass_the_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
