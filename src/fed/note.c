/* Posts, their activities, and the collections around them. */
#include "conf/conf.h"
#include "fed/fed_priv.h"

enum { REPLIES_PER_PAGE = 20, CONTEXT_PER_PAGE = 40 };

/* The post of the path, as its reader may see it. Whoever is refused without a signature is asked who he is before he is told
 * that there is nothing. */
static struct err *asked_for(struct call *c, struct req *r, struct note *ret, bool *ret_again)
{
	struct viewer v;
	int64_t id = req_id(r, "sid"), owner = req_id(r, "id");
	struct str name = params_get(r->params, "name");
	struct err *e;

	TRY(fed__reader(c, r, false, &v, ret_again));
	if (*ret_again)
		return NULL;
	e = view_note(c, &v, ID(status_id, id), ret);
	if (e && e->code == ERR_NOT_FOUND && v.kind == VIEWER_PUBLIC) {
		TRY(fed__reader(c, r, true, &v, ret_again));
		if (*ret_again || v.kind != VIEWER_REMOTE)
			return *ret_again ? NULL : e;
		e = view_note(c, &v, ID(status_id, id), ret);
	}
	TRY(e);
	if (!ret->status->local || (owner && ret->author->id.v != owner) || (name.n && !str_ieq(name, ret->author->username)))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	return NULL;
}

static void cache_header(struct call *c, struct req *r, const struct note *n)
{
	bool open = n->status->visibility <= VISIBILITY_UNLISTED && !c->conf->authorized_fetch;

	reply_header(r->out, "Cache-Control", open ? STR("public, max-age=60") : STR("private, no-store"));
}

static struct err *show(struct call *c, struct req *r)
{
	struct note n;
	struct fed_doc d;
	struct str json;
	bool again;

	TRY(asked_for(c, r, &n, &again));
	if (again)
		return NULL;
	if (n.boosted) {
		req_redirect(r, 302, fed_activity_uri(c, n.status));
		return NULL;
	}
	fed_doc_begin(&d, c->arena, true);
	fed_note_members(c, &n, &d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	cache_header(c, r, &n);
	fed__reply(r, json);
	return NULL;
}

static struct err *activity(struct call *c, struct req *r)
{
	struct note n;
	struct fed_doc d;
	struct str json;
	bool again;

	TRY(asked_for(c, r, &n, &again));
	if (again)
		return NULL;
	fed_doc_begin(&d, c->arena, true);
	fed_activity_write(c, &n, &d.w);
	TRY(fed_doc_end(c->arena, &d, &json));
	cache_header(c, r, &n);
	fed__reply(r, json);
	return NULL;
}

static struct str page_id(struct call *c, struct str id, bool others, int64_t after)
{
	return arena_printf(c->arena, STR_FMT "?%spage=true&min_id=%lld", STR_ARG(id), others ? "only_other_accounts=true&" : "", (long long)after);
}

/* The rest of a page of addresses; next: none on the last. */
static void write_uris(struct jw *w, struct str id, struct str page_is, struct str next, const struct uri_page *p)
{
	jw_kstr(w, "id", page_is);
	jw_kz(w, "type", "CollectionPage");
	jw_kstr(w, "partOf", id);
	if (next.n)
		jw_kstr(w, "next", next);
	jw_key(w, "items");
	jw_arr(w);
	for (size_t i = 0; i < p->n; i++)
		jw_str(w, p->v[i]);
	jw_arr_end(w);
}

/* The author's own answers first; the last page of those leads to everybody else's. */
static struct err *write_reply_page(struct call *c, struct req *r, const struct note *n, struct str id, struct jw *w)
{
	bool others = param_bool(params_find(r->params, "only_other_accounts"), false);
	struct page page = { .min_id = req_id(r, "min_id"), .limit = REPLIES_PER_PAGE };
	struct str next = STR_NONE;
	struct uri_page p;

	TRY(view_reply_uris(c, n->status->id, others, &page, &p));
	if (p.n == REPLIES_PER_PAGE)
		next = page_id(c, id, others, p.last);
	else if (!others)
		next = page_id(c, id, true, 0);
	write_uris(w, id, page_id(c, id, others, page.min_id), next, &p);
	return NULL;
}

static struct err *replies(struct call *c, struct req *r)
{
	struct note n;
	struct fed_doc d;
	struct str json, id;
	bool again;

	TRY(asked_for(c, r, &n, &again));
	if (again)
		return NULL;
	id = arena_concat(c->arena, n.status->uri, STR("/replies"));
	fed_doc_begin(&d, c->arena, true);
	if (params_has(r->params, "page")) {
		TRY(write_reply_page(c, r, &n, id, &d.w));
	} else {
		jw_kstr(&d.w, "id", id);
		jw_kz(&d.w, "type", "Collection");
		jw_key(&d.w, "first");
		jw_obj(&d.w);
		TRY(write_reply_page(c, r, &n, id, &d.w));
		jw_obj_end(&d.w);
	}
	TRY(fed_doc_end(c->arena, &d, &json));
	cache_header(c, r, &n);
	fed__reply(r, json);
	return NULL;
}

/* ---- the whole conversation, FEP-7888: where it began here ---- */

static struct err *write_context_page(struct call *c, struct req *r, const struct note *n, struct str id, struct jw *w)
{
	struct page page = { .min_id = req_id(r, "min_id"), .limit = CONTEXT_PER_PAGE };
	struct uri_page p;

	TRY(view_thread_uris(c, n->status->id, &page, &p));
	write_uris(w, id, page_id(c, id, false, page.min_id), p.n == CONTEXT_PER_PAGE ? page_id(c, id, false, p.last) : STR_NONE, &p);
	return NULL;
}

static struct err *context(struct call *c, struct req *r)
{
	struct note n;
	struct fed_doc d;
	struct str json, id;
	bool again;

	TRY(asked_for(c, r, &n, &again));
	if (again)
		return NULL;
	if (!n.began_here || !id_eq(n.status->thread, n.status->id))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	id = fed_context_uri(c, n.status);
	fed_doc_begin(&d, c->arena, true);
	if (params_has(r->params, "page")) {
		TRY(write_context_page(c, r, &n, id, &d.w));
	} else {
		jw_kstr(&d.w, "id", id);
		jw_kz(&d.w, "type", "Collection");
		jw_kstr(&d.w, "attributedTo", n.author->uri);
		jw_key(&d.w, "first");
		jw_obj(&d.w);
		TRY(write_context_page(c, r, &n, id, &d.w));
		jw_obj_end(&d.w);
	}
	TRY(fed_doc_end(c->arena, &d, &json));
	cache_header(c, r, &n);
	fed__reply(r, json);
	return NULL;
}

/* ---- likes and shares: how many, and no names ---- */

static struct err *total(struct call *c, struct req *r, const char *ending, bool likes)
{
	struct note n;
	struct fed_doc d;
	struct str json;
	bool again;

	TRY(asked_for(c, r, &n, &again));
	if (again)
		return NULL;
	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", arena_concat(c->arena, n.status->uri, str_z(ending)));
	jw_kz(&d.w, "type", "Collection");
	jw_ki64(&d.w, "totalItems", likes ? n.status->favourites_count : n.status->reblogs_count);
	TRY(fed_doc_end(c->arena, &d, &json));
	cache_header(c, r, &n);
	fed__reply(r, json);
	return NULL;
}

static struct err *likes(struct call *c, struct req *r) { return total(c, r, "/likes", true); }
static struct err *shares(struct call *c, struct req *r) { return total(c, r, "/shares", false); }

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
#define AP_DOC(p, fn) \
	{ .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn, .accept = ACCEPT_ACTIVITY }
const struct endpoint fed_note_endpoints[] = {
	AP_DOC("/ap/users/:id/statuses/:sid", show),
	AP_DOC("/users/:name/statuses/:sid", show),
	AP_DOC("/@:name/:sid", show),
	DOC("/ap/users/:id/statuses/:sid/activity", activity),
	DOC("/ap/users/:id/statuses/:sid/replies", replies),
	DOC("/contexts/:sid", context),
	DOC("/ap/users/:id/statuses/:sid/likes", likes),
	DOC("/ap/users/:id/statuses/:sid/shares", shares),
	{ 0 }
};
