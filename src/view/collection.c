#include "view/collection.h"

#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/relation.h"
#include "view/view_priv.h"

enum { COLLECTIONS_JSON_MAX = 8 * 1024 * 1024 };

struct err *view__collections_load(struct call *c, const struct viewer *v, const struct id_set *ids, struct collection_set *ret)
{
	*ret = (struct collection_set){ 0 };
	if (ids->n == 0)
		return NULL;
	TRY(collections_by_ids(c, ids->v, ids->n, &ret->by_id));
	return collection_items_of(c, ids->v, ids->n, v->account, &ret->items, &ret->items_n);
}

static const struct collection *shown(const struct collection_set *p, collection_id id)
{
	const struct collection *k = p->by_id ? map_find_i64(p->by_id, id.v) : NULL;

	return k && !k->gone ? k : NULL;
}

bool view__collection_shown(const struct collection_set *p, collection_id id) { return shown(p, id) != NULL; }

/* ---- writing ---- */

static void write_item(const struct collection_item *i, struct jw *w)
{
	jw_obj(w);
	jw_kid(w, "id", i->id.v);
	jw_kz(w, "state", collection_item_state_word(i->state));
	jw_ktime(w, "created_at", i->created_us);
	if (i->state < COLLECTION_ITEM_REJECTED)
		jw_kid(w, "account_id", i->account.v);
	jw_obj_end(w);
}

static void write_tag(struct call *c, const struct collection *k, struct jw *w)
{
	jw_key(w, "tag");
	if (!k->tag.v) {
		jw_null(w);
		return;
	}
	jw_obj(w);
	jw_kstr(w, "name", k->tag_name);
	jw_kstr(w, "url", arena_concat(c->arena, c->conf->base_url, STR("/tags/"), view__tag_path(c, k->tag_name)));
	jw_obj_end(w);
}

void view__collection_write(struct call *c, const struct collection_set *p, collection_id id, struct jw *w)
{
	const struct collection *k = shown(p, id);

	if (!k) {
		jw_null(w);
		return;
	}
	jw_obj(w);
	jw_kid(w, "id", k->id.v);
	jw_kid(w, "account_id", k->account.v);
	jw_kstr(w, "uri", k->uri);
	jw_kstr(w, "url", k->url);
	jw_kstr(w, "name", k->name);
	jw_kstr(w, "description", k->description);
	jw_kstr(w, "language", k->language);
	jw_kbool(w, "local", k->local);
	jw_kbool(w, "sensitive", k->sensitive);
	jw_kbool(w, "discoverable", k->discoverable);
	write_tag(c, k, w);
	jw_ki64(w, "item_count", k->items);
	jw_ktime(w, "created_at", k->created_us);
	jw_ktime(w, "updated_at", k->updated_us);
	jw_key(w, "items");
	jw_arr(w);
	for (size_t i = 0; i < p->items_n; i++)
		if (id_eq(p->items[i].collection, k->id))
			write_item(&p->items[i], w);
	jw_arr_end(w);
	jw_obj_end(w);
}

static struct err *finish(struct call *c, const struct buf *b, struct str *ret)
{
	*ret = buf_str(b);
	return buf_ok(b) ? NULL : FAIL(c->arena, ERR_INTERNAL, "collections outgrew their bound");
}

/* ---- those that posts link to ---- */

struct tagged_collections {
	struct status_collection *links;
	size_t n;
	struct collection_set set;
};

struct err *view__tagged_load(struct call *c, struct status_page *p, const struct id_set *posts)
{
	struct id_set linking = { 0 }, ids = { 0 };
	struct tagged_collections *t;

	for (size_t i = 0; i < posts->n; i++) {
		const struct status *s = map_find_i64(p->statuses, posts->v[i]);

		if (s && s->collections)
			view__set_add(c, &linking, s->id.v);
	}
	if (linking.n == 0)
		return NULL;
	t = p->tagged = arena_new(c->arena, struct tagged_collections);
	TRY(status_collections_of(c, linking.v, linking.n, &t->links, &t->n));
	for (size_t i = 0; i < t->n; i++)
		if (t->links[i].collection.v)
			view__set_add(c, &ids, t->links[i].collection.v);
	return view__collections_load(c, &p->viewer, &ids, &t->set);
}

void view__tagged_write(struct call *c, const struct status_page *p, const struct status *s, struct jw *w)
{
	const struct tagged_collections *t = p->tagged;

	jw_key(w, "tagged_collections");
	jw_arr(w);
	for (size_t i = 0; t && i < t->n; i++)
		if (id_eq(t->links[i].status, s->id) && shown(&t->set, t->links[i].collection))
			view__collection_write(c, &t->set, t->links[i].collection, w);
	jw_arr_end(w);
}

/* ---- one ---- */

static struct err *load_one(struct call *c, const struct viewer *v, collection_id id, struct collection_set *ret)
{
	struct id_set ids = { 0 };

	view__set_add(c, &ids, id.v);
	TRY(view__collections_load(c, v, &ids, ret));
	return shown(ret, id) ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_collection_json(struct call *c, const struct viewer *v, collection_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, COLLECTIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct collection_set p;

	TRY(load_one(c, v, id, &p));
	jw_obj(&w);
	jw_key(&w, "collection");
	view__collection_write(c, &p, id, &w);
	jw_obj_end(&w);
	return finish(c, &b, ret_json);
}

static struct err *blocked_by(struct call *c, const struct viewer *v, account_id owner, bool *ret)
{
	const struct relation *r;
	struct map *by_id;

	*ret = false;
	if (v->kind != VIEWER_PERSON || id_eq(v->account, owner))
		return NULL;
	TRY(relations_of(c, v->account, &owner.v, 1, &by_id));
	r = map_find_i64(by_id, owner.v);
	*ret = r && r->blocked_by;
	return NULL;
}

struct err *view_collection_with_accounts(struct call *c, const struct viewer *v, collection_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, COLLECTIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct id_set people = { 0 };
	struct account_page accounts;
	struct collection_set p;
	account_id owner;
	bool blocked;

	TRY(load_one(c, v, id, &p));
	owner = shown(&p, id)->account;
	TRY(blocked_by(c, v, owner, &blocked));
	if (blocked)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	view__set_add(c, &people, owner.v);
	for (size_t i = 0; i < p.items_n; i++)
		view__set_add(c, &people, p.items[i].account.v);
	TRY(view_accounts_load(c, v->account, people.v, people.n, &accounts));
	jw_obj(&w);
	jw_key(&w, "accounts");
	jw_arr(&w);
	for (size_t i = 0; i < people.n; i++)
		if (view_account_of(&accounts, ID(account_id, people.v[i])))
			view_account_write(c, &accounts, ID(account_id, people.v[i]), &w);
	jw_arr_end(&w);
	jw_key(&w, "collection");
	view__collection_write(c, &p, id, &w);
	jw_obj_end(&w);
	return finish(c, &b, ret_json);
}

struct err *view_collection_item_json(struct call *c, collection_item_id id, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, COLLECTIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct collection_item i;
	bool found;

	TRY(collection_item_find(c, id, &i, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	jw_obj(&w);
	jw_key(&w, "collection_item");
	write_item(&i, &w);
	jw_obj_end(&w);
	return finish(c, &b, ret_json);
}

/* ---- pages ---- */

/* One more than is shown was asked for. */
static struct err *write_page(struct call *c, const struct viewer *v, const struct collection *list, size_t n, int limit,
			      struct collections_page *ret)
{
	struct buf b = buf_init(c->arena, COLLECTIONS_JSON_MAX);
	struct jw w = jw_init(&b);
	struct id_set ids = { 0 };
	struct collection_set p;

	ret->more = n > (size_t)limit;
	for (size_t i = 0; i < n && i < (size_t)limit; i++)
		view__set_add(c, &ids, list[i].id.v);
	TRY(view__collections_load(c, v, &ids, &p));
	jw_obj(&w);
	jw_key(&w, "collections");
	jw_arr(&w);
	for (size_t i = 0; i < ids.n; i++)
		if (shown(&p, ID(collection_id, ids.v[i])))
			view__collection_write(c, &p, ID(collection_id, ids.v[i]), &w);
	jw_arr_end(&w);
	jw_obj_end(&w);
	return finish(c, &b, &ret->json);
}

static struct err *find_account(struct call *c, account_id id, struct account **ret)
{
	TRY(account_find(c, id, ret));
	return *ret && !(*ret)->deleted_us && !(*ret)->pending ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *view_collections_of(struct call *c, const struct viewer *v, account_id owner, int64_t offset, int limit, struct collections_page *ret)
{
	bool own = v->kind == VIEWER_PERSON && id_eq(v->account, owner), blocked;
	struct collection *list = NULL;
	struct account *a;
	size_t n = 0;

	TRY(find_account(c, owner, &a));
	TRY(blocked_by(c, v, owner, &blocked));
	if (!blocked)
		TRY(collections_of(c, owner, own, offset, limit + 1, &list, &n));
	return write_page(c, v, list, n, limit, ret);
}

struct err *view_collections_with(struct call *c, const struct viewer *v, account_id whom, int64_t offset, int limit, struct collections_page *ret)
{
	struct collection *list;
	struct account *a;
	size_t n;

	TRY(find_account(c, whom, &a));
	if (v->kind != VIEWER_PERSON || !id_eq(v->account, whom))
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	TRY(collections_with(c, whom, offset, limit + 1, &list, &n));
	return write_page(c, v, list, n, limit, ret);
}
