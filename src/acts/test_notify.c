#include "acts/test_posts_priv.h"

#include <unistd.h>

#include "acts/block.h"
#include "acts/filter.h"
#include "acts/follow.h"
#include "acts/notification_policy.h"
#include "acts/notify.h"
#include "acts/push.h"
#include "crypt/seal.h"
#include "crypt/webpush.h"
#include "store/notification.h"
#include "store/notification_policy.h"
#include "store/relation.h"
#include "store/push.h"

static account_id id_of(int64_t i) { return ID(account_id, i); }

/* All that these acts write, in one number. */
SQL(q_test_all,
    "SELECT (SELECT count(*) + coalesce(sum(filtered), 0) * 3 FROM notifications) * 1000000 + (SELECT count(*) FROM jobs) * 10000"
    " + (SELECT count(*) FROM events) * 100 + (SELECT count(*) FROM notification_requests) * 17 + (SELECT count(*) + coalesce(sum(merging), 0) * 5"
    " FROM notification_permissions) * 13 + (SELECT coalesce(sum(not_following + bots * 3), 0) FROM notification_policies) * 7"
    " + (SELECT coalesce(sum(alerts), 0) FROM push_subscriptions) * 41 + (SELECT coalesce(sum(following_count), 0) FROM severances) * 43"
    " + (SELECT count(*) FROM follows) * 47 + (SELECT count(*) FROM domain_mutes) * 53 + (SELECT coalesce(sum(contexts), 0) FROM filters) * 59"
    " + (SELECT count(*) FROM filter_keywords) * 61");

#define SWEEP_ALL(f, act) \
	do { \
		int64_t before_ = number((f), &q_test_all, ARGS0); \
		int tries_ = 0; \
		for (int nth_ = 1;; nth_++) { \
			struct err *e_; \
			sql_fault_arm((f)->call.db, nth_); \
			e_ = (act); \
			sql_fault_arm((f)->call.db, 0); \
			if (!e_) \
				break; \
			assert_int_equal(e_->code, ERR_LATER); \
			assert_int_equal(number((f), &q_test_all, ARGS0), before_); \
			assert_true(++tries_ < 200); \
		} \
		assert_true(tries_ > 0); \
	} while (0)

static struct err *run_notify(struct fixture *f, enum notification_type type, int64_t from, int64_t to, status_id about)
{
	struct job job = { .kind = JOB_NOTIFY, .arg = str_z(notification_type_word(type)), .ref_id = about.v };
	bool later = false;

	job.payload = arena_printf(f->arena, "%lld %lld", (long long)from, (long long)to);
	return acts_job_notify(&f->call, &job, &later);
}

static struct notification *heard(struct fixture *f, int64_t who, bool filtered, size_t *ret_n)
{
	struct notification_choice what = { .of = id_of(who), .types = NOTIFICATION_TYPES_ALL, .filtered = filtered };
	struct notification *v;

	ok(notifications_page(&f->call, &what, &(struct page){ .limit = 20 }, &v, ret_n));
	return v;
}

static int64_t request_of(struct fixture *f, int64_t who)
{
	struct notification_request *v;
	size_t n;

	ok(notification_requests_page(&f->call, id_of(who), &(struct page){ .limit = 20 }, &v, &n));
	return n == 1 ? v[0].id.v : 0;
}

static struct err *run_unfilter(struct fixture *f, int64_t who, int64_t from)
{
	struct job job = { .kind = JOB_UNFILTER, .ref_id = who, .arg = arena_printf(f->arena, "%lld", (long long)from) };
	bool later = false;

	return acts_job_unfilter(&f->call, &job, &later);
}

static void get_ring(struct fixture *f, struct house *house)
{
	char path[] = "/tmp/howdah-ring-XXXXXX";
	int fd = mkstemp(path);
	bool made;

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	ok(seal_ring_create_file(f->arena, path, &made));
	ok(seal_ring_load(f->arena, path, &house->ring));
	unlink(path);
	f->call.house = house;
}

/* Keys of a device that nobody has. */
static void subscribe(struct fixture *f, struct push_endpoint *ret, struct push_wants *ret_wants)
{
	struct webpush_keys keys;

	ok(webpush_keys_create(f->arena, &keys));
	*ret = (struct push_endpoint){ STR("https://push.example/1"), keys.public_key, STR("AAAAAAAAAAAAAAAAAAAAAA"), true, STR("the token") };
	*ret_wants = (struct push_wants){ .alerts = 1 << NOTIFICATION_MENTION };
}

static void what_is_held_back_makes_a_request_and_is_let_in_once(void **state)
{
	struct fixture *f = *state;
	struct status *direct;
	int64_t id;
	size_t n;
	bool merging;

	NEED(f);
	direct = post(f, BOB, SAYS("@alice psst", .visibility = STR("direct")));
	assert_int_equal(jobs(f, JOB_NOTIFY, "mention"), 1);
	ok(run_notify(f, NOTIFICATION_MENTION, BOB, ALICE, direct->id));
	ok(run_notify(f, NOTIFICATION_MENTION, BOB, ALICE, direct->id));
	heard(f, ALICE, false, &n);
	assert_int_equal(n, 0);
	assert_true(heard(f, ALICE, true, &n)->filtered);
	assert_int_equal(n, 1);
	id = request_of(f, ALICE);
	assert_int_not_equal(id, 0);
	says(acts_notification_requests_accept(&f->call, id_of(BOB), &id, 1, true), ERR_NOT_FOUND, "Record not found");
	ok(acts_notification_requests_accept(&f->call, id_of(ALICE), &id, 1, true));
	ok(notification_permissions_merging(&f->call, id_of(ALICE), &merging));
	assert_true(merging);
	ok(run_unfilter(f, ALICE, BOB));
	ok(run_unfilter(f, ALICE, BOB));
	ok(notification_permissions_merging(&f->call, id_of(ALICE), &merging));
	assert_false(merging);
	assert_false(heard(f, ALICE, false, &n)->filtered);
	assert_int_equal(n, 1);
	assert_true(account(f, BOB)->local && found(f, direct->id));
}

static void a_failing_database_leaves_nothing_half_done(void **state)
{
	struct fixture *f = *state;
	struct policy_change change = { .not_following = STR("filter"), .bots = STR("drop") };
	struct filter_keyword_change keyword = { .keyword = STR("rain"), .whole_word = -1 };
	struct str contexts[] = { STRC("home") };
	struct filter_change filter = { .contexts = contexts, .contexts_n = 1, .has_contexts = true, .keywords = &keyword, .keywords_n = 1 };
	struct push_endpoint to;
	struct push_wants wants;
	struct viewer alice = { .kind = VIEWER_PERSON, .account = { ALICE }, .token = { 77 } };
	struct house house = { 0 };
	struct status *direct;
	int64_t id;

	NEED(f);
	get_ring(f, &house);
	direct = post(f, BOB, SAYS("@alice psst", .visibility = STR("direct")));
	SWEEP_ALL(f, run_notify(f, NOTIFICATION_MENTION, BOB, ALICE, direct->id));
	id = request_of(f, ALICE);
	SWEEP_ALL(f, acts_notification_requests_accept(&f->call, id_of(ALICE), &id, 1, true));
	SWEEP_ALL(f, run_unfilter(f, ALICE, BOB));
	SWEEP_ALL(f, acts_notification_policy_put(&f->call, id_of(ALICE), &change));
	subscribe(f, &to, &wants);
	SWEEP_ALL(f, acts_push_subscribe(&f->call, &alice, &to, &wants));
	SWEEP_ALL(f, acts_push_unsubscribe(&f->call, alice.token));
	SWEEP_ALL(f, acts_filter_v1_put(&f->call, id_of(ALICE), &filter, &id));
	SWEEP_ALL(f, acts_filter_v1_drop(&f->call, id_of(ALICE), id));
}

static struct err *add_follow(struct call *c, void *arg)
{
	bool is_new;

	return follow_add(c, FOLLOW_STANDING, arg, 7500, &is_new);
}

static void hiding_a_domain_says_once_what_it_cost(void **state)
{
	struct fixture *f = *state;
	struct follow follow = { .id = 5, .account = { ALICE }, .target = { REMOTE }, .show_reblogs = true, .created_us = 1 };

	NEED(f);
	ok(store_tx(&f->call, add_follow, &follow));
	SWEEP_ALL(f, acts_domain_hide(&f->call, id_of(ALICE), STR("remote.example")));
	assert_int_equal(jobs(f, JOB_NOTIFY, "severed_relationships"), 1);
	ok(acts_domain_hide(&f->call, id_of(ALICE), STR("remote.example")));
	ok(acts_domain_hide(&f->call, id_of(ALICE), STR("elsewhere.example")));
	assert_int_equal(jobs(f, JOB_NOTIFY, "severed_relationships"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_is_held_back_makes_a_request_and_is_let_in_once),
		BOTH(a_failing_database_leaves_nothing_half_done),
		BOTH(hiding_a_domain_says_once_what_it_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
