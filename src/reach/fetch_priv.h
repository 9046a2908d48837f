/* reach/fetch_priv.h: one GET of this room. */
#pragma once
#include "net/client.h"

/* A page or an answer of at most max bytes; accept: the whole header's line. Fails: REMOTE  perhaps another time (silence, 5xx, 429, no room
 * here); NOT_FOUND  it will not be had: a refused address, another answer than 200, too long. */
MUST struct err *reach__get(struct call *c, struct str url, const char *accept, size_t max, struct fetched *ret);
