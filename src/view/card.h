/* view/card.h: preview cards as the client API shows them. https://docs.joinmastodon.org/entities/PreviewCard/ */
#pragma once
#include "base/call.h"
#include "model/card.h"
#include "model/viewer.h"
#include "view/account.h"

/* The members of PreviewCard, into the open object. The author is shown where they named the page's site, and are in `accounts`. */
void view_card_members(struct call *c, const struct viewer *v, const struct card *k, const struct account_page *accounts, struct jw *w);
/* It has something to show. */
bool view_card_shown(const struct card *k);
/* Its page, or its picture, is of a server whose media are rejected: of it the words alone are shown, and its picture is not fetched. */
bool view_card_rejected(struct call *c, const struct card *k);
/* May this site name the account whose list of sites this is? */
bool view_card_author_agrees(struct call *c, const struct card *k);

/* The row, for those who look it up (reach). NULL: it is gone. */
MUST struct err *view_card_find(struct call *c, card_id id, struct card **ret);
/* The PreviewCard of a post, for GET /statuses/:id/card; "{}" where it has none. NOT_FOUND: unknown or hidden. */
MUST struct err *view_status_card_json(struct call *c, const struct viewer *v, status_id id, struct str *ret_json);
