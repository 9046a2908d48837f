/* net/client_priv.h: what client.c (the thread, the queues, the limits) and transfer.c (one exchange with its redirects) share.
 *
 * A transfer is ARRIVED (handed over, under client.lock) -> WAITING (for a slot of its host and of all) -> RUNNING (in curl's
 * hands) -> done. A redirect takes it from RUNNING back to the head of WAITING, counted at its new host. From WAITING on only the
 * client's thread touches it, and nobody after its done() was called: it may live in its caller's arena. */
#pragma once
#include <curl/curl.h>
#include <pthread.h>

#include "base/buf.h"
#include "net/client.h"
#include "net/guard.h"
#include "wire/url.h"

/* Hosts are counted by hash; two that fall together share their limits, which harms neither much and needs no memory to manage. */
enum { CLIENT_HOSTS = 16 * 1024 };
struct client_host {
	uint16_t admitted;                /* guarded by client.lock */
	uint16_t running;                 /* the client's thread only */
};

struct client {
	pthread_t thread;
	CURLM *multi;
	/* Set before the thread starts, then read only. */
	const struct guard *guard, *bare_guard; /* with allow_private, and without it */
	bool allows;                      /* allow_private names something */
	const char *user_agent;
	const char *ca_path;              /* the system's roots and the extra ones, in ca_fd; NULL: curl's own default */
	int ca_fd;                        /* -1: none */
	struct curl_slist *connect_to;
	struct conf_current *conf;        /* NULL in tests */
	int per_host, total;
	pthread_mutex_t lock;
	struct transfer *arrived, **arrived_end;  /* guarded by lock */
	int admitted;                     /* guarded by lock: arrived, waiting and running */
	bool stopping;                    /* guarded by lock */
	struct client_host *hosts;        /* CLIENT_HOSTS of them */
	/* The client's thread only. */
	struct transfer *waiting, **waiting_end;
	struct transfer **running;        /* total places, NULL where free */
	int running_n;
};

enum { TRANSFER_HEADERS_MAX = 64, TRANSFER_HEADER_BYTES_MAX = 64 * 1024 };

struct transfer {
	struct transfer *next;
	struct client *cl;
	struct arena *arena;
	bool owns_arena;                  /* to be destroyed after done() */
	bool unfit;                       /* will not be sent: result says why */
	void (*done)(void *arg, const struct fetched *result);
	void *arg;
	/* What to do. */
	const struct fetch *f;            /* f->headers and all texts live as long as the transfer */
	const char *method;
	struct url url;                   /* of the present step */
	size_t host;                      /* its place in client.hosts */
	int64_t began_us, deadline_us;    /* monotonic */
	/* Under way. */
	CURL *easy;
	struct curl_slist *headers;
	int place;                        /* in client.running */
	int redirects;
	bool left_host;                   /* redirected to another host: its credentials stay behind */
	bool too_large;
	const char *refusal;              /* what the guard said of an address */
	char refused_ip[64];
	size_t header_bytes;
	struct buf body;
	struct fetched result;
	char error[CURL_ERROR_SIZE];
};

/* What the guard says of an address given as text; NULL: allowed. */
const char *net__ip_refusal(const struct guard *g, const char *ip, int port);
/* Is t->url at a server that is not to be talked to? Then t->result says so. */
bool net__transfer_is_barred(struct transfer *t);
/* Makes t's curl handle for t->url. False: t->result says why not. */
bool net__transfer_begin(struct transfer *t, int64_t now_us);
/* After curl ended with this code: true: t->url is where it is redirected to, and it wants to wait again. False: t->result is final.
 * Gives the handle back either way. */
bool net__transfer_end(struct transfer *t, CURLcode code);
void net__transfer_drop(struct transfer *t);                  /* gives the handle back */
void net__transfer_fail(struct transfer *t, enum fetch_outcome outcome, const char *why);
