/* store/repeat.h: posting once: Idempotency-Key rows, and fingerprints of posts for the guard against pressing "post" again. */
#pragma once
#include "store/store.h"

/* The post, or the post for later, that holds this key, if it is still there and the key not older than since_us; else none. */
MUST struct err *idempotency_find(struct call *c, account_id who, struct str key, int64_t since_us, status_id *ret, scheduled_id *ret_later);
/* In a transaction: the key becomes this post's (for later or not: ids are unique). *ret_taken: another living post holds it. */
MUST struct err *idempotency_claim(struct call *c, account_id who, struct str key, int64_t post, int64_t since_us, bool *ret_taken);
/* In a transaction: what stood for later has become a post. */
MUST struct err *idempotency_published(struct call *c, account_id who, scheduled_id was, status_id post);

/* In a transaction: this post (for later or not), whose answer has not been given yet. */
MUST struct err *fingerprint_add(struct call *c, account_id who, struct str fingerprint, int64_t post);
/* The newest post of that fingerprint since since_us, or post for later, that is still there; unanswered: only one whose first answer is not
 * known to have arrived whole and quickly. None where there is none. */
MUST struct err *fingerprint_find(struct call *c, account_id who, struct str fingerprint, int64_t since_us, bool unanswered, status_id *ret,
				  scheduled_id *ret_later);
MUST struct err *fingerprints_answered(struct call *c, const int64_t *posts, size_t n);
/* In a transaction: whoever deletes or edits means what they post next. */
MUST struct err *fingerprints_forget(struct call *c, account_id who);
