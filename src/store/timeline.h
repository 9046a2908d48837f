/* store/timeline.h: pages of posts, newest first, already judged: each query says what the rules of model/rules.h say, for the person who
 * reads (none: anybody). Cursors are ids of posts. */
#pragma once
#include "store/store.h"

enum timeline_where { WHERE_ALL, WHERE_LOCAL, WHERE_REMOTE, WHERE_COUNT };
enum { TIMELINE_TAGS_MAX = 4 };

/* What is home_entries' and still admitted (store/home.h). */
MUST struct err *timeline_home(struct call *c, account_id reader, const struct page *p, int64_t **ret, size_t *ret_n);
/* What is list_entries' of a list of the reader's, and still admitted (store/list.h). */
MUST struct err *timeline_list(struct call *c, account_id reader, list_id list, const struct page *p, int64_t **ret, size_t *ret_n);

/* Direct posts in the reader's conversations, without those of whom the reader shuns. */
MUST struct err *timeline_direct(struct call *c, account_id reader, const struct page *p, int64_t **ret, size_t *ret_n);

/* Public posts: no boosts, no replies but to oneself; nobody silenced, and for a person nobody blocked either way, muted, or of a hidden
 * domain. */
struct timeline_public {
	account_id reader;
	enum timeline_where where;
	bool only_media;
};
MUST struct err *timeline_public(struct call *c, const struct timeline_public *what, const struct page *p, int64_t **ret, size_t *ret_n);

/* Public posts with one of the tags `any`, all of `all` and none of `none` (at most TIMELINE_TAGS_MAX of each, and one more of any); replies
 * too. */
struct timeline_tag {
	account_id reader;
	enum timeline_where where;
	bool only_media;
	tag_id any[TIMELINE_TAGS_MAX + 1], all[TIMELINE_TAGS_MAX], none[TIMELINE_TAGS_MAX];      /* tag 0: no more */
};
MUST struct err *timeline_tag(struct call *c, const struct timeline_tag *what, const struct page *p, int64_t **ret, size_t *ret_n);

/* Public posts that lead to this page, of authors who want to be found. */
MUST struct err *timeline_link(struct call *c, account_id reader, card_id page_of, const struct page *p, int64_t **ret, size_t *ret_n);

/* What one account wrote and boosted, as far as the reader may see it; without boosts of those whom the reader shuns. */
struct timeline_account {
	account_id reader, author;
	bool pinned, only_media, exclude_replies, exclude_reblogs, exclude_direct;
	tag_id tagged;                /* none: all */
};
MUST struct err *timeline_account(struct call *c, const struct timeline_account *what, const struct page *p, int64_t **ret, size_t *ret_n);

/* Of these people (at most 320), those to whom a public post is not shown: they shun its author, or its author them. Everybody, where the author
 * is silenced or gone. */
MUST struct err *timeline_shunned(struct call *c, status_id id, const int64_t *people, size_t n, int64_t **ret, size_t *ret_n);
