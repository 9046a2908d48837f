/* acts/collection_priv.h: collections of people, for those who write posts; and what collections of other servers have in common with consent. */
#pragma once
#include "acts/status_priv.h"
#include "model/collection.h"
#include "store/store.h"

/* Rows of one collection: those it lists, and people of ours who agreed and are not listed yet, or took themselves out. */
enum { COLLECTION_ROWS_MAX = 4 * COLLECTION_ITEMS_MAX };
/* Whoever loses against another looks again, and finds what the other made of it. */
MUST struct err *acts__collection_run(struct call *c, sql_tx_fn *fn, void *arg);
/* In a transaction. CONFLICT: it has changed meanwhile. */
MUST struct err *acts__collection_item_put(struct call *c, struct collection_item *item);
/* In a transaction: its authorizations are to be read; uri: of one. */
MUST struct err *acts__collection_verify(struct call *c, collection_id id, struct str uri);
/* In a transaction: people of ours who are in it no longer are not told of it any more, either. */
MUST struct err *acts__collection_unnotify(struct call *c, account_id owner, collection_id id, const struct collection_item *items, size_t n);


/* In a transaction: the collections that a post links to from now on; had: it linked to some before. Of ours those that are known and whose
 * address, as it is or of their page, stands in the text. */
MUST struct err *acts__collections_link(struct call *c, const struct status_whole *w, bool had);
