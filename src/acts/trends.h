/* acts/trends.h: what is talked about: uses are counted as posts are made, lists are made of them every few minutes.
 * https://docs.joinmastodon.org/methods/trends/ */
#pragma once
#include "base/call.h"
#include "model/ids.h"

struct status_whole;

/* In a transaction: a post or boost is made: its tags and its page were used today. Only public ones of people who are not limited count,
 * and no old ones that were fetched now. */
MUST struct err *acts__trends_used(struct call *c, const struct status_whole *w, const tag_id *tags, size_t n);

/* Recurring: scores anew what is used today and what trends, and lets go what trends no longer. */
MUST struct err *acts_trends_refresh(struct call *c);
/* Recurring: forgets uses that are older than any history shown. */
MUST struct err *acts_clean_trends(struct call *c);
