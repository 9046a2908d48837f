/* view/oembed.h: a post for other sites to show: https://oembed.com/ and https://docs.joinmastodon.org/methods/oembed/ */
#pragma once
#include "base/call.h"

/* The answer for the address of a post's page here (with or without "/embed"). Its html is the post itself in a quotation that leads to it: no
 * scripts, no frames. maxwidth, maxheight: 0 where not asked for.
 * Fails: NOT_FOUND ("Record not found")  there is no such post of ours, or it is not for everybody. */
MUST struct err *view_oembed_json(struct call *c, struct str url, int64_t maxwidth, int64_t maxheight, struct str *ret_json);
