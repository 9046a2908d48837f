/* store/status.h: rows of posts and of what belongs to them. Pages are loaded whole: statuses, then each kind of part for all of
 * them in one query. */
#pragma once
#include "base/map.h"
#include "model/rules.h"
#include "model/status.h"
#include "store/store.h"

/* By ids: map id.v -> struct status *, counters included. At most 320 ids. */
MUST struct err *statuses_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
MUST struct err *status_find(struct call *c, status_id id, struct status **ret);             /* NULL where there is none */
MUST struct err *status_find_uri(struct call *c, struct str uri, struct status **ret);
/* Whether a post may be added under that uri and that id. */
struct status_place {
	status_id stands;         /* it is here: this one */
	bool deleted;             /* a tombstone stands there */
	bool taken;               /* the id is another post's */
};
MUST struct err *status_place(struct call *c, struct str uri, status_id id, struct status_place *ret);

/* What belongs to these statuses, each list in display order within its status. */
struct status_parts {
	struct media *media;
	struct mention *mentions;
	struct status_tag *tags;
	struct poll *polls;
	struct poll_option *options;
	size_t media_n, mentions_n, tags_n, polls_n, options_n;
};
MUST struct err *status_parts(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret);
MUST struct err *status_parts_texts(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret);  /* all but polls */
MUST struct err *polls_of(struct call *c, const int64_t *ids, size_t n, struct status_parts *ret);   /* polls and options only */

/* What the viewer has done with each: map id.v -> struct status_facts *; every id is in it. */
MUST struct err *status_facts(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct map **ret_by_id);
/* What the rules ask about each, for a person (account none: for anybody): map id.v -> struct see_row *. */
struct see_row {
	struct see_facts see;
	bool viewer_mutes_author, viewer_mutes_domain;
	enum visibility visibility;
};
MUST struct err *status_see(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct map **ret_by_id);

/* In a transaction. CONFLICT: the id or the URI is taken. Writes the row and its counters' row, nothing else. */
MUST struct err *status_add(struct call *c, const struct status *s);
/* Writes what an edit or a late fact may change: content, text and its type, spoiler_text, sensitive, language, emojis, poll, quote,
 * quote_policy, url, reply_to and thread, edited_us; raises version. */
MUST struct err *status_put(struct call *c, const struct status *s);
/* Removes the row, what hangs on it, and boosts of it; leaves a tombstone of its URI. *ret_gone: false if it was not there. */
MUST struct err *status_drop(struct call *c, const struct status *s, bool *ret_gone);
/* In a transaction: whoever else counts, or deletes, waits until it ends. The order of locks stands in docs/developing.md. */
MUST struct err *status_lock(struct call *c, status_id id);
/* Adds to counters; they never go below 0. */
MUST struct err *status_count(struct call *c, status_id id, int64_t replies, int64_t reblogs, int64_t favourites);
MUST struct err *status_touch(struct call *c, status_id id);                 /* raises version */

/* Parts, in a transaction. */
MUST struct err *mentions_add(struct call *c, status_id id, const struct mention *m, size_t n);
MUST struct err *mentions_drop(struct call *c, status_id id);
/* Finds or makes tags by folded name; *ret_ids in the order of names. */
MUST struct err *tags_put(struct call *c, const struct str *keys, const struct str *names, size_t n, tag_id *ret_ids);
MUST struct err *status_tags_set(struct call *c, status_id id, const tag_id *tags, size_t n);
MUST struct err *tag_find(struct call *c, struct str key, tag_id *ret, struct str *ret_name, bool *ret_found);
MUST struct err *poll_add(struct call *c, const struct poll *p, const struct poll_option *o, size_t n);

MUST struct err *tombstone_add(struct call *c, struct str uri);
MUST struct err *tombstone_stands(struct call *c, struct str uri, bool *ret);
/* Those of these (at most 320) that stand: uri -> itself. */
MUST struct err *tombstones_among(struct call *c, const struct str *uris, size_t n, struct map **ret);
/* In a transaction: takes it away, where it stood. */
MUST struct err *tombstone_take(struct call *c, struct str uri, bool *ret_was);

