/* store/email_block.h: domains of e-mail addresses that are not taken here, with all below them. */
#pragma once
#include "store/store.h"

enum { EMAIL_BLOCKS_MAX = 20000 };

struct email_block {
	struct str domain;            /* normalized, without a port */
	struct str by;
	int64_t created_us;
};
/* All, by domain. */
MUST struct err *email_blocks_all(struct call *c, struct email_block **ret, size_t *ret_n);
MUST struct err *email_blocks_any(struct call *c, bool *ret);
/* Is one of these very domains blocked? Whoever asks names the wider ones, too. */
MUST struct err *email_blocks_have(struct call *c, const struct str *domains, size_t n, bool *ret);
/* In a transaction. *ret_new, *ret_was: whether it changed anything. Adding fails: INVALID  there are EMAIL_BLOCKS_MAX. */
MUST struct err *email_block_add(struct call *c, struct str domain, struct str by, bool *ret_new);
MUST struct err *email_block_drop(struct call *c, struct str domain, bool *ret_was);
