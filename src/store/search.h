/* store/search.h: finding people and hashtags by what somebody typed. Keys are folded texts (wire/text.h); what they hold
 * of LIKE's own characters is escaped here. Posts by their words: store/search_index.h. */
#pragma once
#include "model/account.h"
#include "model/status.h"
#include "store/store.h"

struct account_search {
	struct str key;               /* of the whole text */
	struct str name_key, domain;  /* the halves where it reads as a handle, "" and "" else; domain may be a beginning */
	account_id viewer;            /* none: anybody */
	bool following;               /* only those the viewer follows */
	int limit, offset;
};
/* Exact handle first, then those the viewer follows, then the others: names that begin so, display names that hold it; among equals by
 * followers. Display names that hold it somewhere inside are looked for among those the viewer follows and the newest 20,000 accounts, and of
 * each kind 500 are judged. No suspended, moved and deleted ones, none who block the viewer. */
MUST struct err *accounts_search(struct call *c, const struct account_search *how, int64_t **ret, size_t *ret_n);

struct tag_search {
	struct str key;
	bool exact;                   /* that one only */
	int limit, offset;
};
/* Hashtags whose key begins so, by their keys: the exact one first. */
MUST struct err *tags_search(struct call *c, const struct tag_search *how, struct tag **ret, size_t *ret_n);

/* By the address of its page; a post only if it is another server's: ours say their id in it. */
MUST struct err *search_by_url(struct call *c, struct str url, account_id *ret_account, status_id *ret_status);
