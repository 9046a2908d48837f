/* Collections of people that stand on other servers: what fails halfway leaves all as before, consent is the person's, bounds hold. */
#include "acts/test_posts_priv.h"

#include "acts/block.h"
#include "acts/collection.h"
#include "acts/collection_consent.h"
#include "acts/collection_receive.h"
#include "acts/remote_account.h"
#include "store/featured_collection.h"

#define URI "https://remote.example/collections/1"
#define ITEM(n, object, approval) \
	{ .uri = STRC("https://remote.example/items/" n), .object_uri = STRC(object), .approval_uri = STRC(approval) }
#define YVES "https://third.example/users/yves"

static const struct str bob_uri = STRC("https://here.example/ap/users/2");

static struct err *let(struct call *c, void *arg)
{
	struct account *a;

	(void)arg;
	TRY(account_find(c, ID(account_id, BOB), &a));
	a->discoverable = true;
	return account_put(c, a, STR(""));
}

static collection_id receive(struct fixture *f, struct remote_collection in)
{
	collection_id id;

	in.account = ID(account_id, REMOTE);
	in.uri = in.uri.n ? in.uri : STR(URI);
	in.name = in.name.n ? in.name : STR("Friends");
	SWEEP(f, acts_collection_receive(&f->call, &in, &id));
	return id;
}

static struct collection_item item_of(struct fixture *f, collection_id id, struct str object)
{
	struct collection_item i;
	bool there;

	ok(collection_item_with(&f->call, id, object, &i, &there));
	if (!there)
		i = (struct collection_item){ .state = COLLECTION_ITEM_COUNT };
	return i;
}

static size_t items(struct fixture *f, collection_id id)
{
	struct collection_item *all;
	size_t n;

	ok(collection_items_all(&f->call, id, &all, &n));
	return n;
}

static void whoever_is_listed_waits_for_their_consent(void **state)
{
	static struct remote_item both[] = { ITEM("1", YVES, "https://third.example/stamps/1"),
						   ITEM("2", "https://here.example/ap/users/2", "https://here.example/ap/users/2/stamps/1") };
	static struct remote_item renewed[] = { ITEM("1", YVES, "https://third.example/stamps/2") };
	struct fixture *f = *state;
	struct collection_item i;
	collection_id id;

	NEED(f);
	id = receive(f, (struct remote_collection){ .items = both, .items_n = 2, .updated_us = 1000 });
	assert_int_equal(jobs(f, JOB_VERIFY_ITEMS, ""), 1);
	i = item_of(f, id, STR(YVES));
	assert_true(i.state == COLLECTION_ITEM_PENDING && !i.account.v && i.due_us == f->call.now_us && i.position == 1);
	/* What its owner says of one of ours is no consent. */
	i = item_of(f, id, bob_uri);
	assert_true(i.state == COLLECTION_ITEM_PENDING && !i.account.v && !i.due_us && !i.approval_uri.n && i.position == 2);
	i = item_of(f, id, STR(YVES));
	SWEEP(f, acts_collection_item_accepted(&f->call, i.id, STR("https://third.example/stamps/1"), ID(account_id, CAROL)));
	i = item_of(f, id, STR(YVES));
	assert_true(i.state == COLLECTION_ITEM_ACCEPTED && i.account.v == CAROL && i.due_us > f->call.now_us + FEATURES_AGAIN_US - 1);
	/* The same once more changes nothing; an older word nothing; another authorization must be shown anew. */
	receive(f, (struct remote_collection){ .items = both, .items_n = 2, .updated_us = 1000 });
	receive(f, (struct remote_collection){ .updated_us = 999 });
	assert_int_equal(item_of(f, id, STR(YVES)).version, i.version);
	assert_int_equal(items(f, id), 2);
	receive(f, (struct remote_collection){ .items = renewed, .items_n = 1, .updated_us = 2000 });
	assert_int_equal(items(f, id), 1);
	i = item_of(f, id, STR(YVES));
	assert_true(i.state == COLLECTION_ITEM_PENDING && !i.account.v);
	/* News of the one before say nothing of it. */
	ok(acts_collection_item_accepted(&f->call, i.id, STR("https://third.example/stamps/1"), ID(account_id, CAROL)));
	ok(acts_collection_item_unproven(&f->call, i.id, STR("https://third.example/stamps/1")));
	assert_int_equal(item_of(f, id, STR(YVES)).state, COLLECTION_ITEM_PENDING);
	SWEEP(f, acts_collection_item_later(&f->call, i.id, STR("https://third.example/stamps/2")));
	assert_true(item_of(f, id, STR(YVES)).due_us > f->call.now_us);
	SWEEP(f, acts_collection_item_unproven(&f->call, i.id, STR("https://third.example/stamps/2")));
	assert_int_equal(item_of(f, id, STR(YVES)).state, COLLECTION_ITEM_REJECTED);
}

static void one_of_ours_is_asked_agrees_and_leaves_for_good(void **state)
{
	struct feature_request ask = { .uri = STRC("https://remote.example/asks/1"), .asker = { REMOTE }, .whom = { BOB }, .collection_uri = STRC(URI) };
	static struct remote_item listed[] = { ITEM("1", "https://here.example/ap/users/2", "") };
	struct fixture *f = *state;
	struct collection_item i;
	collection_id id;

	NEED(f);
	/* Not known, or not wanted: no. */
	SWEEP(f, acts_feature_asked(&f->call, &ask));
	id = receive(f, (struct remote_collection){ .updated_us = 1000 });
	SWEEP(f, acts_feature_asked(&f->call, &ask));
	ok(acts_feature_refuse(&f->call, &ask));
	assert_int_equal(jobs(f, JOB_PLAN, "Reject FeatureRequest"), 3);
	assert_int_equal(items(f, id), 0);
	ok(store_tx(&f->call, let, NULL));
	SWEEP(f, acts_feature_asked(&f->call, &ask));
	i = item_of(f, id, bob_uri);
	assert_true(i.state == COLLECTION_ITEM_ACCEPTED && i.account.v == BOB && !i.uri.n);
	same(i.approval_uri,
	     arena_strz(f->arena, arena_printf(f->arena, "https://here.example/ap/users/2/feature_authorizations/%lld", (long long)i.id.v)));
	assert_int_equal(jobs(f, JOB_PLAN, "Accept FeatureRequest"), 1);
	assert_int_equal(jobs(f, JOB_NOTIFY, "added_to_collection"), 1);
	ok(acts_feature_asked(&f->call, &ask));
	assert_int_equal(jobs(f, JOB_PLAN, "Accept FeatureRequest"), 2);
	assert_int_equal(jobs(f, JOB_NOTIFY, "added_to_collection"), 1);
	/* The asker changes their mind, and again. */
	ok(acts_feature_undone(&f->call, ID(account_id, CAROL), ask.uri));
	assert_int_equal(items(f, id), 1);
	SWEEP(f, acts_feature_undone(&f->call, ID(account_id, REMOTE), ask.uri));
	assert_int_equal(items(f, id), 0);
	ask.uri = STR("https://remote.example/asks/2");
	ok(acts_feature_undone(&f->call, ID(account_id, REMOTE), ask.uri));
	ok(acts_feature_asked(&f->call, &ask));
	assert_int_equal(items(f, id), 0);
	ask.uri = STR("https://remote.example/asks/3");
	ok(acts_feature_asked(&f->call, &ask));
	i = item_of(f, id, bob_uri);
	assert_int_equal(jobs(f, JOB_NOTIFY, "added_to_collection"), 2);
	/* Consent may be newer than the list, but not for ever. */
	receive(f, (struct remote_collection){ .updated_us = 1000 });
	assert_int_equal(items(f, id), 1);
	receive(f, (struct remote_collection){ .items = listed, .items_n = 1, .name = STR("Better"), .updated_us = 2000 });
	assert_int_equal(jobs(f, JOB_NOTIFY, "collection_update"), 1);
	assert_int_equal(item_of(f, id, bob_uri).state, COLLECTION_ITEM_ACCEPTED);
	SWEEP(f, acts_collection_revoke(&f->call, WHO(BOB), id, i.id));
	assert_int_equal(jobs(f, JOB_PLAN, "Delete FeatureAuthorization"), 1);
	receive(f, (struct remote_collection){ .items = listed, .items_n = 1, .updated_us = 3000 });
	ok(acts_feature_asked(&f->call, &ask));
	receive(f, (struct remote_collection){ .updated_us = 4000 });
	assert_int_equal(item_of(f, id, bob_uri).state, COLLECTION_ITEM_REVOKED);
	assert_int_equal(jobs(f, JOB_PLAN, "Reject FeatureRequest"), 4);
}

static void nobody_but_its_owner_changes_it_and_what_is_deleted_stays_so(void **state)
{
	static struct remote_item one[] = { ITEM("1", YVES, "https://third.example/stamps/1") };
	struct remote_collection other = { .uri = STRC(URI), .name = STRC("Mine"), .account = { ALICE } };
	struct fixture *f = *state;
	collection_id id, none;
	bool was;

	NEED(f);
	id = receive(f, (struct remote_collection){ 0 });
	says(acts_collection_receive(&f->call, &other, &none), ERR_INVALID, "a collection of nobody's");
	ok(acts_collection_item_receive(&f->call, ID(account_id, CAROL), id, one));
	assert_int_equal(items(f, id), 0);
	SWEEP(f, acts_collection_item_receive(&f->call, ID(account_id, REMOTE), id, one));
	assert_int_equal(items(f, id), 1);
	ok(acts_collection_item_gone(&f->call, ID(account_id, CAROL), id, one->uri));
	assert_int_equal(items(f, id), 1);
	SWEEP(f, acts_collection_item_gone(&f->call, ID(account_id, REMOTE), id, one->uri));
	assert_int_equal(items(f, id), 0);
	ok(acts_collection_gone(&f->call, ID(account_id, CAROL), STR(URI), &was));
	assert_false(was);
	SWEEP(f, acts_collection_gone(&f->call, ID(account_id, REMOTE), STR(URI), &was));
	assert_int_equal(receive(f, (struct remote_collection){ 0 }).v, 0);
}

static void only_so_much_is_kept_and_nothing_of_who_is_gone(void **state)
{
	struct remote_item one = ITEM("1", YVES, "https://third.example/stamps/1");
	struct fixture *f = *state;
	struct collection *all;
	collection_id id = { 0 };
	size_t n;

	NEED(f);
	for (int i = 0; i <= REMOTE_COLLECTIONS_MAX; i++) {
		struct remote_collection in = { .uri = arena_printf(f->arena, URI "/%d", i), .name = STR("x"), .account = { REMOTE } };
		collection_id last = id;

		ok(acts_collection_receive(&f->call, &in, &id));
		assert_int_equal(id.v == 0, i == REMOTE_COLLECTIONS_MAX);
		id = id.v ? id : last;
	}
	ok(collections_of(&f->call, ID(account_id, REMOTE), true, 0, 100, &all, &n));
	assert_int_equal(n, REMOTE_COLLECTIONS_MAX);
	for (int i = 0; i < 300; i++) {
		one.object_uri = arena_printf(f->arena, YVES "%d", i);
		ok(acts_collection_item_receive(&f->call, ID(account_id, REMOTE), all[0].id, &one));
	}
	assert_true(items(f, all[0].id) <= 4 * COLLECTION_ITEMS_MAX);
	ok(acts_remote_account_gone(&f->call, ID(account_id, REMOTE)));
	ok(collections_of(&f->call, ID(account_id, REMOTE), true, 0, 100, &all, &n));
	assert_int_equal(n, 0);
}

static void who_did_not_answer_is_asked_again(void **state)
{
	static struct remote_item one[] = { ITEM("1", YVES, "https://third.example/stamps/1") };
	struct fixture *f = *state;
	struct collection_item i;
	collection_id id;
	int rounds = 0;

	NEED(f);
	id = receive(f, (struct remote_collection){ .items = one, .items_n = 1 });
	for (i = item_of(f, id, STR(YVES)); i.due_us; i = item_of(f, id, STR(YVES)), rounds++) {
		f->call.now_us = i.due_us;
		SWEEP(f, acts_collections_again(&f->call));
		ok(acts_collection_item_later(&f->call, i.id, i.approval_uri));
	}
	assert_in_range(rounds, 5, 20);
	assert_int_equal(i.state, COLLECTION_ITEM_PENDING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(whoever_is_listed_waits_for_their_consent),
		BOTH(one_of_ours_is_asked_agrees_and_leaves_for_good),
		BOTH(nobody_but_its_owner_changes_it_and_what_is_deleted_stays_so),
		BOTH(only_so_much_is_kept_and_nothing_of_who_is_gone),
		BOTH(who_did_not_answer_is_asked_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
