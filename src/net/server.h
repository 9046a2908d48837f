/* net/server.h: listeners, request lanes and open streams. I/O threads (libmicrohttpd's) never run application code and never
 * touch a database: a request's head is routed, its body gathered under the route's cap, then it waits in a bounded lane
 * for a worker; a full lane answers 503 with Retry-After at once. Hides libmicrohttpd and wslay. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHOD_OTHER };
enum lane { LANE_DB, LANE_FETCH, LANE_UPLOAD, LANES };       /* answers from the database; may wait for a remote; takes files */

struct header {
	struct str name, value;
};

/* One request. Lives, with all it points to, until the answer has been sent. */
struct request {
	struct arena *arena;
	enum method method;
	struct str path;          /* decoded once, without the query; begins with '/' */
	struct str target;        /* path and query as they stood on the request line (what signatures cover) */
	struct str query;         /* raw, without '?' ; empty if none */
	struct str body;          /* whole, at most the route's cap */
	struct str peer;          /* the client's address: the socket's, or what a trusted proxy says */
	bool https;               /* as the client saw it: from a trusted proxy's X-Forwarded-Proto */
	int64_t began_us;         /* monotonic, when the head was complete */
	const struct header *headers;
	size_t headers_n;
	void *route;              /* what on_head put there */
	void *state;              /* free for the application between two runs of the same request */
};
/* The header's value, names compared without case; none if absent. Repeated ones are joined with ", ". */
struct str request_header(const struct request *r, const char *name);

struct stream;

struct reply {
	int status;               /* 200 unless set */
	struct str body;          /* lives until sent */
	int fd;                   /* >= 0: the body is this file, fd_size bytes from its start; net closes it. -1 otherwise */
	int64_t fd_size;
	enum lane again_on;       /* with again: run on_request once more, on that lane */
	bool again;
	/* An open stream instead of a body: net answers 101 (WebSocket, RFC 6455; stream_protocol echoes the subprotocol) or
	 * 200 text/event-stream, then calls on_open with the stream. */
	void (*on_open)(struct stream *s, void *arg);
	void *on_open_arg;
	struct str stream_protocol;
	struct header *headers_v; /* filled by reply_header */
	size_t headers_n, headers_cap;
	struct arena *arena;
};
void reply_header(struct reply *r, const char *name, struct str value); /* CR, LF and NUL in a value drop the header */

/* What routing decides before the body is read. */
struct admission {
	enum lane lane;
	size_t body_max;          /* larger: 413 */
	int64_t deadline_ms;      /* from the head to the start of the answer; past it a waiting request is answered 503 */
};

struct server_app {
	/* On an I/O thread, head only: find the route, fill *ret. False: *ret_now is the answer (404, 405, 403 for a blocked address ...). */
	bool (*on_head)(void *ctx, struct request *r, struct admission *ret, struct reply *ret_now);
	/* On a lane's worker. w is the worker's number in its lane. */
	void (*on_request)(void *ctx, struct request *r, struct reply *reply);
	/* On an I/O thread after the answer went out whole, or broke off. Cheap things only. */
	void (*on_sent)(void *ctx, struct request *r, int status, bool whole, int64_t took_us);
	/* Writes the body of a refusal net makes itself (400, 408, 413, 431, 503), so that errors look alike everywhere. */
	void (*on_refusal)(void *ctx, const struct request *r, struct reply *reply);
	void *ctx;
};

struct server_lane {
	int workers, queue_max;
};
struct server_how {
	struct str listen;        /* "127.0.0.1:3000", "[::]:3000"; port 0 picks one */
	struct str trusted_proxies; /* CIDRs, separated by spaces or commas */
	struct server_lane lanes[LANES];
	int io_threads;
	int connections_max;
	int64_t idle_timeout_s;
};

struct server;
MUST struct err *server_start(struct arena *a, const struct server_how *how, const struct server_app *app, struct server **ret);
struct str server_address(const struct server *s);            /* "127.0.0.1:3000" */
/* Stops accepting, lets running requests finish for at most grace_ms, closes streams, frees. */
void server_stop(struct server *s, int64_t grace_ms);

/* Open streams: WebSockets and event streams. net owns the socket and a bounded buffer a stream; a reader that lets it
 * overflow is closed, not waited for. stream_* are safe from any thread. */
enum { STREAM_BUFFER_MAX = 256 * 1024 };
struct stream_calls {
	/* On net's stream thread. Text frames of at most 4 kB; binary ones close with 1003. */
	void (*on_text)(struct stream *s, void *arg, struct str text);
	/* The last call for this stream; arg may be freed. */
	void (*on_close)(struct stream *s, void *arg);
	void *arg;
};
void stream_bind(struct stream *s, const struct stream_calls *calls);        /* in on_open */
bool stream_is_websocket(const struct stream *s);
/* Queues one WebSocket text frame, or raw bytes of an event stream. False: closed or overflowed (then it is being closed). */
bool stream_send(struct stream *s, struct str text);
void stream_close(struct stream *s, int code);                /* WebSocket close code; event streams just end */
struct str stream_peer(const struct stream *s);
/* net itself pings WebSockets every 30 s and closes those that do not answer by the next; it writes ":thump\n\n" to event streams every 15 s. */
