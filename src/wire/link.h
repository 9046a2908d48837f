/* wire/link.h: media types in headers (RFC 9110 8.3 and 12.5.1), and Link (RFC 8288): what a body is, what a client
 * wants, where the next page is. */
#pragma once
#include "base/arena.h"

struct mime {
	struct str type;          /* "application/json": lower case, without parameters */
	struct str charset, boundary, profile;   /* none where not said */
};
/* False where it is no type. The slices live in a. */
bool mime_parse(struct arena *a, struct str header, struct mime *ret);
/* application/activity+json, or application/ld+json with ActivityStreams' profile (ActivityPub 3.2). */
bool mime_is_activity(struct arena *a, struct str header);
bool mime_is_json(struct arena *a, struct str header);  /* application/json, or any "+json" */

/* What an answer may be, in bits. */
enum accept { ACCEPT_HTML = 1, ACCEPT_ACTIVITY = 2, ACCEPT_JSON = 4, ACCEPT_JRD = 8, ACCEPT_XRD = 16 };
/* The one of `offered` that the Accept header wants most: by q, then by its place in the header. A wildcard, and no header
 * at all, take `first`. 0 where nothing fits. application/ld+json counts as ACTIVITY with or without a profile. */
enum accept accept_choose(struct str header, unsigned offered, enum accept first);

/* The address with this rel in a Link header; none if there is none. */
struct str link_find(struct str header, const char *rel);

/* Takes the next `name=value` off a list cut by `cut` (',' or ';'), unquoting "values" (in a, where they hold a backslash).
 * A part without '=' has a value of none. False: the end, or (*ret_bad) what cannot be read. */
bool header_param_next(struct arena *a, struct str *rest, char cut, struct str *ret_name, struct str *ret_value, bool *ret_bad);
