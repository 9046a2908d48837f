/* store/erase.h: taking out all that somebody who is going has here, but for posts and follows, whose ends others are told of. */
#pragma once
#include "store/store.h"

enum { ERASE_AT_ONCE = 1000 };

/* Kinds of rows, one after another; each step removes at most ERASE_AT_ONCE of one. */
int erase_kinds(void);
/* In a transaction. *ret_n: how many went. */
MUST struct err *erase_some(struct call *c, int kind, account_id who, int64_t *ret_n);
/* In a transaction. Their likes, with the counts of what they liked. */
MUST struct err *erase_favourites(struct call *c, account_id who, int64_t *ret_n);
/* In a transaction. Every file they uploaded counts as left over: the next cleaning takes what no post holds. */
MUST struct err *erase_media(struct call *c, account_id who);
/* In a transaction. The private half, and what the counters remember: the address is free again. */
MUST struct err *erase_user(struct call *c, account_id who);
