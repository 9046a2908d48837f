/* view/relation.h: who is what to whom, as the client API shows it. https://docs.joinmastodon.org/entities/Relationship/ */
#pragma once
#include "base/call.h"
#include "model/page.h"
#include "model/viewer.h"

/* An array of Relationship for those of `ids` that are known; suspended ones only with_suspended. One query, at most 320 ids. */
MUST struct err *view_relationships_json(struct call *c, account_id me, const int64_t *ids, size_t n, bool with_suspended, struct str *ret_json);
/* One. NOT_FOUND: unknown or deleted. */
MUST struct err *view_relationship_json(struct call *c, account_id me, account_id other, struct str *ret_json);

/* A page of people, with its outermost cursors (row ids of the relation; 0: an empty page). full: there may be more. */
struct people_page {
	struct str json;
	int64_t first, last;
	bool full;
};
/* Empty where the account hides its collections from others, is suspended, or blocks the viewer. NOT_FOUND: unknown. */
MUST struct err *view_followers(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret);
MUST struct err *view_following(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret);
/* Whom an account recommends: shown whether or not it hides whom it follows. */
MUST struct err *view_endorsements(struct call *c, const struct viewer *v, account_id of, const struct page *p, struct people_page *ret);
/* One's own. */
MUST struct err *view_blocks(struct call *c, account_id me, const struct page *p, struct people_page *ret);
MUST struct err *view_mutes(struct call *c, account_id me, const struct page *p, struct people_page *ret);    /* MutedAccount */
MUST struct err *view_follow_requests(struct call *c, account_id me, const struct page *p, struct people_page *ret);
MUST struct err *view_hidden_domains(struct call *c, account_id me, const struct page *p, struct people_page *ret);   /* of texts */

/* An array of FamiliarFollowers, in the order of ids. */
MUST struct err *view_familiar_followers(struct call *c, account_id me, const int64_t *ids, size_t n, struct str *ret_json);
/* An array of those that are known and not suspended, in the order of ids. */
MUST struct err *view_accounts_json(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct str *ret_json);
