/* net/server.h: listeners, request lanes and open streams. I/O threads (libmicrohttpd's) never run application code and never
 * touch a database: a request's head is routed, its body gathered under the route's cap, then it waits in a bounded lane
 * for a worker; a full lane answers 503 with Retry-After at once. Hides libmicrohttpd and wslay. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHOD_OTHER };
/* Answers from the database; may wait for a remote, for somebody here; takes files; waits for the key of a stranger, or for a picture, either of
 * which anybody may name. */
enum lane { LANE_DB, LANE_FETCH, LANE_UPLOAD, LANE_KEY, LANE_PICTURE, LANES };

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
	enum lane lane;           /* whose worker runs it */
	void *route;              /* what on_head put there */
	void *state;              /* free for the application between two runs of the same request */
};
/* The header's value, names compared without case; none if absent. Repeated ones are joined with ", ". */
struct str request_header(const struct request *r, const char *name);

struct stream;
enum { BODIES_MAX = 256 * 1024 * 1024 };  /* bytes of bodies held at once, over all requests; past it 503 */

struct reply {
	int status;               /* 200 unless set */
	struct str body;          /* lives until sent */
	int fd;                   /* >= 0: the body is this file, fd_size bytes from fd_at; net closes it. -1 otherwise */
	int64_t fd_at, fd_size;
	enum lane again_on;       /* with again: run on_request once more, on that lane */
	bool again;
	/* An open stream instead of a body: net answers 101 (WebSocket, RFC 6455; stream_protocol echoes the subprotocol) or
	 * 200 text/event-stream (any other GET), then calls on_open with the stream, on the stream thread, exactly once: with NULL
	 * where there will be no stream (a bad handshake, too many streams, the client gone). The request may have ended by
	 * then, so arg must not live in its arena. */
	void (*on_open)(struct stream *s, void *arg);
	void *on_open_arg;
	struct str stream_protocol;
	struct header *headers_v; /* filled by reply_header */
	size_t headers_n, headers_cap;
	struct arena *arena;
};
/* CR, LF or NUL in a value drops the header; so do the names that are net's: Connection, Content-Length, Date, Transfer-Encoding.
 * name must outlive the request (a literal); value is copied. */
void reply_header(struct reply *r, const char *name, struct str value);

/* What routing decides before the body is read. */
struct admission {
	enum lane lane;
	size_t body_max;          /* larger: 413 */
	int64_t deadline_ms;      /* from the head to the start of the answer; past it a waiting request is answered 503 */
};

struct server_app {
	/* On an I/O thread, head only: find the route, fill *ret. False: *ret_now is the answer (404, 405, 403 for a blocked
	 * address ...). */
	bool (*on_head)(void *ctx, struct request *r, struct admission *ret, struct reply *ret_now);
	/* On a lane's worker. Must end by the deadline it promised: server_stop() waits for it. Not called for a client that
	 * closed its side of the connection while its request waited. */
	void (*on_request)(void *ctx, struct request *r, struct reply *reply);
	/* On an I/O thread after the answer went out whole, or broke off; status 0: the client left before there was one. To a client
	 * that had closed its side before, the answer of a write is not whole. took_us: from the head's arrival, of a POST also
	 * where the process was too busy to read it. A stream counts as sent when it begins. Called once for each on_head. Cheap
	 * things only. */
	void (*on_sent)(void *ctx, struct request *r, int status, bool whole, int64_t took_us);
	/* Writes the body of a refusal net makes itself (reply->status is 400, 413, 414, 426, 431 or 503), so that errors look alike
	 * everywhere. Any thread. What libmicrohttpd refuses before there is a head (a malformed one, one of more than 24 kB: 414, 431) it
	 * answers itself; a client too slow to send one is closed without a word. */
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
	int connections_max;      /* also the most streams; WebSockets count as streams only */
	int64_t idle_timeout_s;   /* of a connection nothing moves on; a head may take twice that in all */
	int64_t ping_ms, thump_ms; /* 0: 30 s between pings, 15 s between thumps */
};

struct server;
MUST struct err *server_start(struct arena *a, const struct server_how *how, const struct server_app *app, struct server **ret);
struct str server_address(const struct server *s);            /* "127.0.0.1:3000" */
/* Stops accepting, closes streams (1001), lets requests finish for at most grace_ms; what still waits then is answered 503, what
 * runs is waited for. Frees everything; no stream may be used after it except for stream_unref(). */
void server_stop(struct server *s, int64_t grace_ms);

/* Open streams: WebSockets and event streams. net owns the socket and a bounded buffer a stream; a reader that lets it
 * overflow is closed, not waited for. stream_* are safe from any thread, but for stream_bind(). A stream stays valid until its
 * on_close returned; who may hold it longer (a hub that sends from other threads) takes a reference with stream_ref(): sending to a
 * closed stream is harmless and says false. Callbacks are called without any lock of net's held. */
enum { STREAM_BUFFER_MAX = 256 * 1024, STREAM_TEXT_MAX = 4096 };
struct stream_calls {
	/* On net's stream thread. Text messages of at most STREAM_TEXT_MAX bytes of UTF-8; larger ones close with 1009, binary ones
	 * with 1003. */
	void (*on_text)(struct stream *s, void *arg, struct str text);
	/* The last call for this stream, on net's stream thread; arg may be freed. */
	void (*on_close)(struct stream *s, void *arg);
	void *arg;
};
void stream_bind(struct stream *s, const struct stream_calls *calls);        /* in on_open; calls is copied */
struct stream *stream_ref(struct stream *s);
void stream_unref(struct stream *s);                          /* NULL is fine */
bool stream_is_websocket(const struct stream *s);
/* Queues one WebSocket text frame, or raw bytes of an event stream. False: closed or overflowed (then it is being closed). */
bool stream_send(struct stream *s, struct str text);
/* WebSocket close code; event streams just end. What was queued before is still sent. */
void stream_close(struct stream *s, int code);
struct str stream_peer(const struct stream *s);               /* lives as long as the stream */
/* net itself pings WebSockets every 30 s and closes those that do not answer by the next; it writes ":)\n" to event streams as they
 * open and ":thump\n" every 15 s, as Mastodon does: some clients take an empty line for the end of an event. */
