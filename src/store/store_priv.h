/* store/store_priv.h: what store_tx() does beside the transaction, and what several nouns need. */
#pragma once
#include "base/call.h"
#include "store/account.h"

/* After a commit that left marks (store/search_index.h): somebody will work them off in half a second. Does not fail. */
void store__search_wake(struct call *c);
/* When the job of search that this node knows of begins: not before then. Any thread. */
int64_t ids__search_due_us(const struct ids *ids);
void ids__set_search_due_us(struct ids *ids, int64_t due_us);
/* Of a row that begins with the columns of account_keys. */
struct account_key store__key(struct row r);
/* A domain (letters, digits, '-', '.' and, in some, '_') as a text for LIKE ... ESCAPE '\'. */
struct str store__like_text(struct call *c, struct str domain);
