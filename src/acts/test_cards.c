#include "acts/test_posts_priv.h"

#include "acts/card.h"
#include "acts/links.h"
#include "acts/trends.h"
#include "store/card.h"
#include "store/trend.h"

SQL(q_test_used, "SELECT coalesce(sum(uses), 0), coalesce(sum(accounts), 0) FROM tag_days");

static struct card *card_of(struct fixture *f, card_id id)
{
	struct map *by_id;

	ok(cards_by_ids(&f->call, &id.v, 1, &by_id));
	return map_find_i64(by_id, id.v);
}

static void a_page_is_asked_for_once_and_again_when_it_is_old(void **state)
{
	struct fixture *f = *state;
	struct card page = { .url = STRC("https://news.example/a"), .title = STRC("News") };
	struct status *a, *b;

	NEED(f);
	a = post(f, ALICE, SAYS("https://news.example/a?x=1"));
	b = post(f, BOB, SAYS("look: https://NEWS.example:443/a?x=1#top"));
	assert_int_equal(a->card.v, b->card.v);
	assert_int_equal(jobs(f, JOB_CARD, "%"), 1);
	ok(acts_card_put(&f->call, a->card, &page));
	same(card_of(f, a->card)->title, "News");
	same(card_of(f, a->card)->url, "https://news.example/a");
	same(card_of(f, a->card)->original_url, "https://news.example/a?x=1");
	assert_true(post(f, CAROL, SAYS("https://news.example/a"))->card.v == card_of(f, a->card)->id.v);
	assert_int_equal(jobs(f, JOB_CARD, "%"), 1);
	f->call.now_us += (CARD_KEPT_S + 1) * US_PER_S;
	post(f, CAROL, SAYS("https://news.example/a?x=1 again"));
	assert_int_equal(jobs(f, JOB_CARD, "%"), 2);
	ok(acts_card_put(&f->call, a->card, NULL));
	same(card_of(f, a->card)->title, "News");
}

static void mentions_tags_and_our_own_pages_are_no_cards(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	assert_int_equal(post(f, ALICE, SAYS("@bob #cats https://here.example/@bob ftp://x.example/"))->card.v, 0);
	assert_int_equal(jobs(f, JOB_CARD, "%"), 0);
}

static void no_failing_call_leaves_half_a_card(void **state)
{
	struct fixture *f = *state;
	struct card page = { .url = STRC("https://news.example/own"), .title = STRC("News"), .image_url = STRC("https://news.example/i.png"),
			     .creator = STRC("zed@remote.example") };
	struct status_posted posted;
	struct status *s;

	NEED(f);
	SWEEP(f, acts_status_post(&f->call, WHO(ALICE), SAYS("https://news.example/a #cats", .key = STR("k")), &posted));
	s = found(f, posted.id);
	SWEEP(f, acts_card_put(&f->call, s->card, &page));
	assert_int_equal(card_of(f, s->card)->state, CARD_STATE_READY);
	assert_int_equal(jobs(f, JOB_CARD_IMAGE, "%"), 1);
	assert_int_equal(jobs(f, JOB_CARD_AUTHOR, "%"), 1);
}

static void only_public_uses_count_and_each_person_once_a_day(void **state)
{
	struct fixture *f = *state;
	struct row r;
	bool found;

	NEED(f);
	post(f, ALICE, SAYS("one #cats"));
	post(f, ALICE, SAYS("two #Cats"));
	post(f, BOB, SAYS("three #cats"));
	post(f, CAROL, SAYS("four #cats", .visibility = STR("unlisted")));
	ok(db_one(&f->call, &q_test_used, ARGS0, &r, &found));
	assert_int_equal(row_i64(r, 0), 3);
	assert_int_equal(row_i64(r, 1), 2);
	ok(acts_trends_refresh(&f->call));
	f->call.now_us += 9 * US_PER_DAY;
	ok(acts_clean_trends(&f->call));
	ok(db_one(&f->call, &q_test_used, ARGS0, &r, &found));
	assert_int_equal(row_i64(r, 0), 0);
}

static void a_field_is_a_link_only_where_it_says_its_own_address(void **state)
{
	struct fixture *f = *state;

	NEED(f);
	same(acts_link_of_field(&f->call, STR("<a href=\"https://x.example/\"><span class=\"invisible\">https://</span>x.example/</a>")),
	     "https://x.example/");
	assert_int_equal(acts_link_of_field(&f->call, STR("see <a href=\"https://x.example/\">https://x.example/</a>")).n, 0);
	assert_int_equal(acts_link_of_field(&f->call, STR("<a href=\"https://x.example/\">https://bank.example/</a>")).n, 0);
	assert_int_equal(acts_link_of_field(&f->call, STR("<a href=\"https://here.example/@a\">https://here.example/@a</a>")).n, 0);
	assert_int_equal(acts_link_of_field(&f->call, STR("plain")).n, 0);
}

struct fields_of {
	account_id who;
	struct str fields;
};

static struct err *put_fields(struct call *c, void *arg)
{
	const struct fields_of *x = arg;

	return account_fields_put(c, x->who, x->fields);
}

static void what_was_found_changes_only_the_fields_that_were_looked_at(void **state)
{
	struct fixture *f = *state;
	struct fields_of x = { ID(account_id, ALICE), STRC("[{\"name\":\"a\",\"value\":\"A\",\"verified_at\":null},"
							  "{\"name\":\"b\",\"value\":\"B\",\"verified_at\":\"then\"},"
							  "{\"name\":\"c\",\"value\":\"C\",\"verified_at\":\"then\"}]") };
	const struct link_look looks[] = { { STRC("A"), LINK_PROVEN }, { STRC("B"), LINK_NOT_PROVEN }, { STRC("C"), LINK_NOT_REACHED } };
	struct str was;

	NEED(f);
	ok(store_tx(&f->call, put_fields, &x));
	was = account(f, ALICE)->fields;
	for (int n = 1; n <= 3; n++) {
		sql_fault_arm(f->call.db, n);
		assert_non_null(acts_links_looked(&f->call, x.who, looks, 3));
		sql_fault_arm(f->call.db, 0);
		same(account(f, ALICE)->fields, arena_strz(f->arena, was));
	}
	ok(acts_links_looked(&f->call, x.who, looks, 3));
	was = account(f, ALICE)->fields;
	assert_true(str_has_prefix(was, STR("[{\"name\":\"a\",\"value\":\"A\",\"verified_at\":\"20")));
	assert_true(str_has_suffix(was, STR("\"value\":\"B\",\"verified_at\":null},{\"name\":\"c\",\"value\":\"C\",\"verified_at\":\"then\"}]")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_page_is_asked_for_once_and_again_when_it_is_old),
		BOTH(mentions_tags_and_our_own_pages_are_no_cards),
		BOTH(no_failing_call_leaves_half_a_card),
		BOTH(only_public_uses_count_and_each_person_once_a_day),
		BOTH(what_was_found_changes_only_the_fields_that_were_looked_at),
		BOTH(a_field_is_a_link_only_where_it_says_its_own_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
