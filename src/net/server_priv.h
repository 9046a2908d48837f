/* net/server_priv.h: what the server half of net shares among its files. One exchange is one request and its answer; it is
 * owned by one thread at a time: the I/O thread of its connection, a lane's queue or worker, the I/O thread again. */
#pragma once
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/world.h"
#include "net/address_priv.h"
#include "net/server.h"

enum phase {
	PHASE_HEAD,               /* the request line was read */
	PHASE_BODY,
	PHASE_REFUSED,            /* reply is the answer; what still comes of the body is thrown away */
	PHASE_WAITING,            /* suspended: in a lane or with a worker */
	PHASE_ANSWERED,           /* resumed: reply is the answer */
	PHASE_GONE,               /* resumed: the client left */
	PHASE_SENT,               /* the response is with libmicrohttpd */
};

struct conn {
	struct conn *prev, *next; /* server->conns, under conns_lock */
	struct server *server;
	struct MHD_Connection *mhd;
	int fd;
	_Atomic int64_t until_us; /* monotonic: past it the connection is shut; 0: it may stay */
	struct exchange *x;       /* the request under way, or NULL */
	bool cut_short;           /* answered before it had said all */
	bool handed_over;         /* its socket is a WebSocket's now, which has a descriptor of its own */
	struct stream *stream;    /* the stream this connection carries or is about to, or NULL; holds a reference */
};

struct exchange {
	struct exchange *next;    /* in its lane */
	struct conn *conn;
	struct arena *arena;      /* holds the exchange, too */
	struct request request;
	struct reply reply;
	struct admission admission;
	enum phase phase;
	bool seen, http11;        /* seen: on_head was called */
	bool shut;                /* what follows on this connection may be another's request, or none */
	bool unheard;             /* the client had hung up before its answer was begun */
	int runs;
	int64_t queued_us, lain_us; /* lain: how long the head lay unread */
	char *body;               /* malloc'd: it grows in place and is given back whole */
	size_t body_n, body_cap, thrown;
};

/* door.c: lets connections in. */
MUST struct err *net__door_open(struct arena *a, struct server *s);  /* binds, and says at which address */
MUST struct err *net__door_start(struct arena *a, struct server *s); /* begins to accept */
void net__door_close(struct server *s);                       /* when it returns, nobody new comes; `stopping` is set before */

/* linger.c: what was answered before it had said all is closed a moment later, so that the answer arrives. */
enum { LINGERING_MAX = 64 };                                  /* past it the oldest is closed */
void net__linger(struct server *s, int fd, bool cut_short);   /* fd is about to be closed; else only where there is something unread */
void net__linger_sweep(struct server *s, bool all);           /* closes those whose time is over; every second, on the stream thread */

/* lanes.c: bounded queues and their workers. */
struct lanes;
struct lanes_how {
	const struct server_lane *lanes;
	void (*run)(void *ctx, struct exchange *x);
	void *ctx;
};
MUST struct err *net__lanes_start(struct arena *a, const struct lanes_how *how, struct lanes **ret);
/* False: the lane is full. suspend(x), where given, is called before any worker can see x. */
bool net__lanes_put(struct lanes *l, enum lane lane, struct exchange *x, void (*suspend)(struct exchange *x));
/* Hands what waits to drop(), and returns when no worker runs any more. */
void net__lanes_stop(struct lanes *l, void (*drop)(void *ctx, struct exchange *x));

/* exchange.c: from the head to a struct request, from a struct reply to a response. */
struct exchange *net__exchange_create(struct conn *c, const char *target);
void net__exchange_end(struct exchange *x, bool whole);       /* calls on_sent, frees */
bool net__exchange_read_head(struct exchange *x, const char *method, const char *version); /* false: malformed, 400 */
int net__exchange_too_long(const struct exchange *x);         /* its head: 0, 414 or 431 */
/* How net answers by itself: 400, 413, 414, 426, 431, 503 (with Retry-After). Sets x->reply. */
void net__exchange_refuse(struct exchange *x, int status);
struct str net__exchange_bare(struct exchange *x);            /* x->reply as HTTP/1.1 has it on the wire; the last on its connection */
/* Adds to the body. 0, or the status of a refusal. */
int net__exchange_take(struct exchange *x, const char *p, size_t n);
struct MHD_Response *net__exchange_response(struct exchange *x);
void net__response_headers(struct MHD_Response *res, const struct reply *reply);
void net__reply_reset(struct exchange *x);                    /* closes a file that will not be sent */

/* stream.c: the stream thread. */
struct streams;
MUST struct err *net__streams_start(struct arena *a, struct server *server, struct streams **ret);
void net__streams_close_all(struct streams *set);             /* 1001 to every one; new ones are refused from now on */
void net__streams_stop(struct streams *set);                  /* after libmicrohttpd has stopped */
/* Answers x with a stream: 101 or 200 text/event-stream. False: x->reply was made a refusal instead. */
bool net__stream_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret);
void net__stream_gone(struct stream *s);                      /* libmicrohttpd is done with the connection; takes its reference */

/* ws.c: RFC 6455's handshake. */
/* 101, or the status that refuses it. accept: 29 bytes for Sec-WebSocket-Accept and a NUL. */
int net__ws_handshake(const struct exchange *x, char *ret_accept);
size_t net__ws_frame_head(uint8_t *to, int opcode, size_t payload_n); /* at most 10 bytes */

struct server {
	struct server_app app;
	struct server_how how;
	struct str address;
	struct net__blocks trusted;
	struct MHD_Daemon *mhd;
	int listen_fd, door_fd;   /* door_fd: wakes the door's thread */
	pthread_t door;
	bool door_kept;           /* its thread runs */
	atomic_int conns_n;       /* connections let in that have not ended */
	struct lanes *lanes;
	struct streams *streams;
	pthread_mutex_t conns_lock;
	struct conn *conns;
	struct { int fd; int64_t until_us; } lingering[LINGERING_MAX]; /* under conns_lock */
	int lingering_n;
	pthread_cond_t quiet;     /* with conns_lock: one of the two counts below fell while stopping */
	atomic_int under_way;     /* exchanges between their head and their answer's last byte; event streams */
	atomic_int suspended;     /* connections; libmicrohttpd must not be stopped while there are any */
	atomic_size_t bodies;     /* bytes of bodies held */
	atomic_bool stopping;
};

static inline struct str net__lane_name(enum lane l)
{
	static const struct str names[LANES] = { [LANE_DB] = STRC("db"), [LANE_FETCH] = STRC("fetch"), [LANE_UPLOAD] = STRC("upload"),
						 [LANE_KEY] = STRC("key"), [LANE_PICTURE] = STRC("picture") };

	return names[l];
}
void net__suspend(struct server *s, struct MHD_Connection *mhd);
void net__resume(struct server *s, struct MHD_Connection *mhd);
void net__count_down(struct server *s, atomic_int *count);    /* and tells server_stop() */
void net__conns_sweep(struct server *s);                      /* shuts those past their time; every second, on the stream thread */
void net__pool_empty(void);                                   /* frees the arenas kept for exchanges to come */

/* A thread with a small stack and all signals blocked. */
MUST struct err *net__thread(struct arena *a, pthread_t *ret, size_t stack, void *(*fn)(void *), void *arg);
