/* fed/fetch.h: reading documents of other servers. Every fetch is a GET signed by the instance actor, through the client's address guard,
 * with bounds on time, size and redirects; only for lanes and jobs that may wait. What one request or job may cause to be fetched is
 * bounded by its budget, in all and of each host: else one who writes what leads to somebody else's server could have us ask it without
 * end. A document is believed only at its own id. */
#pragma once
#include "base/call.h"
#include "base/map.h"
#include "wire/json.h"

/* A profile's pinned posts and tags are 26 requests at most to one host. */
enum { FED_REDIRECTS_MAX = 3, FED_BODY_MAX = 1 << 20, FED_FETCHES_MAX = 40, FED_HOST_FETCHES_MAX = 30, FED_BYTES_MAX = 16 << 20 };

/* One chain of fetches: whatever follows from one request or one job. Redirects and second tries count too. */
struct fed_budget {
	int fetches_left, host_max;
	struct map *hosts;        /* a domain with its port: int *, how many were made to it */
	int64_t bytes_left;       /* of bodies: they stay in the call's arena */
	int64_t until_us;         /* by the world's clock */
	int status;               /* of the last answer; 0: there was none */
	struct str bearer, bearer_at;     /* a token that is shown at the host of that address, and nowhere else; none: none is */
	struct str cause;         /* the address, or domain, of who made us ask; none: nobody elsewhere */
	struct str blamed;        /* whom that is counted for; found out with the first request */
	int made, vain;           /* requests; those that came to nothing */
	bool asks_nobody;         /* a request is an error (LATER), and `needs` the domain that it would have gone to */
	struct str needs;
	bool weighed, refused, counted;   /* it was asked whether who is blamed may cause any; they may not; all that they cause is counted */
};
struct fed_budget fed_budget(struct call *c);
/* For what somebody at this address, or domain, has caused. One who makes up ids could else have us ask anybody, without end: each activity is one
 * chain, names below a domain cost nothing, and whose name is on the id has done nothing. So what comes to nothing is counted for who caused it,
 * by registered domain, and past a bound (view_fetches_spent()) the budget of such a chain is nothing. */
struct fed_budget fed_budget_for(struct call *c, struct str uri);
/* What was fetched was of no use: nothing of it was kept. */
void fed_budget_in_vain(struct fed_budget *b);
/* The chain is over; e is what it ended with, and is returned. Else fails as writing does. */
MUST struct err *fed_budget_end(struct call *c, struct fed_budget *b, struct err *e);

/* Fails: NOT_FOUND  404, 401, 403 and their like: it is not for us;
 *        GONE       410;
 *        REMOTE     silence, TLS, 5xx, 429: another try may help;
 *        INVALID    what came is no such document: its type, its JSON, an id that does not agree; an address that is none, is without
 *                   TLS or may not be fetched; or the budget is used up, in all or that host's. */
MUST struct err *fed_fetch(struct call *c, struct fed_budget *b, struct str uri, const struct json **ret);
/* The same without a signature and ids: WebFinger and host-meta. accept: the header's value. */
MUST struct err *fed_fetch_text(struct call *c, struct fed_budget *b, struct str url, const char *accept, struct str *ret_body);

/* "https://example.org", or "http://127.0.0.1:3000" for a domain with a port whose address only a laboratory allows. */
struct str fed_origin(struct call *c, struct str domain);
/* An address of this server's. */
bool fed_is_ours(struct call *c, struct str uri);
/* An address without TLS, outside a laboratory: whoever is on the way may answer for anybody, and read what is sent. */
bool fed_is_plain(struct call *c, struct str url);
/* What a request to this server says in Host; in a laboratory also the address that the name stands for. */
bool fed_is_our_host(struct call *c, struct str host);
/* The first of: a string; an object's "id"; the first member's of an array. */
struct str fed_id_of(const struct json *v);
