/* net/stream_priv.h: what the stream thread (stream.c) and its two kinds of stream (ws.c, sse.c) share.
 *
 * Who may touch what: the fields under `lock` anyone with a reference; the rest the stream thread. Locks are taken in the order
 * stream, set. */
#pragma once
#include <sys/epoll.h>
#include <wslay/wslay.h>

#include "net/server_priv.h"

enum { CLOSE_PATIENCE_S = 3, CODE_AWAY = 1001, CODE_KIND = 1003 };

struct streams {
	struct server *server;
	int max, epoll_fd, wake_fd;
	int64_t ping_us, thump_us, tick_us;
	atomic_int open;
	pthread_t thread;
	pthread_mutex_t lock;
	struct stream *todo;      /* under lock: streams that want the thread's attention */
	atomic_bool closing, stopping;
	struct stream *list;
};

struct stream {
	atomic_int refs;
	struct streams *set;
	bool websocket;           /* constant, as are the two below */
	void (*on_open)(struct stream *s, void *arg);
	void *on_open_arg;

	struct stream *todo_next; /* under set->lock */
	bool queued;              /* under set->lock */

	pthread_mutex_t lock;
	uint8_t *out;             /* under lock: out_at .. out_n is still to be sent */
	size_t out_n, out_at, out_cap;
	bool closed, slow, gone;  /* under lock: takes no more; overflowed; the other side or libmicrohttpd has left */
	bool parked;              /* under lock: an event stream, suspended for want of bytes */
	struct conn *conn;        /* under lock: an event stream's; NULL once gone */
	int close_code;           /* under lock */
	int fd;                   /* under lock until the thread has adopted the stream: a WebSocket's socket, or -1 */
	char *early;              /* the same: bytes that came right behind the handshake */
	size_t early_n, early_at;

	struct stream *prev, *next;
	struct stream_calls calls;
	struct wslay_event_context *ws; /* NULL while the stream rests */
	uint64_t skip;            /* bytes left of the frame being read */
	uint8_t head[14];         /* what has come of the next frame's head */
	int head_n;
	bool partial;             /* a message's fragments are on their way */
	bool adopted, dead, pinged, heard, want_out, closing, closed_by_both;
	int64_t next_us, give_up_us;
	size_t read_n;            /* in this turn */
	char peer[46];
};

struct stream *net__stream_create(struct streams *set, struct exchange *x, bool websocket);
void net__stream_attend(struct stream *s);                    /* asks the stream thread to look at s; any thread */
/* With the lock: bytes are queued; they went out. False: no room. */
bool net__stream_append(struct stream *s, const void *p, size_t n);
void net__stream_sent(struct stream *s, size_t n);
void net__stream_finish(struct stream *s);                    /* stream thread: the end of a stream, whatever it came from */

/* ws.c */
bool net__ws_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret);
void net__ws_watch(struct stream *s);                         /* after on_open: from now on its socket is read */
void net__ws_event(struct stream *s, uint32_t events);
void net__ws_close(struct stream *s, int code);
void net__ws_flush(struct stream *s);
void net__ws_free(struct stream *s);

/* sse.c */
bool net__sse_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret);
void net__sse_unpark(struct stream *s);                       /* with the lock: there are bytes, or an end */
