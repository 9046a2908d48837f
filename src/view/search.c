#include "view/search.h"

#include "base/metrics.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/featured_collection.h"
#include "store/search.h"
#include "store/search_index.h"
#include "store/status.h"
#include "view/relation.h"
#include "view/search_query.h"
#include "view/status.h"
#include "view/tag.h"
#include "view/view_priv.h"
#include "wire/acct.h"
#include "wire/text.h"

enum { SEARCH_JSON_MAX = 8 << 20, ROUNDS_MAX = 8 };

static bool is_url(struct str q) { return str_ihas_prefix(q, STR("https://")) || str_ihas_prefix(q, STR("http://")); }

static bool is_ours(struct call *c, struct str domain)
{
	return !domain.n || str_eq(domain, c->conf->domain) || str_eq(domain, c->conf->web_domain);
}

/* People */

static struct err *found_accounts(struct call *c, const struct viewer *v, const struct search *how, int64_t **ret, size_t *ret_n)
{
	struct account_search s = {
		.key = text_fold(c->arena, how->q), .name_key = STRC(""), .domain = STRC(""), .following = how->following,
		.viewer = v->kind == VIEWER_PERSON ? v->account : ID_NONE(account_id), .limit = how->limit, .offset = how->offset,
	};
	struct acct handle;
	struct str bare = how->q.n && how->q.p[0] == '@' ? str_from(how->q, 1) : how->q;

	*ret_n = 0;
	if (how->account.v) {
		*ret = arena_array(c->arena, int64_t, 1);
		(*ret)[(*ret_n)++] = how->account.v;
		return NULL;
	}
	/* Strangers may not list everybody by single letters. */
	if (!bare.n || (v->kind != VIEWER_PERSON && text_graphemes(c->arena, bare) < 3))
		return NULL;
	s.key = text_fold(c->arena, bare);
	if (acct_parse(c->arena, bare, &handle)) {
		s.name_key = text_fold(c->arena, handle.name);
		s.domain = is_ours(c, handle.domain) ? STR("") : handle.domain;
	}
	return accounts_search(c, &s, ret, ret_n);
}

struct err *view_account_search_json(struct call *c, const struct viewer *v, const struct search *how, struct str *ret_json)
{
	int64_t *ids;
	size_t n;

	TRY(found_accounts(c, v, how, &ids, &n));
	return view_accounts_json(c, v->account, ids, n, ret_json);
}

/* Hashtags */

static struct err *write_tags(struct call *c, const struct viewer *v, const struct search *how, struct jw *w)
{
	struct str key = text_tag_key(c->arena, how->q.n && how->q.p[0] == '#' ? str_from(how->q, 1) : how->q);
	struct tag *found = NULL;
	size_t n = 0;

	if (key.n && !is_url(how->q))
		TRY(tags_search(c, &(struct tag_search){ key, how->exclude_unreviewed, how->limit, how->offset }, &found, &n));
	if (how->names_only) {
		jw_arr(w);
		for (size_t i = 0; i < n; i++)
			jw_str(w, found[i].name);
		jw_arr_end(w);
		return NULL;
	}
	return view_tags_write(c, v, found, n, w);
}

/* Posts */

/* from:: what it reads as, or an account that nobody has. */
static struct err *add_author(struct call *c, const struct viewer *v, struct post_query *q, size_t i)
{
	int64_t id = str_eqz(q->from[i], "me") ? v->account.v : 0;
	struct search_ask *ask = &q->ask;
	struct account *a = NULL;
	struct acct handle;
	struct str fact;

	if (!id && acct_parse(c->arena, q->from[i], &handle))
		TRY(account_find_handle(c, text_fold(c->arena, handle.name), is_ours(c, handle.domain) ? STR("") : handle.domain, &a));
	fact = arena_printf(c->arena, "by=%lld", (long long)(a ? a->id.v : id));
	if (q->from_not[i] && ask->no_n < SEARCH_TERMS_MAX)
		ask->no[ask->no_n++] = fact;
	else if (!q->from_not[i] && ask->all_n < SEARCH_TERMS_MAX)
		ask->all[ask->all_n++] = fact;
	return NULL;
}

static struct err *question(struct call *c, const struct viewer *v, const struct search *how, struct post_query *q)
{
	struct search_ask *ask = &q->ask;
	struct str mine = arena_printf(c->arena, "for=%lld", (long long)v->account.v);

	TRY(view__query_parse(c, how->q, q));
	for (size_t i = 0; i < q->from_n; i++)
		TRY(add_author(c, v, q, i));
	if (how->by.v && ask->all_n < SEARCH_TERMS_MAX)
		ask->all[ask->all_n++] = arena_printf(c->arena, "by=%lld", (long long)how->by.v);
	ask->finders[0] = q->library ? mine : STR("in=public");
	ask->finders[1] = q->library && q->public ? STR("in=public") : STR_NONE;
	if (how->max_id && how->max_id < ask->before_id)
		ask->before_id = how->max_id;
	if (how->min_id > ask->after_id)
		ask->after_id = how->min_id;
	return NULL;
}

/* The index names posts, newest first; each is judged anew. Mostly one round finds the page: those who shun each other are few. */
static struct err *found_statuses(struct call *c, const struct viewer *v, const struct search *how, struct id_set *ret)
{
	size_t wanted = (size_t)how->limit + (size_t)how->offset, found = 0;
	struct post_query q;

	if (how->status.v) {
		view__set_add(c, ret, how->status.v);
		return NULL;
	}
	if (v->kind != VIEWER_PERSON || is_url(how->q))
		return NULL;
	TRY(question(c, v, how, &q));
	for (int round = 0; !q.empty && round < ROUNDS_MAX && found < wanted; round++) {
		size_t spare = (wanted - found) / 4 + 5;
		int max = wanted - found + spare > VIEW_SET_MAX ? VIEW_SET_MAX : (int)(wanted - found + spare);
		int64_t *ids, *seen;
		size_t n, seen_n;

		TRY(search_posts(c, &q.ask, max, &ids, &n));
		TRY(search_visible(c, v->account, ids, n, &seen, &seen_n));
		for (size_t i = 0; i < seen_n && found < wanted; i++)
			if (found++ >= (size_t)how->offset)
				view__set_add(c, ret, seen[i]);
		if (n < (size_t)max)
			break;
		q.ask.before_id = ids[n - 1];
	}
	return NULL;
}

struct err *view_search_behind(struct call *c, int64_t *ret_s)
{
	struct search_state state;

	TRY(search_state(c, &state));
	*ret_s = state.behind_us / US_PER_S;
	metric_set(METRIC_search_behind_seconds, STR_NONE, *ret_s);
	return NULL;
}

/* Ours, by the address of its page: "<base_url>/@name/<id>". */
static struct err *own_page(struct call *c, struct str url, struct status **ret)
{
	int64_t id;

	*ret = NULL;
	if (!str_has_prefix(url, arena_concat(c->arena, c->conf->base_url, STR("/@"))) || !str_i64(str_from(url, str_rfind(url, '/') + 1), &id))
		return NULL;
	TRY(status_find(c, ID(status_id, id), ret));
	if (*ret && !str_eq((*ret)->url, url))
		*ret = NULL;
	return NULL;
}

/* An address names what it names, and nothing else. */
static struct err *by_address(struct call *c, struct search *how)
{
	struct collection k;
	struct account *a;
	struct status *s;
	bool found;

	if (!is_url(how->q) || how->account.v || how->status.v || how->collection.v)
		return NULL;
	TRY(own_page(c, how->q, &s));
	if (!s)
		TRY(status_find_uri(c, how->q, &s));
	if (s) {
		how->status = s->id;
		return NULL;
	}
	TRY(account_find_uri(c, how->q, &a));
	if (a) {
		how->account = a->id;
		return NULL;
	}
	TRY(collection_find_uri(c, how->q, &k, &found));
	if (found) {
		how->collection = k.id;
		return NULL;
	}
	return search_by_url(c, how->q, &how->account, &how->status);
}

/* Their words are not searched; an address finds one. */
static struct err *write_collections(struct call *c, const struct viewer *v, const struct search *how, struct jw *w)
{
	struct collection_set p = { 0 };
	struct id_set ids = { 0 };

	if (how->collection.v && (how->type == SEARCH_ALL || how->type == SEARCH_COLLECTIONS))
		view__set_add(c, &ids, how->collection.v);
	TRY(view__collections_load(c, v, &ids, &p));
	jw_key(w, "collections");
	jw_arr(w);
	if (view__collection_shown(&p, how->collection))
		view__collection_write(c, &p, how->collection, w);
	jw_arr_end(w);
	return NULL;
}

struct err *view_search_json(struct call *c, const struct viewer *v, const struct search *asked, struct str *ret_json)
{
	struct buf b = buf_init(c->arena, SEARCH_JSON_MAX);
	struct jw w = jw_init(&b);
	struct search how = *asked;
	struct str accounts = STR("[]"), statuses = STR("[]");
	struct id_set ids = { 0 };

	TRY(by_address(c, &how));
	if (how.type == SEARCH_ALL || how.type == SEARCH_ACCOUNTS)
		if (how.account.v || !is_url(how.q))
			TRY(view_account_search_json(c, v, &how, &accounts));
	if (how.type == SEARCH_ALL || how.type == SEARCH_STATUSES) {
		TRY(found_statuses(c, v, &how, &ids));
		TRY(view_statuses_json(c, v, ids.v, ids.n, 0, CONTEXT_COUNT, &statuses));
	}
	jw_obj(&w);
	jw_kraw(&w, "accounts", accounts);
	jw_kraw(&w, "statuses", statuses);
	jw_key(&w, "hashtags");
	if (how.type == SEARCH_ALL || how.type == SEARCH_HASHTAGS)
		TRY(write_tags(c, v, &how, &w));
	else
		jw_raw(&w, STR("[]"));
	if (!how.names_only)
		TRY(write_collections(c, v, &how, &w));
	jw_obj_end(&w);
	*ret_json = buf_str(&b);
	return NULL;
}

struct err *view_search_unknown(struct call *c, struct str q, bool *ret_is_url, bool *ret_is_handle)
{
	struct search how = { .q = q };
	struct acct handle;
	struct account *a;

	*ret_is_handle = false;
	TRY(by_address(c, &how));
	*ret_is_url = is_url(q) && !how.account.v && !how.status.v && !how.collection.v;
	if (is_url(q) || !acct_parse(c->arena, q, &handle) || is_ours(c, handle.domain))
		return NULL;
	TRY(account_find_handle(c, text_fold(c->arena, handle.name), handle.domain, &a));
	*ret_is_handle = a == NULL;
	return NULL;
}
