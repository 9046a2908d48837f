#include "acts/collection_receive.h"

#include "acts/collection.h"
#include "acts/collection_priv.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/job.h"
#include "store/status.h"
#include "store/tag.h"
#include "wire/url.h"

enum { NOTICES_MAX = 320, LEAVE_BATCH = 40 };

struct err *acts__collection_run(struct call *c, sql_tx_fn *fn, void *arg)
{
	struct err *e = store_tx(c, fn, arg);

	return e && e->code == ERR_CONFLICT ? store_tx(c, fn, arg) : e;
}

static bool is_ours(struct call *c, struct str uri) { return url_same_host(uri, c->conf->base_url); }

struct err *acts__collection_item_put(struct call *c, struct collection_item *item)
{
	bool took;

	item->updated_us = c->now_us;
	TRY(collection_item_put(c, item, &took));
	return took ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

struct err *acts__collection_verify(struct call *c, collection_id id, struct str uri)
{
	struct job_new job = { .kind = JOB_VERIFY_ITEMS, .ref_id = id.v, .host = url_domain(c->arena, uri),
			       .once_key = arena_printf(c->arena, "collection:%lld", (long long)id.v) };

	return job_add(c, &job);
}

struct err *acts__collection_unnotify(struct call *c, account_id owner, collection_id id, const struct collection_item *items, size_t n)
{
	int64_t *who = arena_array(c->arena, int64_t, n + 1);
	size_t who_n = 0;

	for (size_t i = 0; i < n && who_n < NOTICES_MAX; i++)
		if (items[i].account.v && is_ours(c, items[i].object_uri))
			who[who_n++] = items[i].account.v;
	return who_n ? acts_notify_collection_drop(c, owner, id, who, who_n) : NULL;
}

/* ---- who is in it ---- */

/* Whether somebody is in a collection is between its owner and them: what the owner says of it is only that there is, somewhere, consent. */
static void wait_for_consent(struct call *c, const struct remote_item *in, struct collection_item *item)
{
	item->state = COLLECTION_ITEM_PENDING;
	item->account = ID_NONE(account_id);
	item->approval_uri = is_ours(c, in->object_uri) ? STR_NONE : in->approval_uri;
	item->due_us = item->approval_uri.n ? c->now_us : 0;
}

static struct err *add_item(struct call *c, collection_id id, const struct remote_item *in, int64_t position)
{
	struct collection_item item = { .id = ID(collection_item_id, id_next(c)), .collection = id, .position = position, .uri = in->uri,
					.object_uri = in->object_uri, .created_us = in->created_us ? in->created_us : c->now_us,
					.updated_us = c->now_us };
	bool is_new;

	wait_for_consent(c, in, &item);
	return collection_item_add(c, &item, COLLECTION_ROWS_MAX, &is_new);
}

/* Another authorization, or none any more, or one that did not hold: it has to be shown anew that it does. Of people of ours we know ourselves. */
static struct err *renew_item(struct call *c, const struct remote_item *in, int64_t position, struct collection_item *old)
{
	bool other = in->object_uri.n && !is_ours(c, in->object_uri) &&
		     (!str_eq(old->approval_uri, in->approval_uri) || old->state == COLLECTION_ITEM_REJECTED);

	if (!other && str_eq(old->uri, in->uri) && old->position == position)
		return NULL;
	if (other)
		wait_for_consent(c, in, old);
	old->uri = in->uri;
	old->position = position;
	return acts__collection_item_put(c, old);
}

/* Of those that stand: whom this item is about, or which is that item where no more is said of it. */
static struct collection_item *item_among(struct collection_item *v, size_t n, const struct remote_item *in)
{
	for (size_t i = 0; i < n; i++)
		if (in->object_uri.n ? str_eq(v[i].object_uri, in->object_uri) : str_eq(v[i].uri, in->uri))
			return &v[i];
	return NULL;
}

static bool is_listed(const struct remote_collection *in, const struct collection_item *item)
{
	for (size_t i = 0; i < in->items_n; i++)
		if (in->items[i].object_uri.n ? str_eq(in->items[i].object_uri, item->object_uri) : str_eq(in->items[i].uri, item->uri))
			return true;
	return false;
}

/* Consent of ours may be newer than the list; and that it was taken back must outlast it. */
static bool outlasts_list(struct call *c, const struct collection_item *item)
{
	return is_ours(c, item->object_uri) &&
	       (item->state == COLLECTION_ITEM_REVOKED ||
		(item->state == COLLECTION_ITEM_ACCEPTED && !item->uri.n && item->updated_us > c->now_us - US_PER_DAY));
}

static struct err *put_items(struct call *c, const struct remote_collection *in, collection_id id)
{
	struct collection_item *stand;
	size_t n;
	bool was;

	TRY(collection_items_all(c, id, &stand, &n));
	for (size_t i = 0; i < n; i++)
		if (!is_listed(in, &stand[i]) && !outlasts_list(c, &stand[i])) {
			TRY(acts__collection_unnotify(c, in->account, id, &stand[i], 1));
			TRY(collection_item_drop(c, stand[i].id, &was));
		}
	for (size_t i = 0; i < in->items_n; i++) {
		struct collection_item *old = item_among(stand, n, &in->items[i]);

		if (old)
			TRY(renew_item(c, &in->items[i], (int64_t)i + 1, old));
		else if (in->items[i].object_uri.n)
			TRY(add_item(c, id, &in->items[i], (int64_t)i + 1));
	}
	return NULL;
}

/* ---- the collection ---- */

struct receiving {
	const struct remote_collection *in;
	collection_id id;
};

static struct err *fill(struct call *c, const struct remote_collection *in, struct collection *k)
{
	k->url = in->url;
	k->name = in->name;
	k->description = in->description.p ? in->description : STR("");
	k->language = in->language;
	k->sensitive = in->sensitive;
	k->discoverable = in->discoverable;
	k->claimed_items = in->claimed_items;
	k->updated_us = in->updated_us ? in->updated_us : c->now_us;
	k->fetched_us = c->now_us;
	k->tag = ID_NONE(tag_id);
	return in->tag_key.n ? tags_put(c, &in->tag_key, &in->tag_name, 1, &k->tag) : NULL;
}

static struct err *add_collection(struct call *c, struct receiving *r)
{
	const struct remote_collection *in = r->in;
	struct collection k = { .id = ID(collection_id, id_next(c)), .account = in->account, .uri = in->uri,
				.created_us = in->created_us ? in->created_us : c->now_us };
	bool full;

	TRY(fill(c, in, &k));
	TRY(collection_add(c, &k, REMOTE_COLLECTIONS_MAX, &full));
	if (full)
		return NULL;
	r->id = k.id;
	TRY(put_items(c, in, k.id));
	return status_collections_link(c, k.uri, k.id);
}

/* People of ours who are in it hear where it says something else about them than it did. */
static struct err *tell_of_change(struct call *c, const struct collection *k)
{
	struct collection_item *items;
	size_t n, to_n = 0;
	account_id *to;

	TRY(collection_items_all(c, k->id, &items, &n));
	to = arena_array(c->arena, account_id, n + 1);
	for (size_t i = 0; i < n; i++)
		if (items[i].state == COLLECTION_ITEM_ACCEPTED && is_ours(c, items[i].object_uri))
			to[to_n++] = items[i].account;
	return to_n ? acts_notify_collection(c, NOTIFICATION_COLLECTION_UPDATE, k->account, k->id, to, to_n) : NULL;
}

static struct err *update_collection(struct call *c, struct receiving *r, struct collection *k)
{
	const struct remote_collection *in = r->in;
	struct collection old = *k;
	bool took;

	r->id = k->id;
	if (in->updated_us && in->updated_us < k->updated_us)
		return NULL;
	TRY(fill(c, in, k));
	TRY(collection_put(c, k, &took));
	if (!took)
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	TRY(put_items(c, in, k->id));
	if (str_eq(old.name, k->name) && str_eq(old.description, k->description) && old.sensitive == k->sensitive && id_eq(old.tag, k->tag))
		return NULL;
	return tell_of_change(c, k);
}

static struct err *receive(struct call *c, void *arg)
{
	struct receiving *r = arg;
	struct collection k;
	bool found, deleted = false;

	r->id = ID_NONE(collection_id);
	TRY(collection_find_uri(c, r->in->uri, &k, &found));
	if (found) {
		/* Its list changes as a whole, or not. */
		TRY(collection_lock(c, k.id, &found));
		TRY(collection_find(c, k.id, &k, &found));
	}
	if (!found)
		TRY(tombstone_stands(c, r->in->uri, &deleted));
	if (!found && !deleted)
		TRY(add_collection(c, r));
	else if (found && !k.local && str_eq(k.uri, r->in->uri) && id_eq(k.account, r->in->account))
		TRY(update_collection(c, r, &k));
	return r->id.v ? acts__collection_verify(c, r->id, r->in->uri) : NULL;
}

struct err *acts_collection_receive(struct call *c, const struct remote_collection *in, collection_id *ret)
{
	struct receiving r = { .in = in };
	struct account *owner;

	*ret = ID_NONE(collection_id);
	TRY(account_find(c, in->account, &owner));
	if (!owner || owner->local || owner->deleted_us)
		return FAIL(c->arena, ERR_INVALID, "a collection of nobody's");
	TRY(acts__collection_run(c, receive, &r));
	*ret = r.id;
	return NULL;
}

struct one_item {
	account_id owner;
	collection_id id;
	const struct remote_item *in;
	struct str uri;
};

/* The collection, locked, where it is this owner's and not ours. */
static struct err *theirs(struct call *c, const struct one_item *x, struct collection *ret, bool *ret_is)
{
	TRY(collection_lock(c, x->id, ret_is));
	if (*ret_is)
		TRY(collection_find(c, x->id, ret, ret_is));
	*ret_is = *ret_is && !ret->local && id_eq(ret->account, x->owner);
	return NULL;
}

static struct err *receive_item(struct call *c, void *arg)
{
	const struct one_item *x = arg;
	struct collection_item *stand, *old;
	struct collection k;
	size_t n;
	bool is;

	TRY(theirs(c, x, &k, &is));
	if (!is)
		return NULL;
	TRY(collection_items_all(c, x->id, &stand, &n));
	old = item_among(stand, n, x->in);
	if (old)
		TRY(renew_item(c, x->in, old->position, old));
	else if (n < COLLECTION_ROWS_MAX)
		TRY(add_item(c, x->id, x->in, 0));
	return acts__collection_verify(c, k.id, k.uri);
}

struct err *acts_collection_item_receive(struct call *c, account_id owner, collection_id id, const struct remote_item *in)
{
	struct one_item x = { .owner = owner, .id = id, .in = in };

	return in->object_uri.n ? acts__collection_run(c, receive_item, &x) : NULL;
}

static struct err *drop_item(struct call *c, void *arg)
{
	const struct one_item *x = arg;
	struct collection_item *items;
	struct collection k;
	size_t n;
	bool is;

	TRY(theirs(c, x, &k, &is));
	if (!is)
		return NULL;
	TRY(collection_items_all(c, x->id, &items, &n));
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].uri, x->uri) && !outlasts_list(c, &items[i])) {
			TRY(acts__collection_unnotify(c, k.account, k.id, &items[i], 1));
			TRY(collection_item_drop(c, items[i].id, &is));
		}
	return tombstone_add(c, x->uri);
}

struct err *acts_collection_item_gone(struct call *c, account_id owner, collection_id id, struct str uri)
{
	struct one_item x = { .owner = owner, .id = id, .uri = uri };

	return uri.n ? acts__collection_run(c, drop_item, &x) : NULL;
}

static struct err *take_tombstone(struct call *c, void *arg)
{
	const struct str *uri = arg;
	bool was;

	return tombstone_take(c, *uri, &was);
}

struct err *acts_collection_item_back(struct call *c, struct str uri) { return store_tx(c, take_tombstone, &uri); }

static struct err *drop_collection(struct call *c, const struct collection *k)
{
	struct collection_item *items;
	size_t n;

	TRY(collection_items_all(c, k->id, &items, &n));
	TRY(acts__collection_unnotify(c, k->account, k->id, items, n));
	return collection_drop(c, k->id);
}

struct gone {
	account_id owner;
	struct str uri;
	bool was;
};

static struct err *drop(struct call *c, void *arg)
{
	struct gone *g = arg;
	struct collection k;
	bool found;

	TRY(collection_find_uri(c, g->uri, &k, &found));
	if (found && (k.local || !id_eq(k.account, g->owner) || !str_eq(k.uri, g->uri)))
		return NULL;
	g->was = found;
	if (found)
		TRY(drop_collection(c, &k));
	return tombstone_add(c, g->uri);
}

struct err *acts_collection_gone(struct call *c, account_id owner, struct str uri, bool *ret_was)
{
	struct gone g = { .owner = owner, .uri = uri };

	TRY(acts__collection_run(c, drop, &g));
	*ret_was = g.was;
	return NULL;
}

static struct err *leave(struct call *c, const struct collection_item *item)
{
	struct collection k;
	bool found;

	TRY(collection_find(c, item->collection, &k, &found));
	if (found && k.local)
		TRY(acts_outbound_item_remove(c, &k, item));
	return collection_item_drop(c, item->id, &found);
}

struct err *acts__collections_leave(struct call *c, account_id who, bool *ret_more)
{
	struct collection_item *in;
	struct collection *own;
	size_t own_n, in_n;

	TRY(collections_of(c, who, true, 0, LEAVE_BATCH, &own, &own_n));
	for (size_t i = 0; i < own_n; i++)
		TRY(drop_collection(c, &own[i]));
	TRY(collection_items_held(c, who, LEAVE_BATCH, &in, &in_n));
	for (size_t i = 0; i < in_n; i++)
		TRY(leave(c, &in[i]));
	*ret_more = own_n == LEAVE_BATCH || in_n == LEAVE_BATCH;
	return NULL;
}
