/* net/client.h: HTTP out (libcurl multi on one thread), with the address guard, per-host limits, and bounds on time, size and
 * redirects. Every address that a stranger can choose is judged when it is connected to, at every redirect: loopback, private, link-local,
 * shared, multicast, reserved, mapped, compatible, 6to4, Teredo and NAT64 forms are refused unless conf.allow_private_addresses
 * names them (CIDR[:port]). */
#pragma once
#include "base/call.h"

struct client;

struct client_how {
	struct str user_agent;            /* "Howdah/0.1 (+https://example.org/)" */
	struct str allow_private;         /* "127.0.0.0/8:8443 10.0.0.0/8" */
	struct str static_hosts;          /* "name=127.0.0.1:8443 other=127.0.0.1:8444": for laboratories; the address still passes the guard */
	struct str ca_file;               /* an extra root, beside the system's */
	struct conf_current *conf;        /* whose suspended servers are neither asked nor redirected to (REFUSED_ADDRESS); NULL: none are */
	int per_host;                     /* requests under way at once to one host: default 4 */
	int total;                        /* in all: default 768, more than deliveries and fetches of the queue may hold together */
};
MUST struct err *client_start(struct arena *a, const struct client_how *how, struct client **ret);
/* Ends what is under way (UNREACHABLE) and the thread. Nobody may begin or fetch afterwards. NULL is fine. */
void client_stop(struct client *cl);

struct fetch {
	struct str method;                /* "GET" if none */
	struct str url;                   /* http or https */
	struct str body;                  /* none: no body */
	const char *const *headers;       /* "Name: value", NULL-terminated, at most 64; a line break in one is BAD_URL */
	int64_t timeout_ms;               /* whole exchange; default 10000; connect at most half of it */
	size_t body_max;                  /* of the answer, after decompression; larger is an error; default 1 MiB */
	bool only_status;                 /* a larger body is no error: not all of it is kept, and the rest is not waited for */
	/* Of a GET or HEAD, each judged anew; default 0: a 3xx is the answer. One more, one from https to http, or one to no address is
	 * BAD_URL. Authorization, Signature, Cookie and Host never follow to another host. */
	int redirects_max;
	bool to_anybody;                  /* to a server that is suspended here too: what people's devices asked for */
	bool trusted_address;             /* from boot settings (mail, storage): the guard does not apply, but to redirects to other hosts */
	bool certificate_only;            /* https: one handshake, with whatever certificate for that name, nothing sent; ANSWERED is status 0 */
	struct str s3_sigv4;              /* "region" for S3: signs with user/password below (CURLOPT_AWS_SIGV4) */
	struct str user, password;
};

enum fetch_outcome { FETCH_ANSWERED, FETCH_REFUSED_ADDRESS, FETCH_TIMEOUT, FETCH_TOO_LARGE, FETCH_TLS, FETCH_UNREACHABLE, FETCH_BAD_URL };

struct fetched {
	enum fetch_outcome outcome;
	int status;                       /* ANSWERED only */
	struct str url;                   /* the final address, after redirects */
	struct str content_type, location, retry_after;
	struct str body;
	struct str why;                   /* for the log, where not ANSWERED */
	int64_t took_us;
	struct str header_link, etag, last_modified, content_range;
	int64_t certificate_from_us, certificate_until_us;    /* certificate_only; 0: none was seen */
	bool certificate_trusted;         /* it leads to a root that is known here, and it is its time */
};

/* Waits for the answer (only lanes that may wait call it): fills *ret in c->arena whatever the outcome. Honours c->deadline_us.
 * Fails: BUSY when `total` and the waiting room (4 times that) are full, or this host has a quarter of that room. An outcome other
 * than ANSWERED is not an error of this call. */
MUST struct err *client_fetch(struct call *c, struct client *cl, const struct fetch *f, struct fetched *ret);
/* Does not wait: done(arg, result) runs on the client's thread, once, also where client_stop() cuts it short; result lives for that
 * call only, and done may begin another. All of f is copied. False: full or stopping, and done will not run. */
bool client_begin(struct client *cl, const struct fetch *f, void (*done)(void *arg, const struct fetched *result), void *arg);

/* The guard by itself, for tests and for those who check before they begin: may this address be connected to? */
bool client_address_allowed(const struct client *cl, const char *ip, int port);
/* Is this name or address ("peer.test", "127.0.0.1", "[::1]") one that is reached because allow_private says so: are all its addresses such as
 * strangers may not name, and is one of them allowed? Asks the name service, but only where allow_private names anything, and so may wait. */
bool client_only_by_allowance(const struct client *cl, const char *host, int port);
