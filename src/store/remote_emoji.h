/* store/remote_emoji.h: rows of other servers' custom emoji: where the picture of each is, and how it went. One a domain and shortcode. */
#pragma once
#include "store/store.h"

struct remote_emoji {
	int64_t id;                   /* its picture's: another picture gets another id */
	struct str domain, shortcode, url;
	int64_t updated_us;           /* as its server says; 0: not said */
	int64_t used_us, failed_us;
};
MUST struct err *remote_emojis_named(struct call *c, struct str domain, const struct str *shortcodes, size_t n, struct remote_emoji **ret,
				     size_t *ret_n);
/* In a transaction. Sorted by shortcode, and all of one domain, so that two of them never wait for each other. */
MUST struct err *remote_emojis_put(struct call *c, const struct remote_emoji *v, size_t n);
/* In a transaction: how the fetching of its picture went. */
MUST struct err *remote_emoji_fetched(struct call *c, int64_t id, int64_t used_us, int64_t failed_us);
/* In a transaction: at most `drop` of those over `keep` go, the longest unused first; of a domain, or of all. *ret_n: how many went. */
MUST struct err *remote_emojis_trim_domain(struct call *c, struct str domain, int64_t keep, int64_t drop, int64_t *ret_n);
MUST struct err *remote_emojis_trim(struct call *c, int64_t keep, int64_t drop, int64_t *ret_n);
/* In a transaction: all of the domain. */
MUST struct err *remote_emojis_drop(struct call *c, struct str domain);
