/* store/home.h: rows of home timelines. What belongs into one is said once (home_rule_priv.h) and applied when a post is put into its readers'
 * homes, when a home is built, and again when it is read: what changed in between never shows.
 *
 * A boost is left out where its post stands, or was boosted, among the HOME_COLLAPSE entries below. */
#pragma once
#include "store/store.h"

enum { HOME_COLLAPSE = 40 };

/* Ways on which a post may reach somebody, beside the author's followers' homes: most have none of them, and what asks for each in full costs
 * PostgreSQL several times as much as this. */
struct home_reach {
	bool tags;                            /* somebody follows one of its tags */
	bool lists;                           /* its author is in somebody's list */
	bool bells;                           /* somebody asked to be told of all that its author posts */
};
MUST struct err *home_reach(struct call *c, status_id id, account_id author, struct home_reach *ret);
/* In a transaction. Puts a post into the homes of its author and of those who follow the author or (by_tags) one of its tags and were here
 * since; *ret: whose homes hold it now. */
MUST struct err *home_put(struct call *c, status_id id, account_id author, bool by_tags, int64_t active_since_us, int64_t **ret, size_t *ret_n);
/* Those among the author's followers who asked to be told of posts and have this one in their homes, or in a list that keeps it from there. */
MUST struct err *home_bells(struct call *c, status_id id, account_id author, int64_t **ret, size_t *ret_n);
/* Keeps the newest `keep` entries of each of these homes (at most 320). */
MUST struct err *home_trim(struct call *c, const int64_t *owners, size_t n, int64_t keep);

/* The newest entries that the rule admits, newest first, found from the posts themselves, at most max; none older than after_id. */
struct home_entry {
	status_id status, reblog_of;
	account_id author;
};
MUST struct err *home_found(struct call *c, account_id who, int64_t after_id, int max, struct home_entry **ret, size_t *ret_n);
/* People active since then whose homes read otherwise where a server vanishes, or comes back: who follow somebody there that boosted a post
 * (another's boost of it may have been left out for that one), or somebody anywhere that boosted one of its posts. Boosts after since_id. */
enum home_concern { HOME_OF_ITS_BOOSTS, HOME_OF_BOOSTS_OF_IT };
MUST struct err *home_concerned(struct call *c, enum home_concern how, struct str domain, int64_t since_id, int64_t active_since_us, int64_t **ret,
				size_t *ret_n);
/* In a transaction. Makes the home of this person exactly these. */
MUST struct err *home_replace(struct call *c, account_id who, const struct home_entry *v, size_t n);
