/* acts/card.h: preview cards: which page a post leads to, and what became of looking it up.
 *
 *   wanted --looked up--> ready --CARD_KEPT_S and a new post--> looked up again
 *      \---could not be had--> failed --CARD_FAILED_S and a new post--> looked up again */
#pragma once
#include "base/call.h"
#include "model/card.h"

struct status_whole;

/* In a transaction: the card of the first page that the post links to (no mention, no hashtag, not here); none where there is none.
 * Queues the looking up where it is due: once an address, however many posts link to it at once. */
MUST struct err *acts__card_choose(struct call *c, const struct status_whole *w, card_id *ret);

/* What the card's address holds; NULL: nothing that could be shown, and what was known stays. found->url is the page's own address; where
 * that is another, the card leads to that one's from now on. Queues the fetching of its picture and the finding of its creator. A card
 * that is gone by now is nothing. */
MUST struct err *acts_card_put(struct call *c, card_id id, const struct card *found);
/* What the picture turned out to be. */
MUST struct err *acts_card_image(struct call *c, card_id id, struct str image_url, int64_t width, int64_t height, struct str blurhash);
/* Who the creator turned out to be. */
MUST struct err *acts_card_author(struct call *c, card_id id, struct str creator, account_id who);

/* Recurring: forgets cards that no post links to any more, when they are a month old, two months, and so on for a year. */
MUST struct err *acts_clean_cards(struct call *c);
