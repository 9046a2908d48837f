/* store/list.h: rows of lists, of who is in them, and of what they show. What belongs into a list is said once (home_rule_priv.h) and applied
 * when a post is put into it, when it is built, and again when it is read. */
#pragma once
#include "model/enums.h"
#include "store/home.h"

struct list_row {
	list_id id;
	account_id account;
	struct str title;
	enum list_replies replies;
	bool exclusive;               /* its people's posts stay out of the owner's home */
	int64_t built_us;             /* 0: to be built before it is read */
};
/* All of one person's, oldest first; with: only those that hold this account (none: all). */
MUST struct err *lists_of(struct call *c, account_id who, account_id with, struct list_row **ret, size_t *ret_n);
MUST struct err *list_find(struct call *c, account_id who, list_id id, struct list_row *ret, bool *ret_found);

/* In a transaction, as all that follows up to the pages. What is somebody else's is as if it were not there (*ret_was false).
 * *ret_made false: they have max lists already. */
MUST struct err *list_add(struct call *c, const struct list_row *l, int64_t max, bool *ret_made);
MUST struct err *list_put(struct call *c, const struct list_row *l, bool *ret_was);     /* title, replies, exclusive; to be built */
MUST struct err *list_drop(struct call *c, account_id who, list_id id, bool *ret_was);
/* All of somebody's have to be built before they are read. */
MUST struct err *lists_stale(struct call *c, account_id who);
MUST struct err *list_stale(struct call *c, account_id who, list_id id, bool *ret_was);

/* Puts those in that the owner follows or asked to follow, and the owner; the others not: *ret_n says how many are in newly. */
MUST struct err *list_members_add(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n, int64_t *ret_n);
MUST struct err *list_members_drop(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n);
/* Out of all lists of who: whom they do not follow any more. */
MUST struct err *list_member_drop_everywhere(struct call *c, account_id who, account_id whom);
/* What these accounts are to a list of the owner's. Unknown and deleted ones are not among them. */
struct list_candidate {
	account_id account;
	bool related, member;         /* related: followed, asked to be followed, or the owner */
};
MUST struct err *list_candidates(struct call *c, account_id who, list_id id, const int64_t *accounts, size_t n, struct list_candidate **ret,
				 size_t *ret_n);
MUST struct err *list_members_count(struct call *c, list_id id, int64_t *ret);
/* Pages of members by their ids, highest first, without the suspended. */
MUST struct err *list_members(struct call *c, account_id who, list_id id, const struct page *p, int64_t **ret, size_t *ret_n);

/* In a transaction. Puts a post into the lists that hold its author, of people who were here since; *ret: those that
 * hold it now. */
MUST struct err *list_entries_put(struct call *c, status_id id, account_id author, int64_t active_since_us, int64_t **ret, size_t *ret_n);
/* Keeps the newest `keep` entries of each of these lists (at most 320). */
MUST struct err *list_entries_trim(struct call *c, const int64_t *lists, size_t n, int64_t keep);
/* As home_found(), home_replace(). The second marks the list as built. */
MUST struct err *list_entries_found(struct call *c, list_id id, int64_t after_id, int max, struct home_entry **ret, size_t *ret_n);
MUST struct err *list_entries_replace(struct call *c, list_id id, const struct home_entry *v, size_t n);
/* Lists of people who were here since, with this author in them, by their ids. */
MUST struct err *lists_here(struct call *c, account_id author, list_id after, int64_t active_us, int max, int64_t **ret, size_t *ret_n);
