/* store/card.h: rows of preview cards: one an address. */
#pragma once
#include "base/map.h"
#include "model/card.h"
#include "store/store.h"

/* By what posts link to: map id.v -> struct card *, each with the words of its page's own row, and the sites that
 * may name its author. At most 320 ids. */
MUST struct err *cards_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
/* The row itself, whether it leads to another or not. NULL: none. */
MUST struct err *card_find(struct call *c, card_id id, struct card **ret);
MUST struct err *card_find_url(struct call *c, struct str url, struct card **ret);

/* In a transaction: finds or makes the row of this address, WANTED where it is new. */
MUST struct err *card_want(struct call *c, struct str url, struct card **ret);
/* In a transaction: looking it up has been queued. */
MUST struct err *card_asked(struct call *c, card_id id);
/* In a transaction: all but id and url, which stay. */
MUST struct err *card_put(struct call *c, const struct card *k);
/* In a transaction: what the picture turned out to be; only while the card still names it. */
MUST struct err *card_image_put(struct call *c, card_id id, struct str image_url, int64_t width, int64_t height, struct str blurhash);
/* In a transaction: who the creator is; only while the card still names them. */
MUST struct err *card_author_put(struct call *c, card_id id, struct str creator, account_id who);

/* Removes, of the cards looked up between the two, those that no post links to; at most max. */
MUST struct err *cards_drop_unused(struct call *c, int64_t from_us, int64_t before_us, int max, int64_t *ret_n);
