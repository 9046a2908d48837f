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

/* Loads these into the page beside what it holds. No query where there are none. */
MUST struct err *view__statuses_more(struct call *c, struct status_page *p, const struct id_set *more);
/* Fills p->quotes: what these posts quote and what that quotes in turn. Loads the quoted posts (*ret_quoted); *ret_deep: those that are only
 * named. Queries: none where nothing is quoted; else quotes and posts, and quotes again where quoted posts quote. */
MUST struct err *view__quotes_load(struct call *c, struct status_page *p, const struct id_set *posts, struct id_set *ret_quoted,
				   struct id_set *ret_deep);
/* "quote": the Quote entity, or the ShallowQuote of a post that is itself quoted. */
void view__quote_write(struct call *c, const struct status_page *p, const struct status *s, bool shallow, struct jw *w);
/* Of whom a policy (model/quote.h) lets do something: an array of words under that key. */
void view__policy_people(const char *key, int64_t people, struct jw *w);
void view__quote_approval_write(const struct status_page *p, const struct status *s, struct jw *w);
/* The Status entity of a post that may be seen; quoted: inside another's quote. */
void view__status_write(struct call *c, const struct status_page *p, const struct status *s, bool quoted, struct jw *w);
/* A file of this post's. Of a server whose media are rejected it is of no known kind, with nothing to see but where it is. */
struct media;
void view__media_write_of(struct call *c, const struct status *of, struct media m, struct jw *w);
/* The custom emoji of this post, or of what it read before: JSON. Of such a server there are none. people: its author is among them. */
struct str view__emojis_of(struct call *c, const struct account_page *people, const struct status *of, struct str emojis);
/* An array of CustomEmoji of what a post or a profile of the domain keeps; empty: ours. Other servers' are shown by our proxy. */
struct str view__emojis_shown(struct call *c, struct str domain, struct str emojis);
/* Fills p->texts for all of these that are in the page. */
MUST struct err *view__texts_load(struct call *c, struct status_page *p, const struct id_set *all);
/* poll id.v -> struct poll_view *, with the viewer's votes. */
MUST struct err *view__polls_gather(struct call *c, const struct viewer *v, const struct status_parts *parts, struct map *ret_by_poll);
struct str view__tag_path(struct call *c, struct str name);
/* "history": the last seven days of a tag or link, today first; days without any use among them. */
struct trend_day;
void view__history_write(struct call *c, const struct trend_day *days, size_t n, int64_t id, struct jw *w);
/* What filters search beside content and warning. */
struct str view__filter_text(struct call *c, const struct status_page *p, const struct status *s);
/* The members of Filter, but for keywords and statuses, into the open object. */
void view__filter_members(const struct filter_row *f, struct jw *w);
void view__filter_context(const struct filter_row *f, struct jw *w);          /* the member "context" */

/* What notifications are about beside posts: id -> struct severance *, struct account_warning *; NULL where there are none. */
struct notification;
/* Reports with whom and what they are about, at most 320. */
struct report;
struct report_member;
struct report_page {
	struct report *reports;
	struct report_member *statuses, *rules, *collections;
	size_t n, statuses_n, rules_n, collections_n;
	struct account_page people;
};
MUST struct err *view__reports_load(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct report_page *ret);
/* https://docs.joinmastodon.org/entities/Report/ under that key; false, and nothing, where it is none of these. */
bool view__report_write(struct call *c, const struct report_page *p, int64_t id, const char *key, struct jw *w);

/* Collections of people with who is in them, as the viewer may see it. */
struct collection;
struct collection_item;
struct collection_set {
	struct map *by_id;        /* id.v -> struct collection *; NULL where there are none */
	struct collection_item *items;
	size_t items_n;
};
/* At most 320; two queries, none where there are no ids. */
MUST struct err *view__collections_load(struct call *c, const struct viewer *v, const struct id_set *ids, struct collection_set *ret);
/* Whether it is there, and its owner. */
bool view__collection_shown(const struct collection_set *p, collection_id id);
/* The Collection entity; null where it is not shown. https://docs.joinmastodon.org/entities/Collection/ */
void view__collection_write(struct call *c, const struct collection_set *p, collection_id id, struct jw *w);

/* Fills p->tagged: the collections that these posts link to. Three queries; none where no post does. */
MUST struct err *view__tagged_load(struct call *c, struct status_page *p, const struct id_set *posts);
void view__tagged_write(struct call *c, const struct status_page *p, const struct status *s, struct jw *w);

struct notified {
	struct map *severances, *warnings;
	struct report_page reports;
	struct collection_set collections;
};
MUST struct err *view__subjects_load(struct call *c, const struct viewer *v, const struct notification *list, size_t n, struct notified *ret);
void view__subject_write(struct call *c, const struct notified *all, const struct account_page *people, const struct notification *n, struct jw *w);
/* For a client that does not know the type. https://docs.joinmastodon.org/entities/Notification/#fallback */
void view__fallback_write(struct call *c, const struct account_page *people, const struct notification *n, struct jw *w);
