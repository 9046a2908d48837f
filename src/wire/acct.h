/* wire/acct.h: handles: "alice", "@alice", "alice@example.org", "@alice@example.org", "acct:alice@example.org". Domains may
 * carry a port (laboratories). Rules of names: api of Mastodon 4.6 (Account::USERNAME_RE) and RFC 7565. */
#pragma once
#include "base/arena.h"

enum { ACCT_LOCAL_MAX = 30, ACCT_REMOTE_MAX = 2048 };

struct acct {
	struct str name;          /* as written: upper and lower case are kept */
	struct str domain;        /* in its one form (wire/url.h); none where none is said */
};

/* False where it is no handle. "acct:" wants a domain. The domain lives in a, the name points into text. */
bool acct_parse(struct arena *a, struct str text, struct acct *ret);
bool acct_name_is_local(struct str name);                     /* may be given to one of ours: [A-Za-z0-9_], 1 to 30 */
bool acct_name_is_remote(struct str name);                    /* may be the name of a stranger: also '.' and '-' inside */
struct str acct_format(struct arena *a, struct acct acct);    /* "alice" or "alice@example.org" */
