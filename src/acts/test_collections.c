/* Collections of people, as acts: what fails halfway leaves all as before, consent is asked for and kept, bounds hold. */
#include "acts/test_posts_priv.h"

#include "acts/block.h"
#include "acts/collection.h"
#include "store/featured_collection.h"

static account_id id_of(int64_t i) { return ID(account_id, i); }

/* Bob and Carol may be put into collections, Carol by those who follow her; of Zed his server says that he is asked. */
static struct err *let(struct call *c, void *arg)
{
	(void)arg;
	for (int64_t i = BOB; i < PEOPLE; i++) {
		struct account *a;

		TRY(account_find(c, id_of(i), &a));
		a->discoverable = true;
		a->locked = i == CAROL;
		TRY(account_put(c, a, STR("")));
	}
	return NULL;
}

static collection_id new_collection(struct fixture *f, const struct collection_in *in)
{
	collection_id id;

	ok(acts_collection_create(&f->call, WHO(ALICE), in, &id));
	return id;
}

static struct collection read(struct fixture *f, collection_id id)
{
	struct collection k;
	bool there;

	ok(collection_find(&f->call, id, &k, &there));
	assert_true(there);
	return k;
}

static size_t items(struct fixture *f, collection_id id, struct collection_item **ret)
{
	size_t n;

	ok(collection_items_all(&f->call, id, ret, &n));
	return n;
}

static void a_failing_database_leaves_no_half_of_a_collection(void **state)
{
	int64_t bob = BOB;
	struct collection_in in = { .name = STR("  Friends "), .tag_name = STR("#cats"), .accounts = &bob, .accounts_n = 1 };
	struct collection_in change = { .name = STR("People"), .discoverable = CHOICE_NO };
	struct collection_item *all;
	struct fixture *f = *state;
	collection_item_id item;
	struct collection k;
	collection_id id;

	NEED(f);
	ok(store_tx(&f->call, let, NULL));
	SWEEP(f, acts_collection_create(&f->call, WHO(ALICE), &in, &id));
	k = read(f, id);
	same(k.name, "Friends");
	same(k.tag_name, "cats");
	same(k.uri, arena_strz(f->arena, arena_printf(f->arena, "https://here.example/ap/users/1/collections/%lld", (long long)id.v)));
	assert_true(k.discoverable && !k.sensitive && k.items == 1);
	assert_int_equal(items(f, id, &all), 1);
	assert_int_equal(all[0].state, COLLECTION_ITEM_ACCEPTED);
	assert_int_equal(all[0].position, 1);
	assert_true(all[0].approval_uri.n && !all[0].request_uri.n);
	assert_int_equal(jobs(f, JOB_NOTIFY, "added_to_collection"), 1);
	SWEEP(f, acts_collection_update(&f->call, WHO(ALICE), id, &change));
	assert_false(read(f, id).discoverable);
	assert_int_equal(jobs(f, JOB_NOTIFY, "collection_update"), 1);
	/* What changes nothing tells nobody; nor does what they are not shown. */
	ok(acts_collection_update(&f->call, WHO(ALICE), id, &change));
	ok(acts_collection_update(&f->call, WHO(ALICE), id, &(struct collection_in){ .sensitive = CHOICE_YES }));
	assert_int_equal(jobs(f, JOB_NOTIFY, "collection_update"), 1);
	SWEEP(f, acts_collection_remove(&f->call, WHO(ALICE), id, all[0].id));
	SWEEP(f, acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item));
	SWEEP(f, acts_collection_revoke(&f->call, WHO(BOB), id, item));
	ok(acts_collection_revoke(&f->call, WHO(BOB), id, item));
	assert_int_equal(read(f, id).items, 0);
	says(acts_collection_remove(&f->call, WHO(ALICE), id, item), ERR_NOT_FOUND, "Record not found");
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item), ERR_INVALID, "Validation failed: Account has already been taken");
	SWEEP(f, acts_collection_delete(&f->call, WHO(ALICE), id));
	assert_int_equal(items(f, id, &all), 0);
}

static void only_who_consents_is_put_in(void **state)
{
	struct fixture *f = *state;
	struct collection_item *all;
	collection_item_id item;
	collection_id id;

	NEED(f);
	id = new_collection(f, &(struct collection_in){ .name = STR("x") });
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item), ERR_FORBIDDEN, "This action is not allowed");
	ok(store_tx(&f->call, let, NULL));
	ok(acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item));
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item), ERR_INVALID, "Validation failed: Account has already been taken");
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(CAROL), &item), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(REMOTE), &item), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_collection_add(&f->call, WHO(BOB), id, id_of(BOB), &item), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(77), &item), ERR_NOT_FOUND, "Record not found");
	says(acts_collection_add(&f->call, WHO(ALICE), id, id_of(0), &item), ERR_INVALID, "`account_id` parameter is missing");
	says(acts_collection_revoke(&f->call, WHO(CAROL), id, item), ERR_FORBIDDEN, "This action is not allowed");
	says(acts_collection_delete(&f->call, WHO(BOB), id), ERR_FORBIDDEN, "This action is not allowed");
	assert_int_equal(items(f, id, &all), 1);
	/* Whoever blocks is in it no longer, and cannot be again. */
	SWEEP(f, acts_block(&f->call, id_of(BOB), id_of(ALICE)));
	assert_int_equal(items(f, id, &all), 1);
	assert_int_equal(all[0].state, COLLECTION_ITEM_REVOKED);
	says(acts_collection_create(&f->call, WHO(ALICE), &(struct collection_in){ .name = STR("y"), .accounts = &(int64_t){ BOB }, .accounts_n = 1 },
				    &id),
	     ERR_FORBIDDEN, "This action is not allowed");
}

struct adding {
	collection_id collection;
	bool added;
};

static struct err *add_bob(struct call *c, void *arg)
{
	struct adding *a = arg;
	struct collection_item i = { .id = ID(collection_item_id, 7), .collection = a->collection, .account = id_of(BOB),
				     .object_uri = STR("https://here.example/ap/users/2"), .state = COLLECTION_ITEM_ACCEPTED };

	return collection_item_add(c, &i, COLLECTION_ITEMS_MAX, &a->added);
}

static void the_write_itself_asks_for_consent(void **state)
{
	struct fixture *f = *state;
	struct adding a = { 0 };

	NEED(f);
	a.collection = new_collection(f, &(struct collection_in){ .name = STR("x") });
	ok(store_tx(&f->call, add_bob, &a));
	assert_false(a.added);
	ok(store_tx(&f->call, let, NULL));
	ok(store_tx(&f->call, add_bob, &a));
	assert_true(a.added);
}

static void a_block_takes_out_whom_one_put_in(void **state)
{
	struct fixture *f = *state;
	struct collection_item *all;
	collection_item_id item;
	collection_id id;

	NEED(f);
	ok(store_tx(&f->call, let, NULL));
	id = new_collection(f, &(struct collection_in){ .name = STR("x") });
	ok(acts_collection_add(&f->call, WHO(ALICE), id, id_of(BOB), &item));
	SWEEP(f, acts_block(&f->call, id_of(ALICE), id_of(BOB)));
	assert_int_equal(items(f, id, &all), 0);
}

/* ---- posts ---- */

static size_t links_of(struct fixture *f, status_id id, struct status_collection **ret)
{
	size_t n;

	ok(status_collections_of(&f->call, &id.v, 1, ret, &n));
	assert_int_equal(found(f, id)->collections, n);
	return n;
}

static void a_post_links_to_what_is_known(void **state)
{
	struct fixture *f = *state;
	struct status_collection *links;
	struct status_posted posted;
	struct status_in in, edit = { .text = STRC("nothing"), .sensitive = -1 };
	collection_id id;

	NEED(f);
	id = new_collection(f, &(struct collection_in){ .name = STR("x") });
	in = (struct status_in){ .sensitive = -1, .text = arena_printf(
		f->arena, "https://far.example/1 " STR_FMT " https://here.example/collections/%lld", STR_ARG(read(f, id).uri), (long long)id.v) };
	SWEEP(f, acts_status_post(&f->call, WHO(BOB), &in, &posted));
	assert_int_equal(links_of(f, posted.id, &links), 1);
	assert_int_equal(links[0].collection.v, id.v);
	SWEEP(f, acts_status_edit(&f->call, WHO(BOB), posted.id, &edit));
	assert_int_equal(links_of(f, posted.id, &links), 0);
	SWEEP(f, acts_status_edit(&f->call, WHO(BOB), posted.id, &in));
	/* When it goes, the post goes on linking to what nobody sees. */
	ok(acts_collection_delete(&f->call, WHO(ALICE), id));
	assert_int_equal(links_of(f, posted.id, &links), 1);
	assert_int_equal(links[0].collection.v, 0);
}

/* ---- bounds ---- */

static void what_is_too_long_or_too_much_is_refused(void **state)
{
	struct collection_in in = { .name = STR("1234567890123456789012345678901234567890") };
	struct fixture *f = *state;
	int64_t many[COLLECTION_ITEMS_MAX + 1] = { 0 };
	collection_id id;

	NEED(f);
	for (int i = 0; i < COLLECTIONS_MAX; i++)
		id = new_collection(f, &in);
	says(acts_collection_create(&f->call, WHO(ALICE), &in, &id), ERR_INVALID, "Validation failed: You cannot have more than 10 collections");
	in.name = STR("12345678901234567890123456789012345678901");
	says(acts_collection_create(&f->call, WHO(BOB), &in, &id), ERR_INVALID, "Validation failed: Name is too long (maximum is 40 characters)");
	in.name = STR(" ");
	says(acts_collection_create(&f->call, WHO(BOB), &in, &id), ERR_INVALID, "Validation failed: Name can't be blank");
	in = (struct collection_in){ .name = STR("x"), .accounts = many, .accounts_n = COLLECTION_ITEMS_MAX + 1 };
	says(acts_collection_create(&f->call, WHO(BOB), &in, &id), ERR_INVALID,
	     "Validation failed: Collection items are too many, no more than 25 are allowed");
	in = (struct collection_in){ .name = STR("x"), .language = STR("klingon") };
	says(acts_collection_create(&f->call, WHO(BOB), &in, &id), ERR_INVALID, "Validation failed: Language is invalid");
	in = (struct collection_in){ .name = STR("x"), .tag_name = STR("#not a tag") };
	says(acts_collection_create(&f->call, WHO(BOB), &in, &id), ERR_INVALID, "Validation failed: Tag name is invalid");
}

struct racer {
	struct fixture *f;
	struct call call;
	pthread_t thread;
	collection_id collection;
	int64_t whom;
	struct err *failed;
};

static void *add_one(void *arg)
{
	struct racer *r = arg;
	collection_item_id item;

	r->failed = acts_collection_add(&r->call, WHO(ALICE), r->collection, id_of(r->whom), &item);
	return NULL;
}

static struct err *fill(struct call *c, void *arg)
{
	collection_id *id = arg;
	bool made;

	for (int64_t i = 1; i < COLLECTION_ITEMS_MAX; i++)
		TRY(collection_item_add(c, &(struct collection_item){ .id = ID(collection_item_id, i), .collection = *id, .account = id_of(1000 + i),
								      .object_uri = arena_printf(c->arena, "https://far.example/%lld", (long long)i),
								      .state = COLLECTION_ITEM_ACCEPTED }, COLLECTION_ITEMS_MAX, &made));
	return NULL;
}

static struct err *open_carol(struct call *c, void *arg)
{
	struct account *a;

	(void)arg;
	TRY(account_find(c, id_of(CAROL), &a));
	a->locked = false;
	return account_put(c, a, STR(""));
}

static void two_at_once_do_not_pass_the_bound(void **state)
{
	struct fixture *f = *state;
	struct collection_item *all;
	struct racer r[2];
	collection_id id;

	NEED(f);
	ok(store_tx(&f->call, let, NULL));
	ok(store_tx(&f->call, open_carol, NULL));
	id = new_collection(f, &(struct collection_in){ .name = STR("x") });
	ok(store_tx(&f->call, fill, &id));
	for (int i = 0; i < 2; i++) {
		r[i] = (struct racer){ .f = f, .call = f->call, .collection = id, .whom = i ? CAROL : BOB };
		r[i].call.arena = arena_create();
		assert_int_equal(pthread_create(&r[i].thread, NULL, add_one, &r[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(r[i].thread, NULL);
	assert_true(!r[0].failed != !r[1].failed);
	same((r[0].failed ? r[0].failed : r[1].failed)->text, "Validation failed: Collection items are too many, no more than 25 are allowed");
	assert_int_equal(items(f, id, &all), COLLECTION_ITEMS_MAX);
	for (int i = 0; i < 2; i++)
		arena_destroy(r[i].call.arena);
}

static void *block_alice(void *arg)
{
	struct racer *r = arg;

	r->failed = acts_block(&r->call, id_of(BOB), id_of(ALICE));
	return NULL;
}

static void who_blocks_meanwhile_is_not_in_it(void **state)
{
	struct fixture *f = *state;
	struct collection_item *all;
	struct racer r[2];
	collection_id id;
	size_t n;

	NEED(f);
	ok(store_tx(&f->call, let, NULL));
	id = new_collection(f, &(struct collection_in){ .name = STR("x") });
	for (int i = 0; i < 2; i++) {
		r[i] = (struct racer){ .f = f, .call = f->call, .collection = id, .whom = BOB };
		r[i].call.arena = arena_create();
		assert_int_equal(pthread_create(&r[i].thread, NULL, i ? block_alice : add_one, &r[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(r[i].thread, NULL);
	assert_null(r[1].failed);
	n = items(f, id, &all);
	assert_true(r[0].failed ? n == 0 : n == 1 && all[0].state == COLLECTION_ITEM_REVOKED);
	for (int i = 0; i < 2; i++)
		arena_destroy(r[i].call.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_failing_database_leaves_no_half_of_a_collection),
		BOTH(only_who_consents_is_put_in),
		BOTH(the_write_itself_asks_for_consent),
		BOTH(a_block_takes_out_whom_one_put_in),
		BOTH(a_post_links_to_what_is_known),
		BOTH(what_is_too_long_or_too_much_is_refused),
		BOTH(two_at_once_do_not_pass_the_bound),
		BOTH(who_blocks_meanwhile_is_not_in_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
