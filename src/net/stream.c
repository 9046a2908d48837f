/* Open streams, all on one thread: what is common to WebSockets (ws.c) and event streams (sse.c). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/metrics.h"
#include "net/stream_priv.h"

enum {
	STREAM_STACK = 256 * 1024, EVENTS = 64, OUT_FIRST = 512,
	TICK_MS = 1000, TICK_STOPPING_MS = 50,
	STOP_PATIENCE_MS = 500,   /* for the other sides' halves of their closes */
};

struct stream *net__stream_create(struct streams *set, struct exchange *x, bool websocket)
{
	struct stream *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	atomic_store(&s->refs, 1);
	s->set = set;
	s->websocket = websocket;
	s->on_open = x->reply.on_open;
	s->on_open_arg = x->reply.on_open_arg;
	x->reply.on_open = NULL;
	s->fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	memcpy(s->peer, x->request.peer.p, x->request.peer.n < sizeof s->peer ? x->request.peer.n : sizeof s->peer - 1);
	atomic_fetch_add(&set->open, 1);
	return s;
}

struct stream *stream_ref(struct stream *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

void stream_unref(struct stream *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s->out);
	free(s->early);
	free(s);
}

void stream_bind(struct stream *s, const struct stream_calls *calls) { s->calls = *calls; }
bool stream_is_websocket(const struct stream *s) { return s->websocket; }
struct str stream_peer(const struct stream *s) { return str_z(s->peer); }

static void wake(struct streams *set)
{
	uint64_t one = 1;

	while (write(set->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

/* Asks the stream thread to look at s. */
void net__stream_attend(struct stream *s)
{
	struct streams *set = s->set;
	bool first = false;

	pthread_mutex_lock(&set->lock);
	if (!s->queued) {
		first = !set->todo;
		s->queued = true;
		s->todo_next = set->todo;
		set->todo = stream_ref(s);
	}
	pthread_mutex_unlock(&set->lock);
	if (first)
		wake(set);
}

bool net__stream_append(struct stream *s, const void *p, size_t n)
{
	size_t have = s->out_n - s->out_at, cap = s->out_cap ? s->out_cap : OUT_FIRST;

	if (have + n > STREAM_BUFFER_MAX)
		return false;
	if (s->out_at > 0 && s->out_n + n > s->out_cap) {
		memmove(s->out, s->out + s->out_at, have);
		s->out_n = have;
		s->out_at = 0;
	}
	while (cap < s->out_n + n)
		cap *= 2;
	if (cap > s->out_cap) {
		uint8_t *grown = realloc(s->out, cap);

		if (!grown)
			return false;
		s->out = grown;
		s->out_cap = cap;
	}
	if (n > 0)
		memcpy(s->out + s->out_n, p, n);
	s->out_n += n;
	return true;
}

/* Where nothing waits, nothing is held. */
void net__stream_sent(struct stream *s, size_t n)
{
	s->out_at += n;
	if (s->out_at < s->out_n)
		return;
	free(s->out);
	s->out = NULL;
	s->out_n = s->out_at = s->out_cap = 0;
}

static bool send_frame(struct stream *s, int opcode, struct str payload)
{
	uint8_t head[10];
	size_t n = s->websocket ? net__ws_frame_head(head, opcode, payload.n) : 0;
	bool ok, look, fits;

	pthread_mutex_lock(&s->lock);
	ok = !s->closed;
	look = ok && s->websocket && s->out_at == s->out_n;
	fits = s->out_n - s->out_at + n + payload.n <= STREAM_BUFFER_MAX;
	if (ok && !(fits && net__stream_append(s, head, n) && net__stream_append(s, payload.p, payload.n))) {
		s->closed = s->slow = look = true;
		ok = false;
	}
	if (ok)
		net__sse_unpark(s);
	pthread_mutex_unlock(&s->lock);
	if (look)
		net__stream_attend(s);
	return ok;
}

bool stream_send(struct stream *s, struct str text)
{
	bool ok = send_frame(s, WSLAY_TEXT_FRAME, text);

	if (ok)
		metric_add(METRIC_stream_events_total, STR_NONE, 1);
	return ok;
}

void stream_close(struct stream *s, int code)
{
	bool first;

	pthread_mutex_lock(&s->lock);
	first = !s->closed;
	if (first) {
		s->closed = true;
		s->close_code = code;
		net__sse_unpark(s);
	}
	pthread_mutex_unlock(&s->lock);
	if (first)
		net__stream_attend(s);
}

void net__stream_gone(struct stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->closed = s->gone = true;
	s->conn = NULL;
	s->parked = false;
	pthread_mutex_unlock(&s->lock);
	net__stream_attend(s);
	if (!s->websocket)
		net__count_down(s->set->server, &s->set->server->under_way);
	stream_unref(s);
}

/* --- the stream thread --- */

static void list_add(struct stream *s)
{
	struct streams *set = s->set;

	s->next = set->list;
	if (s->next)
		s->next->prev = s;
	set->list = stream_ref(s);
	metric_add(METRIC_streams_open, STR_NONE, 1);
}

static void list_drop(struct stream *s)
{
	if (s->prev)
		s->prev->next = s->next;
	else
		s->set->list = s->next;
	if (s->next)
		s->next->prev = s->prev;
	metric_add(METRIC_streams_open, STR_NONE, -1);
}

/* The end of a stream, whatever it came from. */
void net__stream_finish(struct stream *s)
{
	bool slow;

	if (s->dead)
		return;
	s->dead = true;
	pthread_mutex_lock(&s->lock);
	slow = s->slow;
	s->closed = true;
	if (s->conn && slow)
		shutdown(s->conn->fd, SHUT_RDWR);                 /* libmicrohttpd sees it and lets go */
	net__sse_unpark(s);
	if (s->websocket)
		net__stream_sent(s, s->out_n - s->out_at);
	pthread_mutex_unlock(&s->lock);
	if (slow)
		metric_add(METRIC_stream_closed_slow_total, STR_NONE, 1);
	if (s->websocket)
		net__ws_free(s);
	list_drop(s);
	atomic_fetch_sub(&s->set->open, 1);
	if (s->calls.on_close)
		s->calls.on_close(s, s->calls.arg);
	stream_unref(s);
}

/* The thread sees s for the first time. False: there is no stream after all. */
static bool adopt(struct stream *s)
{
	bool lost;

	s->adopted = true;
	pthread_mutex_lock(&s->lock);
	lost = s->gone || (s->websocket && s->fd < 0);
	s->closed = s->closed || lost;
	pthread_mutex_unlock(&s->lock);
	if (lost) {
		s->dead = true;
		net__ws_free(s);
		atomic_fetch_sub(&s->set->open, 1);
		s->on_open(NULL, s->on_open_arg);
		return false;
	}
	s->next_us = world_monotonic_us() + (s->websocket ? s->set->ping_us : s->set->thump_us);
	list_add(s);
	s->on_open(s, s->on_open_arg);
	if (s->websocket)
		net__ws_watch(s);
	return true;
}

static void attend(struct stream *s)
{
	bool closed, over;
	int code;

	if (s->dead || (!s->adopted && !adopt(s)) || s->dead)
		return;
	pthread_mutex_lock(&s->lock);
	closed = s->closed;
	over = s->slow || s->gone;
	code = s->close_code ? s->close_code : CODE_AWAY;
	pthread_mutex_unlock(&s->lock);
	if (over) {
		net__stream_finish(s);
	} else if (closed && !s->closing && s->websocket) {
		net__ws_close(s, code);
	} else if (closed && !s->closing) {
		s->closing = true;
		s->give_up_us = world_monotonic_us() + CLOSE_PATIENCE_S * US_PER_S;
	} else if (s->websocket) {
		net__ws_flush(s);
	}
}

/* The other side had its time to let go. */
static void give_up(struct stream *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->conn)
		shutdown(s->conn->fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->lock);
	net__stream_finish(s);
}

/* Pings, thumps and patience. */
static void tick(struct streams *set)
{
	int64_t now = world_monotonic_us();
	struct stream *next;

	for (struct stream *s = set->list; s; s = next) {
		next = s->next;
		if (s->closing) {
			if (now > s->give_up_us)
				give_up(s);
			continue;
		}
		if (now < s->next_us)
			continue;
		s->next_us = now + (s->websocket ? set->ping_us : set->thump_us);
		if (!s->websocket) {
			send_frame(s, 0, STR(":thump\n"));
		} else if (s->pinged && !s->heard) {
			net__stream_finish(s);
		} else {
			s->pinged = true;
			s->heard = false;
			send_frame(s, WSLAY_PING, STR(""));
		}
	}
	net__conns_sweep(set->server);
	net__linger_sweep(set->server, false);
}

/* Stopping: says goodbye to every stream once, and looks whether they have gone. */
static void close_all(struct streams *set)
{
	int64_t until = world_monotonic_us() + STOP_PATIENCE_MS * US_PER_MS;
	struct stream *next;

	for (struct stream *s = set->list; s; s = next) {
		stream_ref(s);
		if (!s->closing) {
			stream_close(s, CODE_AWAY);
			attend(s);
			s->give_up_us = until; /* NOLINT(clang-analyzer-unix.Malloc): a reference is held */
		}
		next = s->next;
		stream_unref(s);
	}
}

/* Takes what waits for attention. A stream may be queued again as soon as `queued` is false, so its link is read before. */
static void attend_all(struct streams *set)
{
	struct stream *todo, *next;

	pthread_mutex_lock(&set->lock);
	todo = set->todo;
	set->todo = NULL;
	pthread_mutex_unlock(&set->lock);
	for (struct stream *s = todo; s; s = next) {
		pthread_mutex_lock(&set->lock);
		next = s->todo_next;
		s->queued = false;
		pthread_mutex_unlock(&set->lock);
		attend(s);
		stream_unref(s); /* NOLINT(clang-analyzer-unix.Malloc): the one of the list */
	}
}

/* The last turn: libmicrohttpd has stopped, nobody adds streams any more. */
static void finish_all(struct streams *set)
{
	do {
		attend_all(set);
		while (set->list)
			give_up(set->list); /* NOLINT(clang-analyzer-unix.Malloc): being in the list is a reference */
	} while (set->todo);
}

static void *loop(void *arg)
{
	struct streams *set = arg;
	struct epoll_event ev[EVENTS];
	int64_t tick_at = world_monotonic_us() + set->tick_us, stop_at = 0, now = 0;
	uint64_t count;

	while (!stop_at || (set->list && now < stop_at)) {
		int n = epoll_wait(set->epoll_fd, ev, EVENTS, (int)(set->tick_us / US_PER_MS));

		for (int i = 0; i < n; i++) {
			struct stream *s = ev[i].data.ptr;

			if (!s) {
				(void)!read(set->wake_fd, &count, sizeof count);
				continue;
			}
			stream_ref(s);
			net__ws_event(s, ev[i].events);
			stream_unref(s);
		}
		attend_all(set);
		now = world_monotonic_us();
		if (atomic_load(&set->closing)) {
			set->tick_us = TICK_STOPPING_MS * US_PER_MS;
			close_all(set);
		}
		if (!stop_at && atomic_load(&set->stopping))
			stop_at = now + STOP_PATIENCE_MS * US_PER_MS;
		if (now >= tick_at) {
			tick(set);
			tick_at = now + set->tick_us;
		}
	}
	finish_all(set);
	return NULL;
}

struct err *net__streams_start(struct arena *a, struct server *server, struct streams **ret)
{
	struct streams *set = arena_new(a, struct streams);
	struct epoll_event ev = { .events = EPOLLIN };
	struct err *e;

	set->server = server;
	set->max = server->how.connections_max;
	set->ping_us = (server->how.ping_ms > 0 ? server->how.ping_ms : 30000) * US_PER_MS;
	set->thump_us = (server->how.thump_ms > 0 ? server->how.thump_ms : 15000) * US_PER_MS;
	set->tick_us = TICK_MS * US_PER_MS;
	if (set->ping_us / 4 < set->tick_us)
		set->tick_us = set->ping_us / 4;
	if (set->thump_us / 4 < set->tick_us)
		set->tick_us = set->thump_us / 4;
	set->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	set->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&set->lock, NULL);
	if (set->epoll_fd < 0 || set->wake_fd < 0 || epoll_ctl(set->epoll_fd, EPOLL_CTL_ADD, set->wake_fd, &ev) < 0)
		e = FAIL(a, ERR_INTERNAL, "cannot watch streams: %s", strerror(errno));
	else
		e = net__thread(a, &set->thread, STREAM_STACK, loop, set);
	if (!e) {
		*ret = set;
		return NULL;
	}
	close(set->epoll_fd);
	close(set->wake_fd);
	pthread_mutex_destroy(&set->lock);
	return e;
}

void net__streams_close_all(struct streams *set)
{
	atomic_store(&set->closing, true);
	wake(set);
}

void net__streams_stop(struct streams *set)
{
	atomic_store(&set->closing, true);
	atomic_store(&set->stopping, true);
	wake(set);
	pthread_join(set->thread, NULL);
	close(set->epoll_fd);
	close(set->wake_fd);
	pthread_mutex_destroy(&set->lock);
}

bool net__stream_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret)
{
	if (atomic_load(&set->closing) || atomic_load(&set->open) >= set->max) {
		net__exchange_refuse(x, 503);
		return false;
	}
	return request_header(&x->request, "Upgrade").n > 0 ? net__ws_begin(set, x, ret) : net__sse_begin(set, x, ret);
}
