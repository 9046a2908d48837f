/* view/view_priv.h: what the files of this room share. */
#pragma once
#include "view/status.h"
#include "wire/json.h"

struct status_parts;
struct filter_row;

/* Kinds of rendered texts in base's cache. */
enum view_cache_kind { VIEW_CACHE_ACCOUNT = 1, VIEW_CACHE_STATUS };

/* Splices members ("a":1,"b":2) rendered before into the open object. */
void view__jw_members(struct jw *w, struct str members);
/* The members of an account that is in the page, for entities that say more of it. */
struct str view__account_members(struct call *c, const struct account_page *p, account_id id);
uint32_t view__short_hash(struct str s);      /* stable across processes: part of addresses */

enum { VIEW_SET_MAX = 320 };
/* Ids, each once; at most 320 are kept, which is what one query takes. */
struct id_set {
	int64_t *v;
	size_t n, cap;
};
void view__set_add(struct call *c, struct id_set *set, int64_t id);

/* Fills p->texts for all of these that are in the page. */
MUST struct err *view__texts_load(struct call *c, struct status_page *p, const struct id_set *all);
/* poll id.v -> struct poll_view *, with the viewer's votes. */
MUST struct err *view__polls_gather(struct call *c, const struct viewer *v, const struct status_parts *parts, struct map *ret_by_poll);
struct str view__tag_path(struct call *c, struct str name);
/* What filters search beside content and warning. */
struct str view__filter_text(struct call *c, const struct status_page *p, const struct status *s);
/* The members of Filter, but for keywords and statuses, into the open object. */
void view__filter_members(const struct filter_row *f, struct jw *w);
void view__filter_context(const struct filter_row *f, struct jw *w);          /* the member "context" */
