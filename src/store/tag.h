/* store/tag.h: rows of followed tags and of tags that people feature on their profiles. */
#pragma once
#include "base/map.h"
#include "model/status.h"
#include "store/store.h"

/* In a transaction, as all that adds or drops. Adding what stands and dropping what does not changes nothing. *ret_full: not followed, because
 * max are. */
MUST struct err *tag_follow_add(struct call *c, account_id who, tag_id tag, int64_t max, bool *ret_new, bool *ret_full);
MUST struct err *tag_follow_drop(struct call *c, account_id who, tag_id tag, bool *ret_was);
/* Newest first; the cursors are the rows' ids. */
struct tag_follow {
	int64_t id;
	tag_id tag;
	struct str name;
};
MUST struct err *tag_follows_page(struct call *c, account_id who, const struct page *p, struct tag_follow **ret, size_t *ret_n);

/* What these are to somebody: map id.v -> struct tag_facts *, of those that are anything. At most 320. */
struct tag_facts { bool following, featuring; };
MUST struct err *tags_facts(struct call *c, account_id who, const int64_t *tags, size_t n, struct map **ret_by_id);

struct featured_tag {
	int64_t id;
	account_id account;
	tag_id tag;
	struct str name;              /* as they wrote it */
	int64_t statuses_count;       /* public and unlisted posts of theirs with it */
	int64_t last_status_us;       /* 0: none */
};
/* Those used most first. */
MUST struct err *featured_tags_of(struct call *c, account_id who, struct featured_tag **ret, size_t *ret_n);
/* Counts what is there. *ret_new false: it stands, or max do (*ret_full). */
MUST struct err *featured_tag_add(struct call *c, const struct featured_tag *t, int64_t max, bool *ret_new, bool *ret_full);
/* By its row, or by its tag. *ret_name: as they wrote it; none where it was not featured. */
MUST struct err *featured_tag_drop(struct call *c, account_id who, int64_t id, struct str *ret_name);
MUST struct err *featured_tag_drop_named(struct call *c, account_id who, tag_id tag, struct str *ret_name);
/* In a transaction: the author's featured tags count a post more (1), its tags being set, or less (-1), before its rows go. */
MUST struct err *featured_tags_count(struct call *c, const struct status *s, int by);
/* The tags of somebody's last 1000 posts that they do not feature, the most used first. */
MUST struct err *featured_tags_suggested(struct call *c, account_id who, int max, struct tag **ret, size_t *ret_n);
