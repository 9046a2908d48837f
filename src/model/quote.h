/* model/quote.h: one post that quotes another, and who may: FEP-044f as Mastodon 4.6 understands it.
 * A policy is two sets of people in one number: whom the author lets quote at once (`automatic`) and whom after being asked (`manual`). */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

enum quote_people { QUOTE_UNSUPPORTED = 1, QUOTE_PUBLIC = 2, QUOTE_FOLLOWERS = 4, QUOTE_FOLLOWING = 8 };
static inline int64_t quote_policy_bits(int64_t automatic, int64_t manual) { return automatic << 16 | manual; }
static inline int64_t quote_policy_automatic(int64_t policy) { return policy >> 16; }
static inline int64_t quote_policy_manual(int64_t policy) { return policy & 0xffff; }
/* What one may choose for posts here: everybody, followers, nobody but oneself. */
int64_t quote_policy_of(enum quote_policy chosen);

struct quote {
	quote_id id;
	status_id status;             /* the post that quotes */
	account_id account;           /* its author */
	status_id quoted;             /* none: not known here, or gone */
	account_id quoted_account;    /* none: not known */
	struct str quoted_uri;
	enum quote_state state;       /* only what the database keeps: up to DELETED */
	bool legacy;                  /* said only by keys that ask for no approval */
	struct str approval_uri;      /* the QuoteAuthorization; ours where the quoted post is ours */
	struct str request_uri;       /* the QuoteRequest's id */
	int64_t created_us;
	int64_t due_us;               /* when the authorization is looked at again; 0: never */
	int64_t version;              /* as it was read */
};

/* What somebody is to the author of a post. */
struct quote_facts {
	bool is_person, is_author, follows_author, followed_by_author;
};
enum quote_right rule_quote(enum visibility v, int64_t policy, const struct quote_facts *f);
