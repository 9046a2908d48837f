#include "acts/test_posts_priv.h"

#include <stdatomic.h>

#include "acts/block.h"
#include "acts/media.h"
#include "acts/proxy.h"
#include "acts/scheduled.h"
#include "store/edit.h"
#include "wire/date.h"

SQL(q_test_event, "SELECT topics FROM events WHERE kind = $1 AND subject_id = $2 ORDER BY id LIMIT 1");
SQL(q_test_silence, "UPDATE accounts SET silenced_us = 1 WHERE id = $1");

static struct str event_topics(struct fixture *f, enum event_kind kind, status_id id)
{
	struct row r;
	bool there;

	ok(db_one(&f->call, &q_test_event, ARGS((int64_t)kind, id.v), &r, &there));
	return there ? row_str(r, 0) : STR_NONE;
}

static struct media picture(struct fixture *f, int64_t id, int64_t owner, enum media_type type, enum media_state state)
{
	return (struct media){ .id = ID(media_id, id), .account = ID(account_id, owner), .type = type, .state = state, .file = STR("f"),
			       .content_hash = arena_printf(f->arena, "hash%lld", (long long)id), .created_us = f->call.now_us };
}

static struct err *save_media(struct call *c, void *arg)
{
	return media_add(c, arg);
}

static void upload(struct fixture *f, struct media m)
{
	ok(store_tx(&f->call, save_media, &m));
}

/* ---- posting ---- */

static void a_post_is_a_row_with_its_jobs_and_one_event(void **state)
{
	struct fixture *f = *state;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("Hello @bob@here.example, see https://example.org/x #Cats"));
	same(s->text, "Hello @bob, see https://example.org/x #Cats");
	same(s->content, "<p>Hello <span class=\"h-card\" translate=\"no\"><a href=\"https://here.example/@bob\" class=\"u-url mention\">"
	     "@<span>bob</span></a></span>, see <a href=\"https://example.org/x\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">"
	     "<span class=\"invisible\">https://</span><span class=\"\">example.org/x</span><span class=\"invisible\"></span></a>"
	     " <a href=\"https://here.example/tags/cats\" class=\"mention hashtag\" rel=\"tag\">#<span>Cats</span></a></p>");
	same(s->uri, arena_strz(f->arena, arena_printf(f->arena, "https://here.example/ap/users/1/statuses/%lld", (long long)s->id.v)));
	same(s->url, arena_strz(f->arena, arena_printf(f->arena, "https://here.example/@alice/%lld", (long long)s->id.v)));
	same(s->language, "de");
	assert_true(s->local && s->visibility == VISIBILITY_PUBLIC && !s->sensitive && id_eq(s->thread, s->id));
	assert_int_equal(account(f, ALICE)->statuses_count, 1);
	assert_int_equal(account(f, ALICE)->last_status_us, f->call.now_us);
	assert_int_equal(jobs(f, JOB_FANOUT, "%"), 1);
	assert_int_equal(jobs(f, JOB_PLAN, "Create"), 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "mention"), 1);
	assert_int_equal(jobs(f, JOB_RESOLVE, "%"), 0);
	same(event_topics(f, EVENT_STATUS_NEW, s->id), "public public:local hashtag:cats hashtag:local:cats");
	assert_int_equal(f->call.limit.limit, 300);
	assert_int_equal(f->call.limit.left, 299);
}

static void what_cannot_be_posted_is_said(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	char *long_text;

	NEED(f);
	says(acts_status_post(&f->call, WHO(ALICE), SAYS(" \n "), &posted), ERR_INVALID, "Validation failed: Text can't be blank");
	long_text = arena_alloc(f->arena, 502);
	memset(long_text, 'x', 501);
	says(acts_status_post(&f->call, WHO(ALICE), &(struct status_in){ .text = str_z(long_text), .sensitive = -1 }, &posted), ERR_INVALID,
	     "Validation failed: Text character limit of 500 exceeded");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .visibility = STR("secret")), &posted), ERR_INVALID,
	     "Validation failed: Visibility is not included in the list");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .in_reply_to = 77), &posted), ERR_NOT_FOUND,
	     "The post you are trying to reply to does not appear to exist.");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .media = (int64_t[]){ 5, 6 }, .media_n = 2), &posted), ERR_INVALID,
	     "Media 5, 6 not found or already attached to another post");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .media = (int64_t[]){ 1, 2, 3, 4, 5 }, .media_n = 5), &posted), ERR_INVALID,
	     "Cannot attach more than 4 files");
	assert_int_equal(number(f, &q_test_tables, ARGS0), 0);
}

static void polls_are_checked(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct str two[] = { STR("yes"), STR("no") }, twice[] = { STR("yes"), STR(" yes ") };
	struct poll_in one = { .options = two, .n = 1, .expires_in_s = 600 }, equal = { .options = twice, .n = 2, .expires_in_s = 600 };
	struct poll_in soon = { .options = two, .n = 2, .expires_in_s = 60 }, late = { .options = two, .n = 2, .expires_in_s = 3000000 };
	struct poll_in good = { .options = two, .n = 2, .expires_in_s = 600, .multiple = true };
	struct status_parts parts;
	struct status *s;

	NEED(f);
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("?", .poll = &one), &posted),
	     ERR_INVALID, "Validation failed: Choices must have more than one item");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("?", .poll = &equal), &posted),
	     ERR_INVALID, "Validation failed: Choices contain duplicate items");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("?", .poll = &soon), &posted), ERR_INVALID, "Validation failed: Deadline is too soon");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("?", .poll = &late), &posted),
	     ERR_INVALID, "Validation failed: Deadline is too far into the future");
	s = post(f, ALICE, SAYS("?", .poll = &good));
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.options_n, 2);
	assert_true(parts.polls[0].multiple && parts.polls[0].expires_us == f->call.now_us + 600 * US_PER_S);
	assert_int_equal(jobs(f, JOB_POLL_CLOSE, "%"), 1);
}

static void a_warning_makes_sensitive_and_alone_becomes_the_text(void **state)
{
	struct fixture *f = *state;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("ending", .spoiler_text = STR("film")));
	assert_true(s->sensitive);
	same(s->spoiler_text, "film");
	s = post(f, ALICE, SAYS("", .spoiler_text = STR("film")));
	assert_true(s->sensitive);
	same(s->text, "film");
	same(s->spoiler_text, "");
}

static void an_answer_joins_the_thread(void **state)
{
	struct fixture *f = *state;
	struct status *first, *second, *third;
	struct status_posted posted;

	NEED(f);
	first = post(f, ALICE, SAYS("one"));
	second = post(f, BOB, SAYS("two", .in_reply_to = first->id.v));
	third = post(f, BOB, SAYS("three", .in_reply_to = second->id.v));
	assert_true(id_eq(second->thread, first->id) && id_eq(third->thread, first->id));
	assert_int_equal(second->reply_to_account.v, ALICE);
	assert_int_equal(third->reply_to_account.v, ALICE);
	assert_int_equal(found(f, first->id)->replies_count, 1);
	same(event_topics(f, EVENT_STATUS_NEW, second->id), "");
	first = post(f, ALICE, SAYS("quiet", .visibility = STR("direct")));
	says(acts_status_post(&f->call, WHO(BOB), SAYS("what?", .in_reply_to = first->id.v), &posted), ERR_NOT_FOUND,
	     "The post you are trying to reply to does not appear to exist.");
	assert_int_equal(account(f, ALICE)->statuses_count, 1);
}

static void the_silenced_are_not_public(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	ok(db_exec(&f->call, &q_test_silence, ARGS((int64_t)ALICE), NULL));
	assert_int_equal(post(f, ALICE, SAYS("psst"))->visibility, VISIBILITY_UNLISTED);
}

static void mentions_reach_whom_they_may(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct status_parts parts;
	struct status *s;
	int64_t bob = BOB;

	NEED(f);
	ok(acts_block(&f->call, ID(account_id, ALICE), ID(account_id, CAROL)));
	s = post(f, ALICE, SAYS("@Bob @carol @zed@remote.example @new@Other.example @nobody"));
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.mentions_n, 2);
	assert_int_equal(jobs(f, JOB_RESOLVE, "new@other.example"), 1);
	assert_int_equal(jobs(f, JOB_RESOLVE, "%"), 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "mention"), 1);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("@bob @zed@remote.example", .only_allowed = true, .allowed = &bob, .allowed_n = 1), &posted));
	assert_int_equal(posted.unexpected_n, 1);
	assert_int_equal(posted.unexpected[0], REMOTE);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("@bob", .only_allowed = true, .allowed = &bob, .allowed_n = 1), &posted));
	assert_int_equal(posted.unexpected_n, 0);
}

static void a_mention_found_later_is_written_in(void **state)
{
	struct fixture *f = *state;
	struct status_parts parts;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("@alias@other.example hello"));
	same(s->content, "<p>@alias@other.example hello</p>");
	ok(acts_mention_resolved(&f->call, s->id, STR("alias@other.example"), ID(account_id, REMOTE)));
	ok(acts_mention_resolved(&f->call, s->id, STR("alias@other.example"), ID(account_id, REMOTE)));
	same(found(f, s->id)->content, "<p><span class=\"h-card\" translate=\"no\"><a href=\"https://remote.example/@zed\" "
	     "class=\"u-url mention\">@<span>zed</span>"
	     "</a></span> hello</p>");
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.mentions_n, 1);
	ok(acts_mention_resolved(&f->call, ID(status_id, 5), STR("alias@other.example"), ID(account_id, REMOTE)));
}

static void media_are_attached_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct status_parts parts;
	struct status *s;

	NEED(f);
	for (int64_t i = 11; i <= 13; i++)
		upload(f, picture(f, i, ALICE, MEDIA_IMAGE, MEDIA_STATE_READY));
	upload(f, picture(f, 21, ALICE, MEDIA_IMAGE, MEDIA_STATE_WAITING));
	upload(f, picture(f, 22, ALICE, MEDIA_VIDEO, MEDIA_STATE_READY));
	upload(f, picture(f, 23, BOB, MEDIA_IMAGE, MEDIA_STATE_READY));
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("", .media = (int64_t[]){ 21 }, .media_n = 1), &posted), ERR_INVALID,
	     "Cannot attach files that have not finished processing. Try again in a moment!");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("", .media = (int64_t[]){ 11, 22 }, .media_n = 2), &posted), ERR_INVALID,
	     "Cannot attach a video to a post that already contains images");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("", .media = (int64_t[]){ 23 }, .media_n = 1), &posted), ERR_INVALID,
	     "Media 23 not found or already attached to another post");
	s = post(f, ALICE, SAYS("", .media = (int64_t[]){ 13, 11 }, .media_n = 2));
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.media_n, 2);
	assert_int_equal(parts.media[0].id.v, 13);
	same(event_topics(f, EVENT_STATUS_NEW, s->id), "public public:local public:media public:local:media");
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("again", .media = (int64_t[]){ 11 }, .media_n = 1), &posted), ERR_INVALID,
	     "Media 11 not found or already attached to another post");
}

static void three_hundred_posts_are_enough(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;

	NEED(f);
	for (int i = 0; i < 300; i++)
		ok(acts_status_post(&f->call, WHO(ALICE), SAYS("again"), &posted));
	says(acts_status_post(&f->call, WHO(ALICE), SAYS("again"), &posted), ERR_LIMITED, "Too many requests");
	assert_int_equal(account(f, ALICE)->statuses_count, 300);
	f->call.now_us += 3 * US_PER_HOUR;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("again"), &posted));
}

/* ---- posting once ---- */

static void a_key_makes_one_post(void **state)
{
	struct fixture *f = *state;
	struct status_posted one, two;

	NEED(f);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .key = STR("k")), &one));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("b", .key = STR("k")), &two));
	assert_true(two.repeated && id_eq(one.id, two.id));
	ok(acts_status_post(&f->call, WHO(BOB), SAYS("a", .key = STR("k")), &two));
	assert_false(id_eq(one.id, two.id));
	ok(acts_status_delete(&f->call, WHO(ALICE), one.id, false));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .key = STR("k")), &two));
	assert_false(two.repeated);
	f->call.now_us += 2 * US_PER_HOUR;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("a", .key = STR("k")), &one));
	assert_false(one.repeated);
}

struct racer {
	struct fixture *f;
	struct call call;
	struct status_posted got;
	struct err *e;
	const struct status_in *in;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	r->e = acts_status_post(&r->call, WHO(ALICE), r->in, &r->got);
	return NULL;
}

static void two_at_once(struct fixture *f, const struct status_in *in)
{
	struct racer r[2];
	pthread_t t[2];

	for (int i = 0; i < 2; i++) {
		r[i] = (struct racer){ .f = f, .call = f->call, .in = in };
		r[i].call.arena = arena_create();
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	ok(r[0].e);
	ok(r[1].e);
	assert_true(id_eq(r[0].got.id, r[1].got.id) && id_eq(r[0].got.later, r[1].got.later));
	assert_true(r[0].got.repeated != r[1].got.repeated);
	for (int i = 0; i < 2; i++)
		arena_destroy(r[i].call.arena);
}

static void of_two_at_once_with_a_key_one_wins(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	for (int i = 0; i < 20; i++)
		two_at_once(f, SAYS("race", .key = arena_printf(f->arena, "key %d", i)));
	assert_int_equal(account(f, ALICE)->statuses_count, 20);
}

static void of_two_presses_at_once_one_wins(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	for (int i = 0; i < 20; i++)
		two_at_once(f, &(struct status_in){ .text = arena_printf(f->arena, "race %d", i), .sensitive = -1 });
	assert_int_equal(account(f, ALICE)->statuses_count, 20);
}

static void pressing_again_returns_what_was_not_answered(void **state)
{
	struct fixture *f = *state;
	struct status_posted one, two;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_SLOW;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one  two"), &one));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two "), &two));
	assert_true(two.repeated && id_eq(one.id, two.id));
	acts_answered(&two.note);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two"), &two));
	assert_true(two.repeated && id_eq(one.id, two.id));   /* how the second press was answered says nothing of the first */
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two", .visibility = STR("unlisted")), &two));
	assert_false(two.repeated);
	acts_answered(&one.note);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two"), &two));
	assert_false(two.repeated);                   /* the first was answered: this one is meant */
	f->call.now_us += 11 * US_PER_MIN;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two"), &one));
	assert_false(one.repeated);                   /* long enough ago */
	ok(acts_status_delete(&f->call, WHO(ALICE), two.id, false));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("one two"), &two));
	assert_false(two.repeated);                   /* whoever deletes means what comes next */
}

static void the_guard_can_be_off_or_always_on(void **state)
{
	struct fixture *f = *state;
	struct status_posted one, two;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_OFF;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("a"), &one));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("a"), &two));
	assert_false(two.repeated);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("b"), &one));
	acts_answered(&one.note);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("b"), &two));
	assert_true(two.repeated);
	upload(f, picture(f, 11, ALICE, MEDIA_IMAGE, MEDIA_STATE_READY));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("", .media = (int64_t[]){ 11 }, .media_n = 1), &one));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("", .media = (int64_t[]){ 11 }, .media_n = 1), &two));
	assert_true(two.repeated && id_eq(one.id, two.id));
}

SQL(q_test_unanswered, "SELECT count(*) FROM post_fingerprints WHERE answered = 0");

static void what_is_noted_is_written_without_the_author(void **state)
{
	struct fixture *f = *state;
	struct status_posted one;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_SLOW;
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("c"), &one));
	acts_answered(&one.note);
	assert_int_equal(number(f, &q_test_unanswered, ARGS0), 1);
	ok(acts_answers_flush(&f->call, ID(account_id, BOB)));
	assert_int_equal(number(f, &q_test_unanswered, ARGS0), 1);
	ok(acts_answers_flush(&f->call, ID_NONE(account_id)));
	assert_int_equal(number(f, &q_test_unanswered, ARGS0), 0);
}

struct writer {
	struct call call;
	atomic_bool over;
	struct err *e;
};

static void *write_on(void *arg)
{
	struct writer *w = arg;

	while (!atomic_load(&w->over) && !w->e)
		w->e = acts_answers_flush(&w->call, ID_NONE(account_id));
	return NULL;
}

/* What another hand writes down just now is known, too. */
static void what_is_being_written_is_waited_for(void **state)
{
	struct fixture *f = *state;
	struct writer w = { .call = { 0 } };
	struct status_posted posted;
	pthread_t t;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_SLOW;
	w.call = f->call;
	w.call.arena = arena_create();
	assert_int_equal(pthread_create(&t, NULL, write_on, &w), 0);
	for (int i = 0; i < 100; i++) {
		ok(acts_status_post(&f->call, WHO(ALICE), SAYS("good morning"), &posted));
		assert_false(posted.repeated);
		acts_answered(&posted.note);
	}
	atomic_store(&w.over, true);
	pthread_join(t, NULL);
	ok(w.e);
	arena_destroy(w.call.arena);
}

/* ---- for later ---- */

SQL(q_test_scheduled, "SELECT count(*) FROM scheduled_statuses");

static struct job later(struct fixture *f, int64_t who, const char *words, int64_t ahead_s)
{
	struct status_in in = { .text = str_z(words), .sensitive = -1, .scheduled_at = date_iso_ms(f->arena, f->call.now_us + ahead_s * US_PER_S) };
	struct status_posted posted;

	ok(acts_status_post(&f->call, WHO(who), &in, &posted));
	assert_true(posted.later.v && !posted.id.v);
	return (struct job){ .kind = JOB_SCHEDULED, .ref_id = posted.later.v };
}

static void a_post_for_later_is_published_once(void **state)
{
	struct fixture *f = *state;
	struct job job;
	bool wire;

	NEED(f);
	job = later(f, ALICE, "@bob #later", 3600);
	assert_int_equal(jobs(f, JOB_SCHEDULED, "%"), 1);
	ok(acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(account(f, ALICE)->statuses_count, 0);       /* not yet */
	f->call.now_us += US_PER_HOUR;
	SWEEP(f, acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(account(f, ALICE)->statuses_count, 1);
	assert_int_equal(number(f, &q_test_scheduled, ARGS0), 0);
	assert_int_equal(jobs(f, JOB_NOTIFY, "mention"), 1);
	ok(acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(account(f, ALICE)->statuses_count, 1);
}

static void pressing_again_returns_what_waits_already(void **state)
{
	struct fixture *f = *state;
	struct str at, other;
	struct status_posted one, two;

	NEED(f);
	at = date_iso_ms(f->arena, f->call.now_us + US_PER_HOUR);
	other = date_iso_ms(f->arena, f->call.now_us + 2 * US_PER_HOUR);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = at), &one));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = at), &two));
	assert_true(two.repeated && id_eq(one.later, two.later) && !two.id.v);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later"), &two));
	assert_true(!two.repeated && two.id.v);               /* at another time it is another post */
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = other), &two));
	assert_true(!two.repeated && two.later.v);
	f->conf.duplicate_post_guard = DUPLICATE_SLOW;
	acts_answered(&one.note);
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = at), &two));
	assert_false(two.repeated);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	ok(acts_scheduled_drop(&f->call, ID(account_id, ALICE), one.later));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = at), &one));
	assert_false(one.repeated);                           /* whoever removes means what comes next */
	ok(acts_scheduled_move(&f->call, ID(account_id, ALICE), one.later, other));
	ok(acts_status_post(&f->call, WHO(ALICE), SAYS("later", .scheduled_at = at), &two));
	assert_false(two.repeated);
}

static void of_two_presses_for_later_at_once_one_wins(void **state)
{
	struct fixture *f = *state;
	struct str at;

	NEED(f);
	at = date_iso_ms(f->arena, f->call.now_us + US_PER_HOUR);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	for (int i = 0; i < 20; i++)
		two_at_once(f, &(struct status_in){ .text = arena_printf(f->arena, "race %d", i), .sensitive = -1, .scheduled_at = at });
	assert_int_equal(number(f, &q_test_scheduled, ARGS0), 20);
}

/* The job of alice's answer whose time has come, and whose post is gone. */
static struct job unpublishable(struct fixture *f)
{
	struct status *parent = post(f, BOB, SAYS("one"));
	struct status_in in = { .text = STR("two"), .sensitive = -1, .in_reply_to = parent->id.v,
				.scheduled_at = date_iso_ms(f->arena, f->call.now_us + US_PER_HOUR) };
	struct status_posted posted;

	ok(acts_status_post(&f->call, WHO(ALICE), &in, &posted));
	ok(acts_status_delete(&f->call, WHO(BOB), parent->id, false));
	f->call.now_us += US_PER_HOUR;
	return (struct job){ .kind = JOB_SCHEDULED, .ref_id = posted.later.v };
}

static void what_may_not_be_published_stays_with_its_author(void **state)
{
	struct fixture *f = *state;
	struct job job;
	bool wire;

	NEED(f);
	job = unpublishable(f);
	/* Nobody can be told by mail here: it is shown for a week, which a job ends. */
	SWEEP(f, acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(number(f, &q_test_scheduled, ARGS0), 1);
	assert_int_equal(jobs(f, JOB_SCHEDULED, "end"), 1);
	SWEEP(f, acts_scheduled_move(&f->call, ID(account_id, ALICE), ID(scheduled_id, job.ref_id), date_iso_ms(f->arena, f->call.now_us + US_PER_HOUR)));
	assert_int_equal(jobs(f, JOB_SCHEDULED, "%"), 3);
	ok(acts_job_scheduled(&f->call, &job, &wire));
	ok(acts_scheduled_drop(&f->call, ID(account_id, ALICE), ID(scheduled_id, job.ref_id)));
	says(acts_scheduled_drop(&f->call, ID(account_id, ALICE), ID(scheduled_id, job.ref_id)), ERR_NOT_FOUND, "Record not found");
}

/* With mail its author gets it back, once. */
static void what_may_not_be_published_is_mailed_to_its_author(void **state)
{
	struct fixture *f = *state;
	struct job job;
	bool wire;

	NEED(f);
	f->conf.smtp_url = STR("smtp://127.0.0.1:25");
	job = unpublishable(f);
	SWEEP(f, acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(number(f, &q_test_scheduled, ARGS0), 0);
	assert_int_equal(jobs(f, JOB_MAIL, "%"), 1);
	ok(acts_job_scheduled(&f->call, &job, &wire));
	assert_int_equal(jobs(f, JOB_MAIL, "%"), 1);
}

static void three_hundred_wait_at_most(void **state)
{
	struct fixture *f = *state;
	struct status_posted posted;
	struct status_in in = { .text = STR("more"), .sensitive = -1 };

	NEED(f);
	for (int i = 0; i < 300; i++)
		later(f, ALICE, "again", 600 + 86400 * (i / 25 + 1));
	in.scheduled_at = date_iso_ms(f->arena, f->call.now_us + 100 * US_PER_DAY);
	says(acts_status_post(&f->call, WHO(ALICE), &in, &posted), ERR_INVALID, "Validation failed: You have exceeded the limit of 300 scheduled posts");
	ok(acts_status_post(&f->call, WHO(BOB), &in, &posted));
}

/* ---- editing and deleting ---- */

static void an_edit_keeps_what_was(void **state)
{
	struct fixture *f = *state;
	struct status_edit *edits;
	struct status *s;
	size_t n;

	NEED(f);
	s = post(f, ALICE, SAYS("one @bob #a"));
	ok(acts_status_edit(&f->call, WHO(ALICE), s->id, SAYS("one @bob #a")));
	assert_int_equal(found(f, s->id)->edited_us, 0);
	says(acts_status_edit(&f->call, WHO(BOB), s->id, SAYS("mine")), ERR_NOT_FOUND, "Record not found");
	f->call.now_us += US_PER_MIN;
	ok(acts_status_edit(&f->call, WHO(ALICE), s->id, SAYS("two @carol #b", .spoiler_text = STR("w"))));
	s = found(f, s->id);
	same(s->text, "two @carol #b");
	assert_true(s->sensitive);
	assert_int_equal(s->edited_us, f->call.now_us);
	ok(status_edits(&f->call, s->id, 10, &edits, &n));
	assert_int_equal(n, 1);
	same(edits[0].text, "one @bob #a");
	assert_int_equal(edits[0].created_us, s->created_us);
	assert_int_equal(jobs(f, JOB_PLAN, "Update"), 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "mention"), 2);
	assert_true(str_contains(event_topics(f, EVENT_STATUS_EDITED, s->id), STR("hashtag:b")));
}

static void an_edit_that_changes_options_resets_the_votes(void **state)
{
	struct fixture *f = *state;
	struct str two[] = { STR("yes"), STR("no") }, other[] = { STR("yes"), STR("never"), STR("maybe") };
	struct poll_in was = { .options = two, .n = 2, .expires_in_s = 600 }, now = { .options = other, .n = 3, .expires_in_s = 600 };
	struct status_parts parts;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("?", .poll = &was));
	f->call.now_us += US_PER_MIN;
	ok(acts_status_edit(&f->call, WHO(ALICE), s->id, SAYS("?", .poll = &was)));
	assert_int_equal(found(f, s->id)->edited_us, 0);
	ok(acts_status_edit(&f->call, WHO(ALICE), s->id, SAYS("?", .poll = &now)));
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.options_n, 3);
	assert_int_equal(parts.polls[0].expires_us, s->created_us + 600 * US_PER_S);
	ok(acts_status_edit(&f->call, WHO(ALICE), s->id, SAYS("?")));
	ok(status_parts(&f->call, &s->id.v, 1, &parts));
	assert_int_equal(parts.polls_n, 0);
}

static void a_deleted_post_leaves_a_tombstone_and_loose_media(void **state)
{
	struct fixture *f = *state;
	struct status *s, *parent;
	struct media m;
	bool stands, there;

	NEED(f);
	upload(f, picture(f, 11, ALICE, MEDIA_IMAGE, MEDIA_STATE_READY));
	parent = post(f, BOB, SAYS("first"));
	s = post(f, ALICE, SAYS("@bob", .in_reply_to = parent->id.v, .media = (int64_t[]){ 11 }, .media_n = 1));
	says(acts_status_delete(&f->call, WHO(BOB), s->id, false), ERR_NOT_FOUND, "Record not found");
	ok(acts_status_delete(&f->call, WHO(ALICE), s->id, false));
	says(acts_status_delete(&f->call, WHO(ALICE), s->id, false), ERR_NOT_FOUND, "Record not found");
	assert_null(found(f, s->id));
	ok(tombstone_stands(&f->call, s->uri, &stands));
	assert_true(stands);
	ok(media_find(&f->call, ID(media_id, 11), &m, &there));
	assert_true(there && m.status.v == 0);
	assert_int_equal(account(f, ALICE)->statuses_count, 0);
	assert_int_equal(found(f, parent->id)->replies_count, 0);
	assert_int_equal(jobs(f, JOB_PLAN, "Delete"), 1);
	same(event_topics(f, EVENT_STATUS_DELETED, s->id), "user:1 user:2");
}

/* ---- the n-th call of the database fails ---- */


static void a_failing_database_leaves_nothing_of_a_post(void **state)
{
	struct fixture *f = *state;
	struct str two[] = { STR("yes"), STR("no") };
	struct poll_in poll = { .options = two, .n = 2, .expires_in_s = 600 };
	struct status_posted posted;
	struct status *s;

	NEED(f);
	f->conf.duplicate_post_guard = DUPLICATE_ALWAYS;
	s = post(f, BOB, SAYS("first"));
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("@bob #tag", .poll = &poll, .in_reply_to = s->id.v, .key = STR("k")), &posted));
	f->call.now_us += US_PER_MIN;
	SWEEP(f, acts_status_edit(&f->call, WHO(ALICE), posted.id, SAYS("@carol #tags")));
	SWEEP(f, acts_status_delete(&f->call, WHO(ALICE), posted.id, false));
}

/* The proxy's copies: a picture that moves asks for its film; the film's copy and what the post says of it are one write. */
/* A file of a post that stands where it came from. */
static struct media elsewhere(struct fixture *f, int64_t id, enum media_type type, struct str url, const struct status *s)
{
	struct media m = picture(f, id, REMOTE, type, MEDIA_STATE_READY);

	m.file = STR_NONE;
	m.remote_url = url;
	m.status = s->id;
	upload(f, m);
	return m;
}

static void a_picture_of_another_server_becomes_a_film(void **state)
{
	struct fixture *f = *state;
	struct media m, film;
	struct proxy_copy copy = { .id = 11, .url = STR("https://remote.example/a.gif"), .file = STR("a.gif"), .mime = STR("image/gif"), .moves = true };
	struct str replaced;
	struct status *s;
	int64_t version;
	bool there;

	NEED(f);
	s = post(f, ALICE, SAYS("a"));
	m = elsewhere(f, 11, MEDIA_IMAGE, copy.url, s);
	SWEEP(f, acts_proxy_add(&f->call, &copy, &replaced));
	assert_int_equal(jobs(f, JOB_GIF, "%"), 1);
	version = found(f, s->id)->version;
	film = m;
	film.mime = STR("video/mp4");
	film.duration_ms = 1500;
	film.width = 160;
	film.height = 120;
	copy = (struct proxy_copy){ .kind = 4, .id = 11, .url = copy.url, .file = STR("a.mp4"), .mime = film.mime, .film = &film };
	SWEEP(f, acts_proxy_add(&f->call, &copy, &replaced));
	ok(media_find(&f->call, m.id, &m, &there));
	assert_int_equal(m.type, MEDIA_GIFV);
	assert_int_equal(m.duration_ms, 1500);
	assert_true(found(f, s->id)->version > version);
	/* Of what has another address by now nothing is changed. */
	film.remote_url = STR("https://remote.example/b.gif");
	film.duration_ms = 9;
	ok(acts_proxy_add(&f->call, &copy, &replaced));
	same(replaced, "a.mp4");
	ok(media_find(&f->call, m.id, &m, &there));
	assert_int_equal(m.duration_ms, 1500);
}

static void a_film_of_another_server_may_make_no_sound(void **state)
{
	struct fixture *f = *state;
	struct str url = STR("https://remote.example/a.mp4");
	struct media m;
	struct status *s;
	int64_t version;
	bool there;

	NEED(f);
	s = post(f, ALICE, SAYS("a"));
	m = elsewhere(f, 12, MEDIA_VIDEO, url, s);
	version = found(f, s->id)->version;
	SWEEP(f, acts_media_silent(&f->call, m.id, url));
	ok(media_find(&f->call, m.id, &m, &there));
	assert_true(m.type == MEDIA_GIFV && !media_is_made(&m));
	assert_true(found(f, s->id)->version > version);
	/* Nor is anything said of what has another address by now, or is gone. */
	m.id = ID(media_id, 13);
	m.type = MEDIA_VIDEO;
	upload(f, m);
	ok(acts_media_silent(&f->call, m.id, STR("https://remote.example/b.mp4")));
	ok(acts_media_silent(&f->call, ID(media_id, 999), url));
	ok(media_find(&f->call, m.id, &m, &there));
	assert_int_equal(m.type, MEDIA_VIDEO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_post_is_a_row_with_its_jobs_and_one_event),
		BOTH(what_cannot_be_posted_is_said),
		BOTH(polls_are_checked),
		BOTH(a_warning_makes_sensitive_and_alone_becomes_the_text),
		BOTH(an_answer_joins_the_thread),
		BOTH(the_silenced_are_not_public),
		BOTH(mentions_reach_whom_they_may),
		BOTH(a_mention_found_later_is_written_in),
		BOTH(media_are_attached_once_and_in_order),
		BOTH(three_hundred_posts_are_enough),
		BOTH(a_picture_of_another_server_becomes_a_film),
		BOTH(a_film_of_another_server_may_make_no_sound),
		BOTH(a_key_makes_one_post),
		BOTH(of_two_at_once_with_a_key_one_wins),
		BOTH(of_two_presses_at_once_one_wins),
		BOTH(pressing_again_returns_what_was_not_answered),
		BOTH(the_guard_can_be_off_or_always_on),
		BOTH(what_is_noted_is_written_without_the_author),
		BOTH(what_is_being_written_is_waited_for),
		BOTH(a_post_for_later_is_published_once),
		BOTH(pressing_again_returns_what_waits_already),
		BOTH(of_two_presses_for_later_at_once_one_wins),
		BOTH(what_may_not_be_published_stays_with_its_author),
		BOTH(what_may_not_be_published_is_mailed_to_its_author),
		BOTH(three_hundred_wait_at_most),
		BOTH(an_edit_keeps_what_was),
		BOTH(an_edit_that_changes_options_resets_the_votes),
		BOTH(a_deleted_post_leaves_a_tombstone_and_loose_media),
		BOTH(a_failing_database_leaves_nothing_of_a_post),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
