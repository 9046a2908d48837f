/* https://docs.joinmastodon.org/methods/collections/ */
#include "api/api_priv.h"

#include "acts/collection.h"
#include "view/collection.h"

enum { PAGE_LIMIT = 40, PAGE_LIMIT_MAX = 100, OFFSET_MAX = 100000 };

static collection_id which(const struct req *r) { return ID(collection_id, req_id(r, "collection_id")); }
static collection_item_id which_item(const struct req *r) { return ID(collection_item_id, req_id(r, "id")); }

/* The paths of the time before it was released. */
static void note_age(struct req *r)
{
	if (str_has_prefix(r->http->path, STR("/api/v1_alpha/")))
		req_header(r, "Deprecation", STR("@1781049600"));
}

static struct err *answer_nothing(struct req *r, struct err *e)
{
	note_age(r);
	if (!e)
		req_body(r, "text/plain", STR(""));
	return e;
}

/* ---- reading ---- */

struct page_in { int64_t offset; };
static const struct param page_params[] = { PARAM_I64(struct page_in, offset, "offset") };

typedef struct err *page_fn(struct call *c, const struct viewer *v, account_id whose, int64_t offset, int limit, struct collections_page *ret);

static struct err *page(struct call *c, struct req *r, page_fn *fn)
{
	const struct page_in *in = r->in;
	int64_t offset = in->offset < 0 ? 0 : in->offset > OFFSET_MAX ? OFFSET_MAX : in->offset;
	int limit = req_page(r, PAGE_LIMIT, PAGE_LIMIT_MAX).limit;
	struct collections_page p;

	note_age(r);
	TRY(fn(c, &r->viewer, ID(account_id, req_id(r, "id")), offset, limit, &p));
	req_offset_links(c, r, offset, limit, p.more);
	req_json(r, p.json);
	return NULL;
}

static struct err *of(struct call *c, struct req *r) { return page(c, r, view_collections_of); }
static struct err *with(struct call *c, struct req *r) { return page(c, r, view_collections_with); }

static struct err *show(struct call *c, struct req *r)
{
	struct str json;

	note_age(r);
	TRY(view_collection_with_accounts(c, &r->viewer, which(r), &json));
	req_json(r, json);
	return NULL;
}

static struct err *answer(struct call *c, struct req *r, collection_id id)
{
	struct str json;

	TRY(view_collection_json(c, &r->viewer, id, &json));
	req_json(r, json);
	return NULL;
}

/* ---- changing ---- */

struct collection_params {
	struct str name, description, language, tag_name;
	enum tri sensitive, discoverable;
	struct id_list account_ids;
};
static const struct param collection_params[] = {
	PARAM_STR(struct collection_params, name, "name"),
	PARAM_STR(struct collection_params, description, "description"),
	PARAM_STR(struct collection_params, language, "language", .max = 100),
	PARAM_STR(struct collection_params, tag_name, "tag_name"),
	PARAM_TRI(struct collection_params, sensitive, "sensitive"),
	PARAM_TRI(struct collection_params, discoverable, "discoverable"),
	PARAM_IDS(struct collection_params, account_ids, "account_ids"),
};

static struct collection_in said(const struct req *r)
{
	const struct collection_params *in = r->in;

	return (struct collection_in){ .name = in->name, .description = in->description, .language = in->language, .tag_name = in->tag_name,
				       .sensitive = api__choice(in->sensitive), .discoverable = api__choice(in->discoverable),
				       .accounts = in->account_ids.v, .accounts_n = in->account_ids.n };
}

static struct err *create(struct call *c, struct req *r)
{
	struct collection_in in = said(r);
	collection_id id;

	note_age(r);
	TRY(acts_collection_create(c, &r->viewer, &in, &id));
	return answer(c, r, id);
}

static struct err *update(struct call *c, struct req *r)
{
	struct collection_in in = said(r);

	note_age(r);
	TRY(acts_collection_update(c, &r->viewer, which(r), &in));
	return answer(c, r, which(r));
}

static struct err *drop(struct call *c, struct req *r) { return answer_nothing(r, acts_collection_delete(c, &r->viewer, which(r))); }

/* ---- who is in it ---- */

struct add_in { int64_t account_id; };
static const struct param add_params[] = { PARAM_ID(struct add_in, account_id, "account_id") };

static struct err *add(struct call *c, struct req *r)
{
	const struct add_in *in = r->in;
	collection_item_id item;
	struct str json;

	note_age(r);
	TRY(acts_collection_add(c, &r->viewer, which(r), ID(account_id, in->account_id), &item));
	TRY(view_collection_item_json(c, item, &json));
	req_json(r, json);
	return NULL;
}

static struct err *take_out(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_collection_remove(c, &r->viewer, which(r), which_item(r)));
}

static struct err *revoke(struct call *c, struct req *r)
{
	return answer_nothing(r, acts_collection_revoke(c, &r->viewer, which(r), which_item(r)));
}

#define WRITE(method, path, fn, ...) { method, path, auth_user, "write:collections", LIMIT_NONE, LANE_DB, fn, __VA_ARGS__ }
#define DROP(method, path, fn) { method, path, auth_user, "write:collections", LIMIT_NONE, LANE_DB, fn }
#define IN PARAMS(struct collection_params, collection_params), .fault_within = true
#define ROWS(root) \
	WRITE(METHOD_POST, root "/collections", create, IN), \
	{ METHOD_GET, root "/collections/:collection_id", auth_optional, "read:collections", LIMIT_NONE, LANE_DB, show }, \
	WRITE(METHOD_PUT, root "/collections/:collection_id", update, IN), \
	DROP(METHOD_DELETE, root "/collections/:collection_id", drop), \
	WRITE(METHOD_POST, root "/collections/:collection_id/items", add, PARAMS(struct add_in, add_params)), \
	DROP(METHOD_DELETE, root "/collections/:collection_id/items/:id", take_out), \
	DROP(METHOD_POST, root "/collections/:collection_id/items/:id/revoke", revoke), \
	{ METHOD_GET, root "/accounts/:id/collections", auth_optional, "read:collections", LIMIT_NONE, LANE_DB, of, \
	  PARAMS(struct page_in, page_params) }, \
	{ METHOD_GET, root "/accounts/:id/in_collections", auth_user, "read:collections", LIMIT_NONE, LANE_DB, with, \
	  PARAMS(struct page_in, page_params) }
const struct endpoint collections_endpoints[] = {
	ROWS("/api/v1"),
	ROWS("/api/v1_alpha"),
	{ 0 }
};
