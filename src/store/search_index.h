/* store/search_index.h: the index of the words of posts: FTS5 on SQLite, tsvector and GIN on PostgreSQL; and the marks that say which posts it is
 * behind with. A post's text in it is its words (wire/words.h) and its facts, which hold '=': "by=12", "has=media", and by whom it may be found:
 * "in=public" by anybody, "for=7" by account 7. What stands in the index is not believed: search_visible() judges each post anew.
 *
 * Marks are made here in store, by whatever writes a post, its parts, a favourite and so on, in that transaction; acts/search.h works them off. */
#pragma once
#include "model/status.h"
#include "store/store.h"

/* In a transaction: this post is to be looked at (again). */
MUST struct err *search_mark(struct call *c, status_id id);
/* In a transaction: all posts of this account are, where its wish to be found differs from `indexable`. */
MUST struct err *search_mark_account(struct call *c, account_id who, bool indexable);

/* In a transaction: the newest posts that lead to this card are. */
MUST struct err *search_mark_card(struct call *c, card_id id);

/* What is asked. Phrases are words by blanks that must stand in a row; facts are phrases of one word. */
enum { SEARCH_TERMS_MAX = 64 };
struct search_ask {
	struct str finders[2];                    /* one of these must hold; the second may be none */
	struct str all[SEARCH_TERMS_MAX], no[SEARCH_TERMS_MAX];
	size_t all_n, no_n;
	int64_t before_id, after_id;              /* both exclusive */
};
/* Newest first, at most max (320). Bounded: where the words are so common that their posts cannot be gone through (SEARCH_MATCHES_MAX on
 * PostgreSQL, a second on SQLite), only the newest SEARCH_WALK_MAX posts of the index are looked through. */
enum { SEARCH_WALK_MAX = 20000, SEARCH_MATCHES_MAX = 20000 };
MUST struct err *search_posts(struct call *c, const struct search_ask *ask, int max, int64_t **ret, size_t *ret_n);
/* Of these posts (at most 320), newest first, those the reader may find: their own, what mentions them, what they favourited, bookmarked,
 * boosted or voted in, and public posts of those who want to be found; without what the reader may not see, or shuns. */
MUST struct err *search_visible(struct call *c, account_id reader, const int64_t *ids, size_t n, int64_t **ret, size_t *ret_n);

/* ---- keeping it ---- */

struct search_state {
	int64_t behind_us;            /* age of the oldest change that is not in it yet; 0: none */
	bool rebuilding;
	int64_t rebuilt_to_id;        /* while rebuilding: older posts than this are left */
	int64_t began_us, ended_us, posts;            /* the last rebuild: posts taken up so far */
};
MUST struct err *search_state(struct call *c, struct search_state *ret);

struct search_changes {
	int64_t *marks, *statuses;    /* each status once */
	size_t marks_n, statuses_n;
	int64_t turn;
};
/* Those of the marks that wait longest; max: marks, at most 320. */
MUST struct err *search_changes(struct call *c, int max, struct search_changes *ret);
/* In a transaction: these are worked off now. *ret_ours false: somebody else worked marks off since these were read, and what was read of the
 * posts after that may be older than what stands in the index. */
MUST struct err *search_take(struct call *c, const struct search_changes *changes, bool *ret_ours);
struct search_doc {
	status_id id;
	struct str words;             /* "": nobody may find it */
};
/* In a transaction: these posts are found so from now on. */
MUST struct err *search_docs_put(struct call *c, const struct search_doc *docs, size_t n);
/* Who of ours may find these beside their audience: authors, those mentioned, those who favourited, bookmarked, boosted or voted. */
struct search_finder {
	status_id status;
	account_id account;
};
enum { SEARCH_FINDERS_MAX = 20000 };          /* of all of these posts; more are left out */
MUST struct err *search_finders(struct call *c, const int64_t *ids, size_t n, struct search_finder **ret, size_t *ret_n);

/* In a transaction: marks the next posts of an account that is to be gone through, or, where there is none, of the rebuild; at most max.
 * *ret_more: false where nothing was left. */
MUST struct err *search_mark_more(struct call *c, int max, bool *ret_more);
/* In a transaction: all posts are to be taken up again. The index serves meanwhile. */
MUST struct err *search_rebuild_begin(struct call *c);
