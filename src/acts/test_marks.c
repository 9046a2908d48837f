#include "acts/test_posts_priv.h"

#include "acts/block.h"
#include "acts/featured.h"
#include "acts/interact.h"
#include "acts/undo.h"
#include "acts/vote.h"
#include "store/interact.h"
#include "store/poll.h"
#include "store/tag.h"

static account_id id_of(int64_t i) { return ID(account_id, i); }

static struct status_facts *facts(struct fixture *f, int64_t who, status_id id)
{
	struct map *by_id;

	ok(status_facts(&f->call, id_of(who), &id.v, 1, &by_id));
	return map_find_i64(by_id, id.v);
}

static struct poll *poll_of(struct fixture *f, status_id id, struct poll_option **ret_options)
{
	struct poll *p = arena_new(f->arena, struct poll);
	struct status *s = found(f, id);
	size_t n;
	bool there;

	ok(poll_find(&f->call, s->poll, p, ret_options, &n, &there));
	assert_true(there);
	return p;
}

static struct err *add_remote_post(struct call *c, void *arg)
{
	return status_add(c, arg);
}

/* A post of somebody elsewhere. */
static struct status *remote_post(struct fixture *f, int64_t id)
{
	struct status s = { .id = ID(status_id, id), .account = id_of(REMOTE), .content = STR("<p>far</p>"), .created_us = f->call.now_us };

	s.uri = arena_printf(f->arena, "https://remote.example/s/%lld", (long long)id);
	ok(store_tx(&f->call, add_remote_post, &s));
	return found(f, s.id);
}

static void a_favourite_counts_once(void **state)
{
	struct fixture *f = *state;
	struct status *s, *far;

	NEED(f);
	s = post(f, ALICE, SAYS("hello"));
	far = remote_post(f, 77);
	for (int i = 0; i < 2; i++) {
		ok(acts_favourite(&f->call, id_of(BOB), s->id));
		ok(acts_favourite(&f->call, id_of(BOB), far->id));
	}
	assert_int_equal(found(f, s->id)->favourites_count, 1);
	assert_true(facts(f, BOB, s->id)->favourited);
	assert_int_equal(jobs(f, JOB_NOTIFY, "favourite"), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Like"), 1);
	for (int i = 0; i < 2; i++) {
		ok(acts_unfavourite(&f->call, id_of(BOB), s->id));
		ok(acts_unfavourite(&f->call, id_of(BOB), far->id));
	}
	assert_int_equal(found(f, s->id)->favourites_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Like"), 1);
	says(acts_favourite(&f->call, id_of(BOB), ID(status_id, 5)), ERR_NOT_FOUND, "Not Found");
	s = post(f, ALICE, SAYS("for me", .visibility = STR("direct")));
	says(acts_favourite(&f->call, id_of(BOB), s->id), ERR_NOT_FOUND, "Not Found");
}

static void strangers_likes_and_boosts_come_once(void **state)
{
	struct fixture *f = *state;
	struct reblog_received in = { .actor = id_of(REMOTE), .uri = STR("https://remote.example/b/1"), .visibility = VISIBILITY_PUBLIC };
	struct status *s, *hidden;
	status_id one, two;

	NEED(f);
	s = post(f, ALICE, SAYS("hello"));
	hidden = post(f, ALICE, SAYS("mine", .visibility = STR("private")));
	in.of = s->id;
	for (int i = 0; i < 2; i++)
		ok(acts_favourite_receive(&f->call, id_of(REMOTE), s->id, STR("https://remote.example/l/1")));
	ok(acts_favourite_receive(&f->call, id_of(REMOTE), hidden->id, STR("https://remote.example/l/2")));
	assert_int_equal(found(f, s->id)->favourites_count, 1);
	assert_int_equal(found(f, hidden->id)->favourites_count, 0);
	ok(acts_reblog_receive(&f->call, &in, &one));
	ok(acts_reblog_receive(&f->call, &in, &two));
	assert_true(one.v && id_eq(one, two));
	assert_int_equal(found(f, s->id)->reblogs_count, 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "reblog"), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Announce"), 0);
	ok(acts_reblog_undone(&f->call, id_of(REMOTE), s->id));
	ok(acts_reblog_undone(&f->call, id_of(REMOTE), s->id));
	ok(acts_favourite_undone(&f->call, id_of(REMOTE), s->id, STR_NONE));
	assert_int_equal(found(f, s->id)->reblogs_count, 0);
	assert_int_equal(found(f, s->id)->favourites_count, 0);
	ok(acts_reblog_receive(&f->call, &in, &one));
	assert_int_equal(one.v, 0);                   /* it was taken back: it does not return */
	ok(acts_favourite_undone(&f->call, id_of(REMOTE), s->id, STR("https://remote.example/l/3")));
	ok(acts_favourite_receive(&f->call, id_of(REMOTE), s->id, STR("https://remote.example/l/3")));
	assert_int_equal(found(f, s->id)->favourites_count, 0);
	ok(acts_favourite_receive(&f->call, id_of(REMOTE), s->id, STR("https://remote.example/l/4")));
	assert_int_equal(found(f, s->id)->favourites_count, 1);
	ok(acts_undone(&f->call, id_of(BOB), STR("https://remote.example/l/4")));     /* not his to take back */
	assert_int_equal(found(f, s->id)->favourites_count, 1);
	ok(acts_undone(&f->call, id_of(REMOTE), STR("https://remote.example/l/4")));
	assert_int_equal(found(f, s->id)->favourites_count, 0);
}

static void a_boost_is_a_post_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct status *s, *boost;
	status_id one, two, original;

	NEED(f);
	s = post(f, ALICE, SAYS("hello"));
	ok(acts_reblog(&f->call, WHO(BOB), s->id, STR("unlisted"), &one));
	ok(acts_reblog(&f->call, WHO(BOB), one, STR_NONE, &two));
	assert_true(id_eq(one, two));
	boost = found(f, one);
	assert_true(id_eq(boost->reblog_of, s->id) && boost->visibility == VISIBILITY_UNLISTED && id_eq(boost->thread, s->id));
	assert_int_equal(found(f, s->id)->reblogs_count, 1);
	assert_int_equal(account(f, BOB)->statuses_count, 1);
	assert_int_equal(jobs(f, JOB_FANOUT, "%"), 2);
	assert_int_equal(jobs(f, JOB_PLAN, "Announce"), 1);
	assert_true(facts(f, BOB, s->id)->reblogged);
	ok(acts_unreblog(&f->call, id_of(BOB), s->id, &original));
	ok(acts_unreblog(&f->call, id_of(BOB), s->id, &original));
	assert_true(id_eq(original, s->id));
	assert_null(found(f, one));
	assert_int_equal(found(f, s->id)->reblogs_count, 0);
	assert_int_equal(account(f, BOB)->statuses_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Undo Announce"), 1);
}

static void not_everything_may_be_boosted(void **state)
{
	struct fixture *f = *state;
	struct status *hidden, *direct, *s;
	status_id got;

	NEED(f);
	hidden = post(f, ALICE, SAYS("to @bob", .visibility = STR("private")));
	direct = post(f, ALICE, SAYS("to @bob", .visibility = STR("direct")));
	says(acts_reblog(&f->call, WHO(BOB), hidden->id, STR_NONE, &got), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_reblog(&f->call, WHO(ALICE), direct->id, STR_NONE, &got), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_reblog(&f->call, WHO(CAROL), hidden->id, STR_NONE, &got), ERR_NOT_FOUND, "Not Found");
	ok(acts_reblog(&f->call, WHO(ALICE), hidden->id, STR("public"), &got));
	assert_int_equal(found(f, got)->visibility, VISIBILITY_PRIVATE);
	s = post(f, CAROL, SAYS("hello"));
	ok(acts_block(&f->call, id_of(CAROL), id_of(BOB)));
	says(acts_reblog(&f->call, WHO(BOB), s->id, STR_NONE, &got), ERR_NOT_FOUND, "Not Found");
}

static void boosts_go_with_what_they_boost(void **state)
{
	struct fixture *f = *state;
	struct status *s;
	status_id boost;

	NEED(f);
	s = post(f, ALICE, SAYS("hello"));
	ok(acts_reblog(&f->call, WHO(BOB), s->id, STR_NONE, &boost));
	ok(acts_status_delete(&f->call, WHO(ALICE), s->id, false));
	assert_null(found(f, boost));
	assert_int_equal(account(f, BOB)->statuses_count, 0);
	assert_int_equal(account(f, ALICE)->statuses_count, 0);
}

static void pins_are_few_and_ones_own(void **state)
{
	struct fixture *f = *state;
	struct status *s = NULL;
	status_id boost;

	NEED(f);
	f->conf.pinned_max = 2;
	for (int i = 0; i < 2; i++) {
		s = post(f, ALICE, SAYS("pinned"));
		ok(acts_pin(&f->call, id_of(ALICE), s->id));
		ok(acts_pin(&f->call, id_of(ALICE), s->id));
	}
	assert_true(facts(f, ALICE, s->id)->pinned);
	says(acts_pin(&f->call, id_of(BOB), s->id), ERR_INVALID, "Validation failed: Someone else's post cannot be pinned");
	ok(acts_reblog(&f->call, WHO(ALICE), s->id, STR_NONE, &boost));
	says(acts_pin(&f->call, id_of(ALICE), boost), ERR_INVALID, "Validation failed: A boost cannot be pinned");
	says(acts_pin(&f->call, id_of(ALICE), post(f, ALICE, SAYS("x"))->id), ERR_INVALID,
	     "Validation failed: You have already pinned the maximum number of posts");
	says(acts_pin(&f->call, id_of(ALICE), post(f, ALICE, SAYS("y", .visibility = STR("direct")))->id), ERR_INVALID,
	     "Validation failed: Posts that are only visible to mentioned users cannot be pinned");
	ok(acts_unpin(&f->call, id_of(ALICE), s->id));
	ok(acts_unpin(&f->call, id_of(ALICE), s->id));
	assert_false(facts(f, ALICE, s->id)->pinned);
}

static void bookmarks_and_muted_threads_are_kept(void **state)
{
	struct fixture *f = *state;
	struct status *s, *answer;

	NEED(f);
	s = post(f, ALICE, SAYS("hello"));
	answer = post(f, BOB, SAYS("hi", .in_reply_to = s->id.v));
	for (int i = 0; i < 2; i++) {
		ok(acts_bookmark(&f->call, id_of(BOB), s->id));
		ok(acts_mute_conversation(&f->call, id_of(BOB), answer->id));
	}
	assert_true(facts(f, BOB, s->id)->bookmarked && facts(f, BOB, s->id)->muted);
	ok(acts_unbookmark(&f->call, id_of(BOB), s->id));
	ok(acts_unmute_conversation(&f->call, id_of(BOB), s->id));
	assert_false(facts(f, BOB, s->id)->bookmarked || facts(f, BOB, answer->id)->muted);
}

static void pages_of_favourites_go_both_ways(void **state)
{
	struct fixture *f = *state;
	struct page p = { .limit = 2 };
	struct mark_row *all, *rows;
	status_id ids[5];
	size_t n;

	NEED(f);
	for (int i = 0; i < 5; i++) {
		ids[i] = post(f, ALICE, SAYS("x"))->id;
		ok(acts_favourite(&f->call, id_of(BOB), ids[i]));
	}
	ok(marks_page(&f->call, MARK_FAVOURITES, BOB, id_of(BOB), &(struct page){ .limit = 10 }, &all, &n));
	assert_int_equal(n, 5);
	assert_int_equal(all[0].other, ids[4].v);
	p.max_id = all[1].id;
	ok(marks_page(&f->call, MARK_FAVOURITES, BOB, id_of(BOB), &p, &rows, &n));
	assert_int_equal(rows[0].other, ids[2].v);
	p = (struct page){ .limit = 2, .min_id = all[4].id };
	ok(marks_page(&f->call, MARK_FAVOURITES, BOB, id_of(BOB), &p, &rows, &n));
	assert_true(n == 2 && rows[0].other == ids[2].v && rows[1].other == ids[1].v);
	p = (struct page){ .limit = 2, .since_id = all[4].id };
	ok(marks_page(&f->call, MARK_FAVOURITES, BOB, id_of(BOB), &p, &rows, &n));
	assert_true(n == 2 && rows[0].other == ids[4].v);
	ok(acts_block(&f->call, id_of(BOB), id_of(CAROL)));
	p = (struct page){ .limit = 2 };
	ok(marks_page(&f->call, MARK_FAVOURITED_BY, ids[0].v, id_of(ALICE), &p, &rows, &n));
	assert_int_equal(n, 1);
	ok(marks_page(&f->call, MARK_FAVOURITED_BY, ids[0].v, id_of(CAROL), &p, &rows, &n));
	assert_int_equal(n, 0);
	ok(marks_page(&f->call, MARK_FAVOURITED_BY, ids[0].v, ID_NONE(account_id), &p, &rows, &n));
	assert_int_equal(n, 1);
}

/* ---- polls ---- */

static struct status *ask(struct fixture *f, int64_t who, bool multiple)
{
	struct str options[] = { STR("yes"), STR("no"), STR("maybe") };
	struct poll_in in = { .options = options, .n = 3, .expires_in_s = 600, .multiple = multiple };

	return post(f, who, SAYS("?", .poll = &in));
}

static void one_votes_once(void **state)
{
	struct fixture *f = *state;
	struct poll_option *o;
	struct status *s, *many;
	int64_t both[] = { 0, 1 }, bad[] = { 7 };

	NEED(f);
	s = ask(f, ALICE, false);
	many = ask(f, ALICE, true);
	says(acts_vote(&f->call, id_of(ALICE), s->poll, both, 1), ERR_INVALID, "Validation failed: You cannot vote in your own polls");
	says(acts_vote(&f->call, id_of(BOB), s->poll, bad, 1), ERR_INVALID, "Validation failed: The chosen vote option does not exist");
	says(acts_vote(&f->call, id_of(BOB), s->poll, both, 0), ERR_INVALID, "Validation failed: The chosen vote option does not exist");
	says(acts_vote(&f->call, id_of(BOB), ID(poll_id, 9), both, 1), ERR_NOT_FOUND, "Record not found");
	ok(acts_vote(&f->call, id_of(BOB), s->poll, both, 1));
	says(acts_vote(&f->call, id_of(BOB), s->poll, both + 1, 1), ERR_INVALID, "Validation failed: You have already voted on this poll");
	ok(acts_vote(&f->call, id_of(BOB), many->poll, both, 2));
	says(acts_vote(&f->call, id_of(BOB), many->poll, both, 1), ERR_INVALID, "Validation failed: You have already voted on this poll");
	assert_int_equal(poll_of(f, s->id, &o)->votes_count, 1);
	assert_int_equal(o[0].votes_count, 1);
	assert_int_equal(poll_of(f, many->id, &o)->votes_count, 2);
	assert_int_equal(poll_of(f, many->id, &o)->voters_count, 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Update"), 2);
	f->call.now_us += US_PER_HOUR;
	says(acts_vote(&f->call, id_of(CAROL), s->poll, both, 1), ERR_INVALID, "Validation failed: The poll has already ended");
}

static void votes_come_from_elsewhere_by_title(void **state)
{
	struct fixture *f = *state;
	struct poll_option *o;
	struct status *s;
	bool counted;

	NEED(f);
	s = ask(f, ALICE, false);
	ok(acts_vote_receive(&f->call, id_of(REMOTE), s->id, STR("perhaps"), STR_NONE, &counted));
	assert_false(counted);
	ok(acts_vote_receive(&f->call, id_of(REMOTE), s->id, STR("no"), STR("https://remote.example/v/1"), &counted));
	assert_true(counted);
	ok(acts_vote_receive(&f->call, id_of(REMOTE), s->id, STR("no"), STR("https://remote.example/v/1"), &counted));
	assert_false(counted);
	ok(acts_vote_receive(&f->call, id_of(REMOTE), s->id, STR("yes"), STR_NONE, &counted));
	assert_false(counted);
	assert_int_equal(poll_of(f, s->id, &o)->votes_count, 1);
	assert_int_equal(o[1].votes_count, 1);
}

struct voter {
	struct call call;
	poll_id poll;
	int64_t choice;
	struct err *e;
};

static void *vote(void *arg)
{
	struct voter *v = arg;

	v->e = acts_vote(&v->call, ID(account_id, BOB), v->poll, &v->choice, 1);
	return NULL;
}

static void of_two_votes_at_once_one_counts(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	for (int round = 0; round < 10; round++) {
		struct status *s = ask(f, ALICE, false);
		struct poll_option *o;
		struct voter v[2];
		pthread_t t[2];

		for (int i = 0; i < 2; i++) {
			v[i] = (struct voter){ .call = f->call, .poll = s->poll, .choice = i };
			v[i].call.arena = arena_create();
		}
		for (int i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&t[i], NULL, vote, &v[i]), 0);
		for (int i = 0; i < 2; i++)
			pthread_join(t[i], NULL);
		assert_true((v[0].e == NULL) != (v[1].e == NULL));
		assert_int_equal((v[0].e ? v[0].e : v[1].e)->code, ERR_INVALID);
		assert_int_equal(poll_of(f, s->id, &o)->votes_count, 1);
		for (int i = 0; i < 2; i++)
			arena_destroy(v[i].call.arena);
	}
}

static void a_poll_ends_once_and_tells_its_voters(void **state)
{
	struct fixture *f = *state;
	struct job job = { .kind = JOB_POLL_CLOSE };
	struct poll_option *o;
	struct status *s;
	int64_t yes = 0;
	bool later = false;

	NEED(f);
	s = ask(f, ALICE, false);
	ok(acts_vote(&f->call, id_of(BOB), s->poll, &yes, 1));
	job.ref_id = s->poll.v;
	ok(acts_job_poll_close(&f->call, &job, &later));
	assert_int_equal(poll_of(f, s->id, &o)->closed_us, 0);
	f->call.now_us += US_PER_HOUR;
	for (int i = 0; i < 2; i++)
		ok(acts_job_poll_close(&f->call, &job, &later));
	assert_int_equal(poll_of(f, s->id, &o)->closed_us, f->call.now_us);
	assert_int_equal(jobs(f, JOB_NOTIFY, "poll"), 2);
	assert_int_equal(jobs(f, JOB_PLAN, "Update"), 2);
	job.ref_id = 5;
	ok(acts_job_poll_close(&f->call, &job, &later));
}

static void a_failing_database_leaves_no_half_of_a_mark(void **state)
{
	struct fixture *f = *state;
	struct status *s, *far;
	status_id got;
	int64_t yes = 0;

	NEED(f);
	s = ask(f, ALICE, false);
	far = remote_post(f, 77);
	SWEEP(f, acts_favourite(&f->call, id_of(BOB), s->id));
	SWEEP(f, acts_favourite(&f->call, id_of(BOB), far->id));
	SWEEP(f, acts_unfavourite(&f->call, id_of(BOB), far->id));
	SWEEP(f, acts_reblog(&f->call, WHO(BOB), s->id, STR_NONE, &got));
	SWEEP(f, acts_unreblog(&f->call, id_of(BOB), s->id, &got));
	SWEEP(f, acts_bookmark(&f->call, id_of(BOB), s->id));
	SWEEP(f, acts_vote(&f->call, id_of(BOB), s->poll, &yes, 1));
}

static void what_strangers_feature_is_put_as_a_whole(void **state)
{
	struct fixture *f = *state;
	const struct str names[] = { STR("Cats"), STR("cats"), STR("no tag!"), STR("#dogs") };
	const int64_t first[] = { 77, 78, 79 }, then[] = { 78, 80 };
	struct featured_tag *tags;
	int64_t *pins;
	size_t n;

	NEED(f);
	for (int64_t id = 77; id <= 80; id++)
		remote_post(f, id);
	SWEEP(f, acts_featured_put(&f->call, id_of(REMOTE), first, 3));
	SWEEP(f, acts_featured_put(&f->call, id_of(REMOTE), then, 2));
	ok(acts_featured_add(&f->call, id_of(BOB), ID(status_id, 77)));        /* not his */
	ok(pins_of(&f->call, id_of(REMOTE), 10, &pins, &n));
	assert_true(n == 2 && pins[0] == 78 && pins[1] == 80);
	ok(pins_of(&f->call, id_of(BOB), 10, &pins, &n));
	assert_int_equal(n, 0);
	SWEEP(f, acts_featured_tags_put(&f->call, id_of(REMOTE), names, 4));
	ok(featured_tags_of(&f->call, id_of(REMOTE), &tags, &n));
	assert_int_equal(n, 2);
	ok(acts_featured_tag_remove(&f->call, id_of(REMOTE), STR("#CATS")));
	ok(featured_tags_of(&f->call, id_of(REMOTE), &tags, &n));
	assert_int_equal(n, 1);
	same(tags[0].name, "dogs");
	assert_int_equal(jobs(f, JOB_PLAN, "%"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_favourite_counts_once),
		BOTH(strangers_likes_and_boosts_come_once),
		BOTH(a_boost_is_a_post_of_its_own),
		BOTH(not_everything_may_be_boosted),
		BOTH(boosts_go_with_what_they_boost),
		BOTH(pins_are_few_and_ones_own),
		BOTH(bookmarks_and_muted_threads_are_kept),
		BOTH(pages_of_favourites_go_both_ways),
		BOTH(one_votes_once),
		BOTH(votes_come_from_elsewhere_by_title),
		BOTH(of_two_votes_at_once_one_counts),
		BOTH(a_poll_ends_once_and_tells_its_voters),
		BOTH(what_strangers_feature_is_put_as_a_whole),
		BOTH(a_failing_database_leaves_no_half_of_a_mark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
