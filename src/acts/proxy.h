/* acts/proxy.h: what the media proxy remembers of its copies. */
#pragma once
#include "base/call.h"
#include "model/status.h"

/* Copies are fetched anew after this long. */
#define PROXY_KEPT_US (30 * US_PER_DAY)
/* A film takes the room of a thousand faces, and few look twice. */
#define PROXY_KEPT_BRIEFLY_US US_PER_DAY

struct proxy_copy {
	int64_t kind, id;             /* as in view/media.h */
	struct str url, file, mime;   /* mime: of what moves, with PROXY_MOVES behind */
	int64_t bytes;
	bool brief;                   /* goes after PROXY_KEPT_BRIEFLY_US, and before others where room is short */
	bool moves;                   /* an attachment of more than one picture: a film is to be made of it */
	const struct media *film;     /* the attachment as its film says it is, which this copy is; NULL: this is none */
};
/* Remembers a copy, and that the attachment is a gifv where a film has been made of it; *ret_replaced is the file that it replaces, which
 * belongs to nobody now; none if there was none. */
MUST struct err *acts_proxy_add(struct call *c, const struct proxy_copy *copy, struct str *ret_replaced);
/* Forgets at most max copies: those older than PROXY_KEPT_US, and the oldest while all together are over bytes_max. *ret: their files. */
MUST struct err *acts_proxy_forget(struct call *c, int64_t bytes_max, int max, struct str **ret, size_t *ret_n);
