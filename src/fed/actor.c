/* Actors and the collections around them. */
#include "conf/conf.h"
#include "fed/fed_priv.h"
#include "view/tag.h"

enum { FOLLOWS_PER_PAGE = 12, OUTBOX_PER_PAGE = 20 };

void fed__reply(struct req *r, struct str json)
{
	reply_header(r->out, "Vary", STR("Accept, Signature"));
	req_body(r, FED_TYPE, json);
}

/* /ap/users/:id, or /users/:name and /@:name. */
static struct err *asked_for(struct call *c, struct req *r, struct account **ret)
{
	struct str name = params_get(r->params, "name");

	return name.n ? view_actor_named(c, name, ret) : view_actor(c, ID(account_id, req_id(r, "id")), ret);
}

static struct err *reply_actor(struct call *c, struct req *r, const struct account *a)
{
	struct fed_doc d;
	struct actor_key *keys;
	size_t n;
	struct str json;

	TRY(view_actor_keys(c, a->id, &keys, &n));
	fed_doc_begin(&d, c->arena, true);
	TRY(fed_actor_write(c, a, keys, n, &d.w));
	TRY(fed_doc_end(c->arena, &d, &json));
	reply_header(r->out, "Cache-Control", c->conf->authorized_fetch ? STR("private, no-store") : STR("public, max-age=180"));
	fed__reply(r, json);
	return NULL;
}

static struct err *actor(struct call *c, struct req *r)
{
	struct account *a;
	struct viewer v;
	bool again;

	TRY(asked_for(c, r, &a));
	if (a->actor_type != ACTOR_APPLICATION)
		TRY(fed__reader(c, r, false, &v, &again));
	else
		again = false;
	return again ? NULL : reply_actor(c, r, a);
}

/* Always open: others need its key to check that it may ask. */
static struct err *instance_actor(struct call *c, struct req *r)
{
	struct account *a;

	TRY(view_instance_actor(c, &a));
	return reply_actor(c, r, a);
}

/* ---- followers and following ---- */

static void write_uris(struct jw *w, const char *key, const struct uri_page *p)
{
	jw_key(w, key);
	jw_arr(w);
	for (size_t i = 0; i < p->n; i++)
		jw_str(w, p->v[i]);
	jw_arr_end(w);
}

static struct err *follows(struct call *c, struct req *r, bool followers)
{
	struct account *a;
	struct viewer v;
	struct uri_page p;
	struct page page = { .max_id = req_id(r, "max_id"), .limit = FOLLOWS_PER_PAGE };
	bool paged = params_has(r->params, "page"), again;
	struct fed_doc d;
	struct str json, id;

	TRY(asked_for(c, r, &a));
	TRY(fed__reader(c, r, false, &v, &again));
	if (again)
		return NULL;
	if (paged && (a->hide_collections || a->suspended_us))
		return FAIL(c->arena, ERR_FORBIDDEN, "This action is not allowed");
	id = followers ? a->followers_uri : a->following_uri;
	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", paged ? arena_printf(c->arena, STR_FMT "?page=true&max_id=%lld", STR_ARG(id), (long long)page.max_id) : id);
	jw_kz(&d.w, "type", paged ? "OrderedCollectionPage" : "OrderedCollection");
	jw_ki64(&d.w, "totalItems", followers ? a->followers_count : a->following_count);
	if (paged) {
		TRY(view_follow_uris(c, a->id, followers, &page, &p));
		jw_kstr(&d.w, "partOf", id);
		if (p.n == FOLLOWS_PER_PAGE)
			jw_kstr(&d.w, "next", arena_printf(c->arena, STR_FMT "?page=true&max_id=%lld", STR_ARG(id), (long long)p.last));
		write_uris(&d.w, "orderedItems", &p);
	} else if (!a->hide_collections) {
		jw_kstr(&d.w, "first", arena_concat(c->arena, id, STR("?page=true")));
	}
	TRY(fed_doc_end(c->arena, &d, &json));
	fed__reply(r, json);
	return NULL;
}

static struct err *followers(struct call *c, struct req *r) { return follows(c, r, true); }
static struct err *following(struct call *c, struct req *r) { return follows(c, r, false); }

/* ---- outbox and featured ---- */

static struct err *write_activities(struct call *c, const struct viewer *v, const int64_t *ids, size_t n, struct jw *w)
{
	jw_key(w, "orderedItems");
	jw_arr(w);
	for (size_t i = 0; i < n; i++) {
		struct note note;
		struct err *e = view_note(c, v, ID(status_id, ids[i]), &note);

		if (e && e->code != ERR_NOT_FOUND)
			return e;
		if (e)
			continue;
		jw_obj(w);
		fed_activity_write(c, &note, w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return NULL;
}

static struct err *outbox_page(struct call *c, struct req *r, const struct account *a, const struct viewer *v)
{
	struct page page = { .max_id = req_id(r, "max_id"), .min_id = req_id(r, "min_id"), .limit = OUTBOX_PER_PAGE };
	struct fed_doc d;
	struct str json, id = a->outbox_uri;
	int64_t *ids;
	size_t n;

	TRY(view_outbox(c, a->id, &page, &ids, &n));
	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", arena_concat(c->arena, id, STR("?"), r->http->query));
	jw_kz(&d.w, "type", "OrderedCollectionPage");
	jw_kstr(&d.w, "partOf", id);
	if (n == OUTBOX_PER_PAGE)
		jw_kstr(&d.w, "next", arena_printf(c->arena, STR_FMT "?page=true&max_id=%lld", STR_ARG(id), (long long)ids[n - 1]));
	if (n)
		jw_kstr(&d.w, "prev", arena_printf(c->arena, STR_FMT "?page=true&min_id=%lld", STR_ARG(id), (long long)ids[0]));
	TRY(write_activities(c, v, ids, n, &d.w));
	TRY(fed_doc_end(c->arena, &d, &json));
	fed__reply(r, json);
	return NULL;
}

static struct err *reply_outbox(struct call *c, struct req *r, const struct account *a)
{
	struct fed_doc d;
	struct str json;

	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", a->outbox_uri);
	jw_kz(&d.w, "type", "OrderedCollection");
	jw_ki64(&d.w, "totalItems", a->suspended_us ? 0 : a->statuses_count);
	if (a->actor_type != ACTOR_APPLICATION) {
		jw_kstr(&d.w, "first", arena_concat(c->arena, a->outbox_uri, STR("?page=true")));
		jw_kstr(&d.w, "last", arena_concat(c->arena, a->outbox_uri, STR("?page=true&min_id=0")));
	}
	TRY(fed_doc_end(c->arena, &d, &json));
	fed__reply(r, json);
	return NULL;
}

static struct err *outbox(struct call *c, struct req *r)
{
	struct account *a;
	struct viewer v;
	bool again;

	TRY(asked_for(c, r, &a));
	TRY(fed__reader(c, r, false, &v, &again));
	if (again)
		return NULL;
	return params_has(r->params, "page") && !a->suspended_us ? outbox_page(c, r, a, &v) : reply_outbox(c, r, a);
}

static struct err *instance_outbox(struct call *c, struct req *r)
{
	struct account *a;

	TRY(view_instance_actor(c, &a));
	return reply_outbox(c, r, a);
}

static struct err *featured(struct call *c, struct req *r)
{
	struct account *a;
	struct viewer v;
	struct note note;
	struct fed_doc d;
	struct str json;
	int64_t *ids;
	size_t n;
	bool again;

	TRY(asked_for(c, r, &a));
	TRY(fed__reader(c, r, false, &v, &again));
	if (again)
		return NULL;
	TRY(view_featured(c, a->id, &ids, &n));
	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", a->featured_uri);
	jw_kz(&d.w, "type", "OrderedCollection");
	jw_ki64(&d.w, "totalItems", (int64_t)n);
	jw_key(&d.w, "orderedItems");
	jw_arr(&d.w);
	for (size_t i = 0; i < n; i++) {
		struct err *e = view_note(c, &v, ID(status_id, ids[i]), &note);

		if (e && e->code != ERR_NOT_FOUND)
			return e;
		if (!e)
			fed_note_write(c, &note, &d.w);
	}
	jw_arr_end(&d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	fed__reply(r, json);
	return NULL;
}

static struct err *featured_tags(struct call *c, struct req *r)
{
	struct str *names, json;
	struct account *a;
	struct viewer v;
	struct fed_doc d;
	bool again;
	size_t n;

	TRY(asked_for(c, r, &a));
	TRY(fed__reader(c, r, false, &v, &again));
	if (again)
		return NULL;
	TRY(view_featured_tags(c, a, &names, &n));
	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", fed_featured_tags_uri(c, a));
	jw_kz(&d.w, "type", "Collection");
	jw_ki64(&d.w, "totalItems", (int64_t)n);
	jw_key(&d.w, "items");
	jw_arr(&d.w);
	for (size_t i = 0; i < n; i++)
		fed_tag_write(c, a, names[i], &d.w);
	jw_arr_end(&d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	fed__reply(r, json);
	return NULL;
}

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
#define AP_DOC(p, fn) \
	{ .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn, .accept = ACCEPT_ACTIVITY }
const struct endpoint fed_actor_endpoints[] = {
	DOC("/actor", instance_actor),
	DOC("/actor/outbox", instance_outbox),
	AP_DOC("/ap/users/:id", actor),
	AP_DOC("/users/:name", actor),
	AP_DOC("/@:name", actor),
	DOC("/ap/users/:id/followers", followers),
	DOC("/ap/users/:id/following", following),
	DOC("/ap/users/:id/outbox", outbox),
	DOC("/ap/users/:id/collections/featured", featured),
	DOC("/ap/users/:id/collections/tags", featured_tags),
	DOC("/users/:name/followers", followers),
	DOC("/users/:name/following", following),
	DOC("/users/:name/outbox", outbox),
	{ 0 }
};
