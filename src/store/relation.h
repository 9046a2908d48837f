/* store/relation.h: rows of who is what to whom: follows and requests to follow, blocks, mutes, hidden domains, private notes.
 * Adding what stands and dropping what does not changes nothing. What the relation rests on (nobody blocks, the target is there)
 * is repeated in the statement that adds it; relation_lock() makes two acts about one pair wait for each other. */
#pragma once
#include "base/map.h"
#include "model/account.h"
#include "store/store.h"

/* What `me` and each of these are to each other: map id.v -> struct relation *. One query. Unknown and deleted ids are not in it. */
MUST struct err *relations_of(struct call *c, account_id me, const int64_t *ids, size_t n, struct map **ret_by_id);

/* In a transaction, first: acts about this pair happen one after another, here and on other nodes. */
MUST struct err *relation_lock(struct call *c, account_id a, account_id b);
/* The same for the pairs that each of these is with one and with the other, in one statement. */
MUST struct err *relations_lock(struct call *c, account_id one, account_id other, const int64_t *with, size_t n);

/* A follow that stands, or one that is asked for: the same columns in two tables, and an accepted one keeps its id and URI. */
enum follow_kind { FOLLOW_STANDING, FOLLOW_REQUESTED };
struct follow {
	int64_t id;
	account_id account, target;
	struct str uri;               /* of the Follow activity */
	bool show_reblogs, notify;
	struct str languages;         /* "de,en", or none: all */
	int64_t created_us;
};
/* In a transaction. *ret_new: false where it stands already, and where it may not be: one blocks the other, the target is gone or has
 * moved, or the follower follows max accounts already. */
MUST struct err *follow_add(struct call *c, enum follow_kind kind, const struct follow *f, int64_t max, bool *ret_new);
MUST struct err *follow_find(struct call *c, enum follow_kind kind, account_id who, account_id whom, struct follow *ret, bool *ret_found);
MUST struct err *follow_find_uri(struct call *c, enum follow_kind kind, struct str uri, struct follow *ret, bool *ret_found);
MUST struct err *follow_by_id(struct call *c, enum follow_kind kind, int64_t id, struct follow *ret, bool *ret_found);
/* Writes URI and options of the row with f's id. */
MUST struct err *follow_put(struct call *c, enum follow_kind kind, const struct follow *f);
/* *ret is what it was. */
MUST struct err *follow_drop(struct call *c, enum follow_kind kind, account_id who, account_id whom, struct follow *ret, bool *ret_was);
/* Some of those between `me` and people of a domain, in either direction; at most max. */
MUST struct err *follows_with_domain(struct call *c, enum follow_kind kind, account_id me, struct str domain, int max, struct follow **ret,
				     size_t *ret_n);
/* The same of everybody: those whom people of the domain follow (by_them), or who follow people of it, after a follow that the last page ended
 * with (all zeros: from the start). Those that were dropped meanwhile are no matter. */
struct domain_follows {
	struct str domain;
	enum follow_kind kind;
	bool by_them;
};
MUST struct err *follows_with_server(struct call *c, const struct domain_follows *of, const struct follow *after, int max, struct follow **ret,
	size_t *ret_n);
MUST struct err *follow_requests_count(struct call *c, account_id of, int64_t *ret);

/* In a transaction. */
MUST struct err *block_add(struct call *c, int64_t id, account_id who, account_id whom, struct str uri, bool *ret_new);
MUST struct err *block_drop(struct call *c, account_id who, account_id whom, struct str *ret_uri, bool *ret_was);
MUST struct err *block_find_uri(struct call *c, struct str uri, account_id *ret_who, account_id *ret_whom, bool *ret_found);
/* Does one block the other? */
MUST struct err *block_stands(struct call *c, account_id a, account_id b, bool *ret);
MUST struct err *mute_put(struct call *c, account_id who, account_id whom, bool hide_notifications, int64_t expires_us);
/* Drops some mutes that have run out, at most max; *ret: whose they were, perhaps more than once. */
MUST struct err *mutes_expire(struct call *c, int max, int64_t **ret, size_t *ret_n);
MUST struct err *mute_drop(struct call *c, account_id who, account_id whom, bool *ret_was);
MUST struct err *domain_mute_add(struct call *c, account_id who, struct str domain, bool *ret_new);
MUST struct err *domain_mute_drop(struct call *c, account_id who, struct str domain, bool *ret_was);
MUST struct err *domain_mute_stands(struct call *c, account_id who, struct str domain, bool *ret);
MUST struct err *account_note_put(struct call *c, account_id who, account_id whom, struct str comment);       /* empty removes it */

/* Notifications that somebody, or people of a domain whom one does not follow, have caused. */
MUST struct err *notifications_drop_from(struct call *c, account_id of, account_id from);
MUST struct err *notifications_drop_kind(struct call *c, account_id of, account_id from, enum notification_type type);
MUST struct err *notifications_drop_domain(struct call *c, account_id of, struct str domain);
/* Takes out of a reader's home what is no longer to be there: posts of the author where no follow stands any more; where one blocks the
 * other or the reader mutes the author, also boosts of the author's posts. Entries that may stay are left. */
MUST struct err *home_clean_author(struct call *c, account_id reader, account_id author);
/* The same for everybody of a domain that the reader hides. */
MUST struct err *home_clean_domain(struct call *c, account_id reader, struct str domain);

/* Pages, newest relation first; the cursors are the rows' ids. Of endorsements they are the ids of the accounts, the greatest first. */
enum relation_list { LIST_FOLLOWERS, LIST_FOLLOWING, LIST_BLOCKS, LIST_MUTES, LIST_FOLLOW_REQUESTS, LIST_ENDORSEMENTS, RELATION_LISTS };
struct relation_row {
	int64_t id;
	account_id other;
	int64_t expires_us;           /* LIST_MUTES */
};
/* Without suspended and deleted accounts. Of followers and following a viewer other than `of` does not see those who block the
 * viewer, or whom the viewer blocks or mutes (none: anybody). */
MUST struct err *relations_page(struct call *c, enum relation_list list, account_id of, account_id viewer, const struct page *p,
				struct relation_row **ret, size_t *ret_n);
struct domain_row {
	int64_t id;
	struct str domain;
};
MUST struct err *domain_mutes_page(struct call *c, account_id of, const struct page *p, struct domain_row **ret, size_t *ret_n);

/* Whom `me` follows among the followers of each of these, newest first, at most `each` of one; not of those who hide their followers. */
struct familiar { account_id of, follower; };
MUST struct err *familiar_followers(struct call *c, account_id me, const int64_t *ids, size_t n, int each, struct familiar **ret, size_t *ret_n);
