#include "acts/test_posts_priv.h"

#include "acts/profile.h"
#include "acts/search.h"
#include "store/search_index.h"

static const struct job job = { .kind = JOB_SEARCH };

static struct err *run(struct fixture *f)
{
	bool later = false;

	f->call.now_us += US_PER_S;
	return acts_job_search(&f->call, &job, &later);
}

/* The posts that hold these words and that this person may find, newest first: "3 1". */
static const char *finds(struct fixture *f, int64_t who, const char *words)
{
	struct search_ask ask = { .finders = { arena_printf(f->arena, "for=%lld", (long long)who), STR("in=public") }, .before_id = INT64_MAX };
	struct str rest = str_z(words), word, out = STR("");
	int64_t *ids, *seen;
	size_t n;

	while (str_next(&rest, ' ', &word))
		ask.all[ask.all_n++] = word;
	ok(search_posts(&f->call, &ask, 40, &ids, &n));
	ok(search_visible(&f->call, ID(account_id, who), ids, n, &seen, &n));
	for (size_t i = 0; i < n; i++)
		out = arena_printf(f->arena, STR_FMT "%s%lld", STR_ARG(out), i ? " " : "", (long long)seen[i]);
	return arena_strz(f->arena, out);
}

static const char *ids_of(struct fixture *f, const struct status *newest, const struct status *oldest)
{
	if (!oldest)
		return arena_strz(f->arena, arena_printf(f->arena, "%lld", (long long)newest->id.v));
	return arena_strz(f->arena, arena_printf(f->arena, "%lld %lld", (long long)newest->id.v, (long long)oldest->id.v));
}

static void what_changes_is_taken_up(void **state)
{
	struct fixture *f = *state;
	struct search_state s;
	struct status *first, *second;

	NEED(f);
	first = post(f, ALICE, SAYS("an old heron"));
	second = post(f, ALICE, SAYS("a new heron"));
	assert_int_equal(jobs(f, JOB_SEARCH, "%"), 1);
	assert_string_equal(finds(f, ALICE, "heron"), "");
	f->call.now_us += 7 * US_PER_S;
	ok(search_state(&f->call, &s));
	assert_int_equal(s.behind_us, 7 * US_PER_S);
	ok(run(f));
	assert_string_equal(finds(f, ALICE, "heron"), ids_of(f, second, first));
	assert_string_equal(finds(f, BOB, "heron"), "");
	ok(search_state(&f->call, &s));
	assert_int_equal(s.behind_us, 0);
	assert_false(s.rebuilding);
	ok(acts_status_edit(&f->call, WHO(ALICE), first->id, SAYS("an old stork")));
	ok(run(f));
	assert_string_equal(finds(f, ALICE, "heron"), ids_of(f, second, NULL));
	same(found(f, first->id)->text, "an old stork");
	assert_string_equal(finds(f, ALICE, "stork"), ids_of(f, first, NULL));
	ok(acts_status_delete(&f->call, WHO(ALICE), first->id, false));
	assert_string_equal(finds(f, ALICE, "stork"), "");
	ok(run(f));
	assert_string_equal(finds(f, ALICE, "old"), "");
}

static void a_wish_to_be_found_reaches_all_posts(void **state)
{
	struct fixture *f = *state;
	struct profile_edit yes = { .indexable = CHOICE_YES }, no = { .indexable = CHOICE_NO };
	struct profile_files unused;
	struct status *first, *second;

	NEED(f);
	first = post(f, ALICE, SAYS("an old heron"));
	second = post(f, ALICE, SAYS("a new heron"));
	post(f, ALICE, SAYS("a hidden heron", .visibility = STR("unlisted")));
	ok(run(f));
	ok(acts_profile_update(&f->call, ID(account_id, ALICE), &yes, &unused));
	assert_true(account(f, ALICE)->indexable);
	ok(run(f));
	assert_string_equal(finds(f, BOB, "heron"), ids_of(f, second, first));
	ok(acts_profile_update(&f->call, ID(account_id, ALICE), &no, &unused));
	assert_string_equal(finds(f, BOB, "heron"), "");
	ok(run(f));
	ok(acts_profile_update(&f->call, ID(account_id, ALICE), &yes, &unused));
	assert_string_equal(finds(f, BOB, "heron"), "");
	ok(run(f));
	assert_string_equal(finds(f, BOB, "heron"), ids_of(f, second, first));
}

static struct err *mark(struct call *c, void *arg)
{
	const status_id *id = arg;

	return search_mark(c, *id);
}

struct taking {
	struct search_changes changes;
	bool ours;
};

static struct err *take(struct call *c, void *arg)
{
	struct taking *t = arg;

	return search_take(c, &t->changes, &t->ours);
}

/* Read, changed, taken: the change's own mark stands. And of two who have read, the second takes nothing. */
static void a_change_in_between_is_not_lost(void **state)
{
	struct fixture *f = *state;
	struct taking first = { 0 }, second = { 0 };
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("a heron"));
	ok(search_changes(&f->call, 10, &first.changes));
	assert_int_equal(first.changes.statuses_n, 1);
	ok(store_tx(&f->call, mark, &s->id));
	ok(store_tx(&f->call, mark, &s->id));
	ok(search_changes(&f->call, 10, &second.changes));
	assert_int_equal(second.changes.marks_n, 3);
	assert_int_equal(second.changes.statuses_n, 1);
	ok(store_tx(&f->call, take, &first));
	assert_true(first.ours);
	ok(store_tx(&f->call, take, &second));
	assert_false(second.ours);
	ok(search_changes(&f->call, 10, &second.changes));
	assert_int_equal(second.changes.marks_n, 2);
	ok(store_tx(&f->call, take, &second));
	assert_true(second.ours);
	ok(search_changes(&f->call, 10, &second.changes));
	assert_int_equal(second.changes.marks_n, 0);
}

SQL(q_test_forget, "DELETE FROM search_posts WHERE rowid > $1");
SQL(q_test_unmark, "DELETE FROM search_marks WHERE status_id > $1");

static struct err *add_stray(struct call *c, void *arg)
{
	const struct search_doc stray = { ID(status_id, 77), STR("stray heron for=1") };

	(void)arg;
	return search_docs_put(c, &stray, 1);
}

static void a_rebuild_finds_everything_again(void **state)
{
	struct fixture *f = *state;
	struct status *s[3];
	struct search_ask stray = { .finders = { STR("for=1") }, .all = { STR("stray") }, .all_n = 1, .before_id = INT64_MAX };
	int64_t *strays;
	size_t strays_n;

	NEED(f);
	for (size_t i = 0; i < 3; i++)
		s[i] = post(f, ALICE, SAYS("a heron", .key = arena_printf(f->arena, "%zu", i)));
	ok(run(f));
	ok(db_exec(&f->call, &q_test_forget, ARGS(s[0]->id.v), NULL));
	assert_string_equal(finds(f, ALICE, "heron"), ids_of(f, s[0], NULL));
	ok(store_tx(&f->call, add_stray, NULL));
	ok(search_posts(&f->call, &stray, 9, &strays, &strays_n));
	assert_int_equal(strays_n, 1);
	ok(acts_search_rebuild(&f->call));
	for (int n = 1;; n++) {
		struct search_state state_now;
		struct err *e;

		sql_fault_arm(f->call.db, n);
		e = run(f);
		sql_fault_arm(f->call.db, 0);
		ok(search_state(&f->call, &state_now));
		if (!e) {
			assert_true(n > 10);
			assert_int_equal(state_now.posts, 3);
			assert_false(state_now.rebuilding);
			break;
		}
		assert_int_equal(e->code, ERR_LATER);
	}
	ok(search_posts(&f->call, &stray, 9, &strays, &strays_n));
	assert_int_equal(strays_n, 0);
	assert_string_equal(finds(f, ALICE, "heron a"),
			    arena_strz(f->arena, arena_printf(f->arena, "%s %lld", ids_of(f, s[2], s[1]), (long long)s[0]->id.v)));
}

static void posts_of_before_are_taken_up(void **state)
{
	struct fixture *f = *state;
	struct status *s;

	NEED(f);
	s = post(f, ALICE, SAYS("a heron"));
	ok(db_exec(&f->call, &q_test_unmark, ARGS((int64_t)0), NULL));
	ok(run(f));
	assert_string_equal(finds(f, ALICE, "heron"), ids_of(f, s, NULL));
}

static void the_alarm_is_raised_after_five_minutes(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	ok(acts_search_watch(&f->call));
	post(f, ALICE, SAYS("a heron"));
	f->call.now_us += 4 * US_PER_MIN;
	ok(acts_search_watch(&f->call));
	f->call.now_us += 2 * US_PER_MIN;
	says(acts_search_watch(&f->call), ERR_LATER, "the index of posts is 360 s behind");
	ok(run(f));
	ok(acts_search_watch(&f->call));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_changes_is_taken_up),
		BOTH(a_wish_to_be_found_reaches_all_posts),
		BOTH(a_change_in_between_is_not_lost),
		BOTH(a_rebuild_finds_everything_again),
		BOTH(posts_of_before_are_taken_up),
		BOTH(the_alarm_is_raised_after_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
