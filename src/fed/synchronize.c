#include "fed/synchronize.h"

#include "acts/synchronize.h"
#include "crypt/digest.h"
#include "fed/collection.h"
#include "fed/fed_priv.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "view/federation.h"
#include "wire/url.h"

enum { PAGES_MAX = 10 };
#define HEADER "Collection-Synchronization"

struct str fed__place_of(struct call *c, struct str uri)
{
	struct url u;

	return url_parse(c->arena, uri, &u) ? arena_concat(c->arena, u.scheme, STR("://"), u.domain, STR("/")) : STR_NONE;
}

/* Each URI's SHA-256, all of them combined by exclusive or: the same in any order. */
static struct str digest_of(struct call *c, const struct str *uris, size_t n)
{
	uint8_t all[DIGEST_SHA256_SIZE] = { 0 }, one[DIGEST_SHA256_SIZE];
	char *hex = arena_array(c->arena, char, 2 * DIGEST_SHA256_SIZE + 1);

	for (size_t i = 0; i < n; i++) {
		digest_sha256(uris[i], one);
		for (size_t k = 0; k < DIGEST_SHA256_SIZE; k++)
			all[k] ^= one[k];
	}
	for (size_t k = 0; k < DIGEST_SHA256_SIZE; k++) {
		hex[2 * k] = "0123456789abcdef"[all[k] >> 4];
		hex[2 * k + 1] = "0123456789abcdef"[all[k] & 15];
	}
	return str_of(hex, (size_t)2 * DIGEST_SHA256_SIZE);
}

/* ---- ours, to others ---- */

/* Those at one place. *ret_said false: there are more than are ever listed, and of a part the rest would be held to have left. */
static struct err *followers_at(struct call *c, account_id who, struct str place, struct str **ret, size_t *ret_n, bool *ret_said)
{
	*ret_said = false;
	*ret_n = 0;
	if (!place.n)
		return NULL;
	TRY(view_followers_at(c, who, place, SYNCHRONIZE_MAX + 1, ret, ret_n));
	*ret_said = *ret_n <= SYNCHRONIZE_MAX;
	return NULL;
}

static struct str list_uri(struct call *c, const struct account *a)
{
	return arena_concat(c->arena, a->uri, STR("/followers_synchronization"));
}

struct err *fed__synchronization(struct call *c, account_id who, struct str inbox, struct str *ret_header)
{
	struct account *a;
	struct str *uris;
	bool said;
	size_t n;

	*ret_header = STR_NONE;
	TRY(view_actor(c, who, &a));
	TRY(followers_at(c, who, fed__place_of(c, inbox), &uris, &n, &said));
	if (said)
		*ret_header = arena_printf(c->arena, HEADER ": collectionId=\"" STR_FMT "\", url=\"" STR_FMT "\", digest=\"" STR_FMT "\"",
					   STR_ARG(a->followers_uri), STR_ARG(list_uri(c, a)), STR_ARG(digest_of(c, uris, n)));
	return NULL;
}

static struct err *whose(struct call *c, struct req *r, struct account **ret)
{
	struct str name = params_get(r->params, "name");

	return name.n ? view_actor_named(c, name, ret) : view_actor(c, ID(account_id, req_id(r, "id")), ret);
}

static struct err *write_list(struct call *c, const struct account *a, const struct str *uris, size_t n, struct str *ret_json)
{
	struct fed_doc d;

	fed_doc_begin(&d, c->arena, true);
	jw_kstr(&d.w, "id", list_uri(c, a));
	jw_kz(&d.w, "type", "OrderedCollection");
	jw_key(&d.w, "orderedItems");
	jw_arr(&d.w);
	for (size_t i = 0; i < n && !a->suspended_us; i++)
		jw_str(&d.w, uris[i]);
	jw_arr_end(&d.w);
	return fed_doc_end(c->arena, &d, ret_json);
}

/* The part of the followers that is at home with whoever asks, and signs. */
static struct err *list(struct call *c, struct req *r)
{
	struct account *a, *asks;
	struct str *uris, json;
	struct viewer v;
	bool again, said;
	size_t n;

	TRY(whose(c, r, &a));
	TRY(fed__reader(c, r, true, &v, &again));
	if (again)
		return NULL;
	if (v.kind != VIEWER_REMOTE)
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Request not signed");
	TRY(view_account_by_id(c, v.account, &asks));
	TRY(followers_at(c, a->id, asks ? fed__place_of(c, asks->uri) : STR_NONE, &uris, &n, &said));
	if (!said)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(write_list(c, a, uris, n, &json));
	reply_header(r->out, "Cache-Control", STR("private, no-store"));
	fed__reply(r, json);
	return NULL;
}

/* ---- theirs, to us ---- */

/* name="value" in a list of such. */
static struct str value_of(struct call *c, struct str header, const char *name)
{
	struct str key = arena_concat(c->arena, str_z(name), STR("=\"")), rest;
	size_t at = str_find_str(header, key);

	if (at == header.n)
		return STR_NONE;
	rest = str_from(header, at + key.n);
	return str_upto(rest, str_find(rest, '"'));
}

struct err *fed__disagrees(struct call *c, const struct req *r, const struct account *signer, struct str *ret_url)
{
	struct str header = request_header(r->http, HEADER), url = value_of(c, header, "url"), of = value_of(c, header, "collectionId"), *uris;
	size_t n;

	*ret_url = STR_NONE;
	if (!of.n || !of.p || !str_eq(of, signer->followers_uri) || !url_same_host(url, signer->followers_uri))
		return NULL;
	TRY(view_followers_here(c, signer->id, SYNCHRONIZE_MAX, &uris, &n));
	if (n < SYNCHRONIZE_MAX && !str_eq(value_of(c, header, "digest"), digest_of(c, uris, n)))
		*ret_url = url;
	return NULL;
}

/* Whom they hold for a follower, of ours; a list that could not be read to its end says nothing about those who are not on it. */
static struct err *synchronize(struct call *c, struct fed_budget *b, const struct account *whom, const struct job *job)
{
	account_id *said = arena_array(c->arena, account_id, SYNCHRONIZE_MAX);
	const struct json *doc, **items;
	struct account *who;
	size_t n, said_n = 0;
	bool whole;

	TRY(fed_fetch(c, b, job->arg, &doc));
	TRY(fed_collection_read(c, b, doc, job->arg, SYNCHRONIZE_MAX, PAGES_MAX, &items, &n, &whole));
	for (size_t i = 0; whole && i < n; i++) {
		TRY(fed__ours_by_uri(c, fed_id_of(items[i]), &who));
		if (who)
			said[said_n++] = who->id;
	}
	return whole ? acts_followers_synchronize(c, whom->id, said, said_n, job->created_us) : NULL;
}

struct err *fed_job_synchronize(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b;
	struct account *whom;

	(void)ret_later;
	TRY(view_account_by_id(c, ID(account_id, job->ref_id), &whom));
	if (!whom || whom->local || whom->deleted_us || !url_same_host(job->arg, whom->uri))
		return NULL;
	b = fed_budget_for(c, whom->uri);
	return fed__settle(fed_budget_end(c, &b, synchronize(c, &b, whom, job)));
}

#define DOC(p, fn) { .method = METHOD_GET, .path = p, .auth = auth_none, .limit = LIMIT_FEDERATION, .lane = LANE_DB, .handler = fn }
const struct endpoint fed_synchronize_endpoints[] = {
	DOC("/ap/users/:id/followers_synchronization", list),
	DOC("/users/:name/followers_synchronization", list),
	{ 0 }
};
