#include "acts/collection_consent.h"

#include "acts/collection.h"
#include "acts/collection_priv.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/relation.h"
#include "store/status.h"
#include "wire/url.h"

enum { AGAIN_BATCH = 200 };
#define FIRST_WAIT_US (10 * US_PER_MIN)
#define WAIT_MAX_US (2 * US_PER_DAY)

static bool is_ours(struct call *c, struct str uri) { return url_same_host(uri, c->conf->base_url); }

/* ---- asked whether one of ours may be in it ---- */

static struct err *refuse(struct call *c, void *arg)
{
	const struct feature_request *in = arg;

	return acts_outbound_reject_feature(c, in->whom, in->asker, in->uri, in->collection_uri);
}

struct err *acts_feature_refuse(struct call *c, const struct feature_request *in)
{
	struct feature_request copy = *in;

	return store_tx(c, refuse, &copy);
}

struct asked {
	const struct feature_request *in;
	const struct account *whom;
};

/* The row of whom in it, made where there is none. *ret_may: false where there are too many, or whom has left it. */
static struct err *take_place(struct call *c, const struct asked *a, collection_id id, struct collection_item *ret, bool *ret_may)
{
	struct collection_item *stand;
	bool found, is_new;
	size_t n;

	TRY(collection_item_with(c, id, a->whom->uri, ret, &found));
	*ret_may = !found || ret->state != COLLECTION_ITEM_REVOKED;
	if (found)
		return NULL;
	TRY(collection_items_all(c, id, &stand, &n));
	*ret_may = n < COLLECTION_ROWS_MAX;
	if (!*ret_may)
		return NULL;
	*ret = (struct collection_item){ .id = ID(collection_item_id, id_next(c)), .collection = id, .account = a->whom->id,
					 .object_uri = a->whom->uri, .state = COLLECTION_ITEM_PENDING, .created_us = c->now_us, .updated_us = c->now_us };
	TRY(collection_item_add(c, ret, COLLECTION_ROWS_MAX, &is_new));
	*ret_may = is_new;
	return is_new ? collection_item_find(c, ret->id, ret, &found) : NULL;
}

static struct err *agree(struct call *c, void *arg)
{
	const struct asked *a = arg;
	const struct feature_request *in = a->in;
	enum collection_item_state was;
	struct collection_item item;
	enum feature_right right;
	struct collection k;
	bool may, undone;

	TRY(tombstone_stands(c, in->uri, &undone));
	if (undone)
		return NULL;
	/* What is between them may have changed while the collection was read; from here on a block waits for this, or this for it. */
	TRY(relation_lock(c, in->asker, in->whom));
	TRY(collection_find_uri(c, in->collection_uri, &k, &may));
	if (may)
		TRY(collection_lock(c, k.id, &may));
	may = may && !k.local && id_eq(k.account, in->asker);
	TRY(acts_feature_right(c, in->asker, a->whom, &right));
	may = may && right == FEATURE_RIGHT_AUTOMATIC;
	if (may)
		TRY(take_place(c, a, k.id, &item, &may));
	if (!may)
		return acts_outbound_reject_feature(c, in->whom, in->asker, in->uri, in->collection_uri);
	was = item.state;
	item.state = COLLECTION_ITEM_ACCEPTED;
	item.account = in->whom;
	item.request_uri = in->uri;
	item.approval_uri = arena_printf(c->arena, STR_FMT "/feature_authorizations/%lld", STR_ARG(a->whom->uri), (long long)item.id.v);
	item.due_us = 0;
	TRY(acts__collection_item_put(c, &item));
	TRY(acts_outbound_accept_feature(c, in->whom, in->asker, in->uri, in->collection_uri, item.approval_uri));
	if (was == COLLECTION_ITEM_ACCEPTED)
		return NULL;
	return acts_notify_collection(c, NOTIFICATION_ADDED_TO_COLLECTION, in->asker, k.id, &in->whom, 1);
}

struct err *acts_feature_asked(struct call *c, const struct feature_request *in)
{
	struct asked a = { .in = in };
	struct account *whom;

	TRY(account_find(c, in->whom, &whom));
	if (!whom || !whom->local || whom->deleted_us)
		return NULL;
	a.whom = whom;
	return acts__collection_run(c, agree, &a);
}

struct undone {
	account_id asker;
	struct str uri;
};

static struct err *undo(struct call *c, void *arg)
{
	const struct undone *u = arg;
	struct collection_item item;
	struct collection k;
	bool found;

	TRY(collection_item_find_request(c, u->uri, &item, &found));
	if (!found)
		return tombstone_add(c, u->uri);
	TRY(collection_lock(c, item.collection, &found));
	if (found)
		TRY(collection_find(c, item.collection, &k, &found));
	if (!found || k.local || !id_eq(k.account, u->asker) || item.state == COLLECTION_ITEM_REVOKED)
		return NULL;
	TRY(acts__collection_unnotify(c, k.account, k.id, &item, 1));
	return collection_item_drop(c, item.id, &found);
}

struct err *acts_feature_undone(struct call *c, account_id asker, struct str uri)
{
	return acts__collection_run(c, undo, &(struct undone){ .asker = asker, .uri = uri });
}

/* ---- what was found out about consent ---- */

struct news {
	collection_item_id id;
	struct str approval_uri;      /* what was read; STR_NONE: whatever the item names */
	account_id who;
};

/* The item as it is now, and its collection. *ret_is: it is still about what the news are of. */
static struct err *find_item(struct call *c, const struct news *n, struct collection_item *ret, struct collection *ret_k, bool *ret_is)
{
	TRY(collection_item_find(c, n->id, ret, ret_is));
	if (*ret_is)
		TRY(collection_find(c, ret->collection, ret_k, ret_is));
	*ret_is = *ret_is && (ret->state == COLLECTION_ITEM_PENDING || ret->state == COLLECTION_ITEM_ACCEPTED) &&
		  /* One of ours names nothing before it is answered. */
		  (!n->approval_uri.n || (ret_k->local && !ret->approval_uri.n) || str_eq(n->approval_uri, ret->approval_uri));
	return NULL;
}

/* Consent that another server keeps may end there while we are not told. Not all of one hour at the same time. */
static int64_t due_again(struct call *c, const struct collection_item *item)
{
	return is_ours(c, item->approval_uri) ? 0 : c->now_us + FEATURES_AGAIN_US + item->id.v / 1024 % 86400 * US_PER_S;
}

static struct err *accept(struct call *c, void *arg)
{
	const struct news *n = arg;
	enum collection_item_state was;
	struct collection_item item;
	struct collection k;
	bool is;

	TRY(find_item(c, n, &item, &k, &is));
	if (!is)
		return NULL;
	was = item.state;
	item.state = COLLECTION_ITEM_ACCEPTED;
	item.account = n->who;
	item.approval_uri = n->approval_uri;
	item.due_us = due_again(c, &item);
	TRY(acts__collection_item_put(c, &item));
	return k.local && was == COLLECTION_ITEM_PENDING ? acts_outbound_item_add(c, &item) : NULL;
}

struct err *acts_collection_item_accepted(struct call *c, collection_item_id id, struct str approval_uri, account_id who)
{
	return acts__collection_run(c, accept, &(struct news){ id, approval_uri, who });
}

static struct err *reject(struct call *c, void *arg)
{
	const struct news *n = arg;
	enum collection_item_state was;
	struct collection_item item;
	struct collection k;
	bool is;

	TRY(find_item(c, n, &item, &k, &is));
	if (!is)
		return NULL;
	was = item.state;
	if (k.local && was == COLLECTION_ITEM_ACCEPTED)
		TRY(acts_outbound_item_remove(c, &k, &item));
	item.state = was == COLLECTION_ITEM_ACCEPTED ? COLLECTION_ITEM_REVOKED : COLLECTION_ITEM_REJECTED;
	item.due_us = 0;
	return acts__collection_item_put(c, &item);
}

struct err *acts_collection_item_rejected(struct call *c, collection_item_id id)
{
	return acts__collection_run(c, reject, &(struct news){ .id = id });
}

struct err *acts_collection_item_unproven(struct call *c, collection_item_id id, struct str approval_uri)
{
	return acts__collection_run(c, reject, &(struct news){ .id = id, .approval_uri = approval_uri });
}

static struct err *wait(struct call *c, void *arg)
{
	const struct news *n = arg;
	struct collection_item item;
	struct collection k;
	bool is, took;
	int64_t since;

	TRY(find_item(c, n, &item, &k, &is));
	if (!is)
		return NULL;
	if (item.state == COLLECTION_ITEM_ACCEPTED) {
		item.due_us = due_again(c, &item);
		return acts__collection_item_put(c, &item);
	}
	since = c->now_us - item.updated_us;
	item.due_us = since > WAIT_MAX_US ? 0 : c->now_us + (since > FIRST_WAIT_US ? since : FIRST_WAIT_US);
	/* Not acts__collection_item_put(): when it was written last says how long it has waited. */
	TRY(collection_item_put(c, &item, &took));
	return took ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

struct err *acts_collection_item_later(struct call *c, collection_item_id id, struct str approval_uri)
{
	return acts__collection_run(c, wait, &(struct news){ .id = id, .approval_uri = approval_uri });
}

/* ---- asking again ---- */

static struct err *again(struct call *c, void *arg)
{
	struct collection *due;
	size_t n;

	(void)arg;
	TRY(collections_due(c, AGAIN_BATCH, &due, &n));
	for (size_t i = 0; i < n; i++)
		TRY(acts__collection_verify(c, due[i].id, due[i].uri));
	return NULL;
}

struct err *acts_collections_again(struct call *c) { return store_tx(c, again, NULL); }
