#include "acts/collection.h"

#include "acts/language.h"
#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/people_priv.h"
#include "acts/status_priv.h"
#include "base/map.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/relation.h"
#include "store/status.h"
#include "wire/text.h"

/* More than anybody may have. */
enum { PARTED_MAX = 100 };

struct change {
	const struct viewer *v;
	const struct collection_in *in;
	struct account *owner;
	struct collection k;
	struct str tag_key, tag_name;         /* tag_key none: as it is; empty: no tag */
	struct account **people;              /* to be put in */
	struct collection_item *items;
	size_t n;
	collection_item_id item;
};

static struct err *missing(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND); }
static struct err *forbidden(struct call *c) { return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN); }

/* ---- what is said of it ---- */

static struct err *read_texts(struct call *c, const struct collection_in *in, struct collection *k)
{
	if (in->name.p)
		k->name = str_trim(in->name);
	if (in->description.p)
		k->description = in->description;
	if (!k->name.n)
		return FAIL_FIELD(c->arena, "name", "ERR_BLANK", "can't be blank");
	if (text_graphemes(c->arena, k->name) > COLLECTION_NAME_MAX)
		return FAIL_FIELD(c->arena, "name", "ERR_TOO_LONG", "is too long (maximum is %d characters)", COLLECTION_NAME_MAX);
	if (text_graphemes(c->arena, k->description) > COLLECTION_DESCRIPTION_MAX)
		return FAIL_FIELD(c->arena, "description", "ERR_TOO_LONG", "is too long (maximum is %d characters)", COLLECTION_DESCRIPTION_MAX);
	return NULL;
}

static struct err *read_tag(struct call *c, struct str name, struct change *x)
{
	if (!name.p)
		return NULL;
	name = str_trim(name);
	if (name.n && name.p[0] == '#')
		name = str_from(name, 1);
	x->tag_key = name.n ? text_tag_key(c->arena, name) : STR("");
	x->tag_name = name;
	if (name.n && (!text_tag_ok(name) || !x->tag_key.n))
		return FAIL_FIELD(c->arena, "tag_name", "ERR_INVALID", "is invalid");
	return NULL;
}

static struct err *read_in(struct call *c, struct change *x, struct collection *k)
{
	const struct collection_in *in = x->in;

	TRY(read_texts(c, in, k));
	TRY(read_tag(c, in->tag_name, x));
	if (in->language.p)
		k->language = in->language.n ? acts_language(in->language) : STR_NONE;
	if (in->language.n && !k->language.n)
		return FAIL_FIELD(c->arena, "language", "ERR_INVALID", "is invalid");
	if (in->sensitive != CHOICE_KEEP)
		k->sensitive = in->sensitive == CHOICE_YES;
	if (in->discoverable != CHOICE_KEEP)
		k->discoverable = in->discoverable == CHOICE_YES;
	return NULL;
}

/* In a transaction. */
static struct err *put_tag(struct call *c, const struct change *x, struct collection *k)
{
	if (!x->tag_key.p)
		return NULL;
	k->tag = ID_NONE(tag_id);
	return x->tag_key.n ? tags_put(c, &x->tag_key, &x->tag_name, 1, &k->tag) : NULL;
}

/* ---- consent ---- */

static enum feature_right right_of(account_id who, const struct account *whom, const struct relation *r)
{
	struct feature_facts f = { .is_person = true, .is_self = id_eq(who, whom->id) };

	if (r) {
		f.follows = r->following;
		f.followed_by = r->followed_by;
		f.blocked = r->blocking || r->blocked_by;
	}
	return rule_feature(whom, &f);
}

struct err *acts_feature_right(struct call *c, account_id who, const struct account *whom, enum feature_right *ret)
{
	struct map *relations;

	TRY(relations_of(c, who, &whom->id.v, 1, &relations));
	*ret = right_of(who, whom, map_find_i64(relations, whom->id.v));
	return NULL;
}

/* Those of ours are in it at once; others are asked, whatever they say of it themselves: only their server can vouch for them. */
static struct collection_item new_item(struct call *c, const struct change *x, const struct account *whom)
{
	collection_item_id id = ID(collection_item_id, id_next(c));
	long long n = (long long)id.v;
	struct collection_item i = { .id = id, .collection = x->k.id, .account = whom->id, .object_uri = whom->uri, .created_us = c->now_us,
				     .updated_us = c->now_us, .state = whom->local ? COLLECTION_ITEM_ACCEPTED : COLLECTION_ITEM_PENDING };

	i.uri = arena_printf(c->arena, STR_FMT "/collection_items/%lld", STR_ARG(x->owner->uri), n);
	if (whom->local)
		i.approval_uri = arena_printf(c->arena, STR_FMT "/feature_authorizations/%lld", STR_ARG(whom->uri), n);
	else
		i.request_uri = arena_printf(c->arena, STR_FMT "/feature_requests/%lld", STR_ARG(x->owner->uri), n);
	return i;
}

static bool is_twice(const int64_t *ids, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ids[k] == ids[i])
			return true;
	return false;
}

/* The people to be put in, each once: they are there, and consent. */
static struct err *find_people(struct call *c, struct change *x, const int64_t *ids, size_t n)
{
	struct map *by_id, *relations;

	if (n > COLLECTION_ITEMS_MAX)
		return FAIL_FIELD(c->arena, "collection_items", "ERR_TOO_MANY", "are too many, no more than %d are allowed", COLLECTION_ITEMS_MAX);
	x->people = arena_array(c->arena, struct account *, n + 1);
	x->items = arena_array(c->arena, struct collection_item, n + 1);
	if (n == 0)
		return NULL;
	TRY(accounts_by_ids(c, ids, n, &by_id));
	TRY(relations_of(c, x->v->account, ids, n, &relations));
	for (size_t i = 0; i < n; i++) {
		struct account *a = map_find_i64(by_id, ids[i]);
		enum feature_right right;

		if (!a || a->deleted_us || a->pending)
			return missing(c);
		right = right_of(x->v->account, a, map_find_i64(relations, ids[i]));
		if (right != FEATURE_RIGHT_AUTOMATIC && right != FEATURE_RIGHT_MANUAL)
			return forbidden(c);
		if (!is_twice(ids, i)) {
			x->people[x->n] = a;
			x->items[x->n++] = new_item(c, x, a);
		}
	}
	return NULL;
}

/* ---- who is told ---- */

static struct err *notify(struct call *c, const struct change *x, enum notification_type type, const struct collection_item *items, size_t n)
{
	account_id *to = arena_array(c->arena, account_id, n + 1);
	size_t to_n = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i].state == COLLECTION_ITEM_ACCEPTED && items[i].account.v && !id_eq(items[i].account, x->k.account))
			to[to_n++] = items[i].account;
	return to_n ? acts_notify_collection(c, type, x->k.account, x->k.id, to, to_n) : NULL;
}

/* ---- the collection ---- */

static struct err *find(struct call *c, const struct viewer *v, collection_id id, struct change *x)
{
	bool found;

	*x = (struct change){ .v = v };
	TRY(collection_find(c, id, &x->k, &found));
	if (!found || x->k.gone)
		return missing(c);
	TRY(account_find(c, x->k.account, &x->owner));
	return x->owner ? NULL : missing(c);
}

static struct err *find_own(struct call *c, const struct viewer *v, collection_id id, struct change *x)
{
	TRY(find(c, v, id, x));
	return id_eq(x->k.account, v->account) ? NULL : forbidden(c);
}

/* In a transaction: what happens to it happens one after another. */
static struct err *take(struct call *c, struct change *x)
{
	bool there;

	TRY(collection_lock(c, x->k.id, &there));
	if (there)
		TRY(collection_find(c, x->k.id, &x->k, &there));
	return there ? NULL : missing(c);
}

/* In a transaction: why somebody was not put in. */
static struct err *not_added(struct call *c, const struct change *x, const struct collection_item *i)
{
	struct collection_item stands;
	enum feature_right right;
	struct account *a;
	bool found;

	TRY(collection_item_with(c, x->k.id, i->object_uri, &stands, &found));
	if (found)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: Account has already been taken");
	TRY(account_find(c, i->account, &a));
	if (!a)
		return missing(c);
	TRY(acts_feature_right(c, x->k.account, a, &right));
	if (right != FEATURE_RIGHT_AUTOMATIC && right != FEATURE_RIGHT_MANUAL)
		return forbidden(c);
	return FAIL_FIELD(c->arena, "collection_items", "ERR_TOO_MANY", "are too many, no more than %d are allowed", COLLECTION_ITEMS_MAX);
}

/* In a transaction, first. A block of any of them waits for this, or this for it. */
static struct err *hold_people(struct call *c, const struct change *x)
{
	int64_t *ids = arena_array(c->arena, int64_t, x->n + 1);

	for (size_t i = 0; i < x->n; i++)
		ids[i] = x->people[i]->id.v;
	return x->n ? relations_lock(c, x->k.account, x->k.account, ids, x->n) : NULL;
}

static struct err *put_in(struct call *c, struct change *x)
{
	bool added;

	for (size_t i = 0; i < x->n; i++) {
		TRY(acts__family_limit(c, "collected", x->k.account, US_PER_DAY, COLLECTED_A_DAY));
		TRY(collection_item_add(c, &x->items[i], COLLECTION_ITEMS_MAX, &added));
		if (!added)
			return not_added(c, x, &x->items[i]);
		if (!x->people[i]->local)
			TRY(acts_outbound_feature_request(c, &x->items[i]));
	}
	return notify(c, x, NOTIFICATION_ADDED_TO_COLLECTION, x->items, x->n);
}

static struct err *create_tx(struct call *c, void *arg)
{
	struct change *x = arg;
	bool full;

	TRY(hold_people(c, x));
	TRY(put_tag(c, x, &x->k));
	TRY(collection_add(c, &x->k, COLLECTIONS_MAX, &full));
	if (full)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You cannot have more than %d collections", COLLECTIONS_MAX);
	TRY(put_in(c, x));
	return acts_outbound_collection_add(c, &x->k);
}

struct err *acts_collection_create(struct call *c, const struct viewer *v, const struct collection_in *in, collection_id *ret)
{
	struct change x = { .v = v, .in = in };
	long long n;

	TRY(account_find(c, v->account, &x.owner));
	if (!x.owner)
		return forbidden(c);
	x.k = (struct collection){ .id = ID(collection_id, id_next(c)), .account = v->account, .local = true, .name = STR(""), .description = STR(""),
				   .discoverable = true, .created_us = c->now_us, .updated_us = c->now_us };
	n = (long long)x.k.id.v;
	x.k.uri = arena_printf(c->arena, STR_FMT "/collections/%lld", STR_ARG(x.owner->uri), n);
	x.k.url = arena_printf(c->arena, STR_FMT "/collections/%lld", STR_ARG(c->conf->base_url), n);
	TRY(read_in(c, &x, &x.k));
	TRY(find_people(c, &x, in->accounts, in->accounts_n));
	TRY(store_tx(c, create_tx, &x));
	*ret = x.k.id;
	return NULL;
}

static bool differs(const struct collection *a, const struct collection *b)
{
	return !str_eq(a->name, b->name) || !str_eq(a->description, b->description) || !str_eq(a->language, b->language) || !id_eq(a->tag, b->tag) ||
	       a->sensitive != b->sensitive || a->discoverable != b->discoverable;
}

static struct err *update_tx(struct call *c, void *arg)
{
	struct change *x = arg;
	struct collection_item *items;
	struct collection was;
	bool took;
	size_t n;

	TRY(take(c, x));
	was = x->k;
	TRY(read_in(c, x, &x->k));
	TRY(put_tag(c, x, &x->k));
	if (!differs(&was, &x->k))
		return NULL;
	x->k.updated_us = c->now_us;
	TRY(collection_put(c, &x->k, &took));
	if (!took)
		return FAIL_DEFAULT(c->arena, ERR_CONFLICT);
	TRY(acts_outbound_collection_update(c, &x->k));
	if (str_eq(was.name, x->k.name) && str_eq(was.description, x->k.description))
		return NULL;
	TRY(collection_items_all(c, x->k.id, &items, &n));
	return notify(c, x, NOTIFICATION_COLLECTION_UPDATE, items, n);
}

struct err *acts_collection_update(struct call *c, const struct viewer *v, collection_id id, const struct collection_in *in)
{
	struct collection checked;
	struct change x;

	TRY(find_own(c, v, id, &x));
	x.in = in;
	checked = x.k;
	TRY(read_in(c, &x, &checked));
	return store_tx(c, update_tx, &x);
}

/* In a transaction: nobody is told of it any more. */
static struct err *unnotify(struct call *c, const struct change *x, const struct collection_item *items, size_t n)
{
	int64_t *who = arena_array(c->arena, int64_t, n + 1);
	size_t who_n = 0;

	for (size_t i = 0; i < n; i++)
		if (items[i].account.v)
			who[who_n++] = items[i].account.v;
	return acts_notify_collection_drop(c, x->k.account, x->k.id, who, who_n);
}

static struct err *delete_tx(struct call *c, void *arg)
{
	struct change *x = arg;
	struct collection_item *items;
	size_t n;

	TRY(take(c, x));
	TRY(collection_items_all(c, x->k.id, &items, &n));
	TRY(unnotify(c, x, items, n));
	TRY(acts_outbound_collection_remove(c, &x->k));
	return collection_drop(c, x->k.id);
}

struct err *acts_collection_delete(struct call *c, const struct viewer *v, collection_id id)
{
	struct change x;

	TRY(find_own(c, v, id, &x));
	return store_tx(c, delete_tx, &x);
}

/* ---- who is in it ---- */

static struct err *add_tx(struct call *c, void *arg)
{
	struct change *x = arg;

	TRY(hold_people(c, x));
	TRY(take(c, x));
	TRY(put_in(c, x));
	return x->people[0]->local ? acts_outbound_item_add(c, &x->items[0]) : NULL;
}

struct err *acts_collection_add(struct call *c, const struct viewer *v, collection_id id, account_id whom, collection_item_id *ret)
{
	const struct account *a;
	struct change x;

	TRY(find(c, v, id, &x));
	if (!whom.v)
		return FAIL(c->arena, ERR_INVALID, "`account_id` parameter is missing");
	TRY(acts__person(c, whom, false, &a));
	if (!id_eq(x.k.account, v->account))
		return forbidden(c);
	TRY(find_people(c, &x, &whom.v, 1));
	TRY(store_tx(c, add_tx, &x));
	*ret = x.items[0].id;
	return NULL;
}

/* In a transaction: other servers hear who was in it: of ours from its owner, of theirs that their consent has ended. */
static struct err *tell_out(struct call *c, const struct change *x, const struct collection_item *i, bool revoked)
{
	if (x->k.local) {
		TRY(acts_outbound_item_remove(c, &x->k, i));
		return revoked ? NULL : acts_outbound_undo_feature_request(c, &x->k, i);
	}
	return revoked && i->state == COLLECTION_ITEM_ACCEPTED ? acts_outbound_delete_feature_authorization(c, &x->k, i) : NULL;
}

/* In a transaction: who was in it is so no longer; the row goes, or stays to tell that they do not want it. */
static struct err *take_out(struct call *c, struct change *x, struct collection_item *i, bool revoked)
{
	bool took;

	TRY(unnotify(c, x, i, 1));
	TRY(tell_out(c, x, i, revoked));
	if (!revoked)
		return collection_item_drop(c, i->id, &took);
	i->state = COLLECTION_ITEM_REVOKED;
	i->updated_us = c->now_us;
	i->due_us = 0;
	TRY(collection_item_put(c, i, &took));
	return took ? NULL : FAIL_DEFAULT(c->arena, ERR_CONFLICT);
}

static struct err *find_item(struct call *c, const struct change *x, struct collection_item *ret)
{
	bool found;

	TRY(collection_item_find(c, x->item, ret, &found));
	return found && id_eq(ret->collection, x->k.id) ? NULL : missing(c);
}

/* Who said no is in it no more, and their answer stays: else they could be put in anew. */
static struct err *remove_tx(struct call *c, void *arg)
{
	struct change *x = arg;
	struct collection_item i;

	TRY(take(c, x));
	TRY(find_item(c, x, &i));
	if (i.state >= COLLECTION_ITEM_REJECTED)
		return missing(c);
	return take_out(c, x, &i, false);
}

struct err *acts_collection_remove(struct call *c, const struct viewer *v, collection_id id, collection_item_id item)
{
	struct collection_item i;
	struct change x;

	TRY(find(c, v, id, &x));
	x.item = item;
	TRY(find_item(c, &x, &i));
	return id_eq(x.k.account, v->account) ? store_tx(c, remove_tx, &x) : forbidden(c);
}

static struct err *revoke_tx(struct call *c, void *arg)
{
	struct change *x = arg;
	struct collection_item i;

	TRY(take(c, x));
	TRY(find_item(c, x, &i));
	if (!id_eq(i.account, x->v->account))
		return forbidden(c);
	if (i.state == COLLECTION_ITEM_REVOKED)
		return NULL;
	return take_out(c, x, &i, true);
}

struct err *acts_collection_revoke(struct call *c, const struct viewer *v, collection_id id, collection_item_id item)
{
	struct collection_item i;
	struct change x;

	TRY(find(c, v, id, &x));
	x.item = item;
	TRY(find_item(c, &x, &i));
	return id_eq(i.account, v->account) ? store_tx(c, revoke_tx, &x) : forbidden(c);
}

/* ---- blocks ---- */

/* In a transaction: `whom` leaves the collections of `owner`: because they want it, or because the owner does. */
static struct err *leave(struct call *c, const struct account *owner, const struct account *whom, bool revoked)
{
	struct change x = { .owner = NULL };
	struct collection_item *items;
	size_t n;

	TRY(collection_items_between(c, owner->id, whom->id, PARTED_MAX, &items, &n));
	for (size_t k = 0; k < n; k++) {
		struct collection_item i;
		bool found;

		x.k.id = items[k].collection;
		TRY(take(c, &x));
		TRY(collection_item_find(c, items[k].id, &i, &found));
		if (found && i.state < COLLECTION_ITEM_REJECTED)
			TRY(take_out(c, &x, &i, revoked));
	}
	return NULL;
}

struct err *acts__collections_part(struct call *c, const struct account *who, const struct account *whom)
{
	TRY(leave(c, whom, who, true));
	return who->local ? leave(c, who, whom, false) : NULL;
}
