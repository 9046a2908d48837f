/* A WebSocket after its handshake: its socket is taken over from libmicrohttpd, which then frees all it held for the connection.
 * wslay reads the other side's frames and answers its pings and closes; our own frames go straight into the stream's buffer. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stream_priv.h"

enum { READ_AT_ONCE = 64 * 1024 };

static void watch(struct stream *s, int op, bool out)
{
	struct epoll_event ev = { .events = EPOLLIN | (out ? EPOLLOUT : 0u), .data.ptr = s };

	s->want_out = out;
	epoll_ctl(s->set->epoll_fd, op, s->fd, &ev);
}

/* Writes what the socket takes. Several frames that were queued meanwhile leave in one segment. */
void net__ws_flush(struct stream *s)
{
	bool left, broken = false;
	ssize_t n;

	pthread_mutex_lock(&s->lock);
	while (s->out_at < s->out_n) {
		n = send(s->fd, s->out + s->out_at, s->out_n - s->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			broken = errno != EAGAIN;
			break;
		}
		net__stream_sent(s, (size_t)n);
	}
	left = s->out_at < s->out_n;
	pthread_mutex_unlock(&s->lock);
	if (broken || (!left && s->closed_by_both)) {
		net__stream_finish(s);
		return;
	}
	if (left != s->want_out)
		watch(s, EPOLL_CTL_MOD, left);
}

/* Follows the frames as they go by, to know when none is half read (RFC 6455, 5.2). */
static void walk(struct stream *s, const uint8_t *p, size_t n)
{
	while (n > 0) {
		int len, need = 2;

		if (s->skip > 0) {
			size_t k = s->skip < n ? (size_t)s->skip : n;

			s->skip -= k;
			p += k;
			n -= k;
			continue;
		}
		s->head[s->head_n++] = *p++;
		n--;
		len = s->head[1] & 0x7f;
		if (s->head_n >= 2)
			need += (len == 126 ? 2 : len == 127 ? 8 : 0) + (s->head[1] & 0x80 ? 4 : 0);
		if (s->head_n < need || s->head_n < 2)
			continue;
		if ((s->head[0] & 0x0f) < 8)
			s->partial = !(s->head[0] & 0x80);
		s->skip = (uint64_t)(len < 126 ? len : 0);
		for (int i = 2; i < (len == 126 ? 4 : len == 127 ? 10 : 2); i++)
			s->skip = s->skip << 8 | s->head[i];
		s->head_n = 0;
	}
}

static ssize_t ws_recv(wslay_event_context_ptr ctx, uint8_t *p, size_t n, int flags, void *arg)
{
	struct stream *s = arg;
	ssize_t got;

	(void)flags;
	if (s->early) {
		got = (ssize_t)(n < s->early_n - s->early_at ? n : s->early_n - s->early_at);
		memcpy(p, s->early + s->early_at, (size_t)got);
		s->early_at += (size_t)got;
		if (s->early_at == s->early_n) {
			free(s->early);
			s->early = NULL;
		}
		walk(s, p, (size_t)got);
		return got;
	}
	/* One sender may not keep the thread: what is left comes with the next turn. */
	got = s->read_n < READ_AT_ONCE ? recv(s->fd, p, n, MSG_DONTWAIT) : -1;
	if (got > 0) {
		s->read_n += (size_t)got;
		s->heard = true;
		walk(s, p, (size_t)got);
		return got;
	}
	if (got < 0 && (s->read_n >= READ_AT_ONCE || errno == EAGAIN || errno == EINTR)) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	pthread_mutex_lock(&s->lock);
	s->gone = true;
	pthread_mutex_unlock(&s->lock);
	wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

/* wslay's own frames: pongs and closes. Called with the lock, so that none lands inside another. */
static ssize_t ws_send(wslay_event_context_ptr ctx, const uint8_t *p, size_t n, int flags, void *arg)
{
	struct stream *s = arg;

	(void)flags;
	if (net__stream_append(s, p, n))
		return (ssize_t)n;
	s->closed = s->slow = true;
	wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static void ws_message(wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *msg, void *arg)
{
	struct stream *s = arg;

	if (msg->opcode == WSLAY_BINARY_FRAME)
		wslay_event_queue_close(ctx, CODE_KIND, NULL, 0);
	else if (msg->opcode == WSLAY_TEXT_FRAME && s->calls.on_text && !s->closing)
		s->calls.on_text(s, s->calls.arg, str_of(msg->msg_length ? (const char *)msg->msg : "", msg->msg_length));
}

static bool ws_wake(struct stream *s)
{
	static const struct wslay_event_callbacks calls = {
		.recv_callback = ws_recv, .send_callback = ws_send, .on_msg_recv_callback = ws_message,
	};

	if (s->ws)
		return true;
	if (wslay_event_context_server_init(&s->ws, &calls, s) != 0)
		return false;
	wslay_event_config_set_max_recv_msg_length(s->ws, STREAM_TEXT_MAX);
	return true;
}

/* Between messages wslay's context says nothing that a new one does not, and weighs twenty times the stream. */
static void ws_rest(struct stream *s)
{
	if (!s->ws || s->closing || s->skip > 0 || s->head_n > 0 || s->partial || !wslay_event_get_read_enabled(s->ws))
		return;
	wslay_event_context_free(s->ws);
	s->ws = NULL;
}

/* After wslay had its turn: its frames join the buffer, and a close that it decided on takes effect. */
static void ws_settle(struct stream *s)
{
	int failed = 0;
	bool over;

	pthread_mutex_lock(&s->lock);
	while (!failed && wslay_event_want_write(s->ws))
		failed = wslay_event_send(s->ws);
	if (wslay_event_get_close_sent(s->ws))
		s->closed = true;
	over = s->gone || s->slow || failed;
	pthread_mutex_unlock(&s->lock);
	if (wslay_event_get_close_sent(s->ws) && !s->closing) {
		s->closing = true;
		s->give_up_us = world_monotonic_us() + CLOSE_PATIENCE_S * US_PER_S;
	}
	s->closed_by_both = s->closing && wslay_event_get_close_received(s->ws);
	if (over) {
		net__stream_finish(s);
		return;
	}
	ws_rest(s);
	net__ws_flush(s);
}

/* After our close, or where wslay has given up on what it reads: bytes are thrown away until the other side closes, too. */
static bool ws_discard(struct stream *s)
{
	char trash[4096];
	ssize_t n = 1;

	for (int i = 0; i < 16 && n > 0; i++)
		n = recv(s->fd, trash, sizeof trash, MSG_DONTWAIT);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void ws_readable(struct stream *s)
{
	s->read_n = 0;
	if (!ws_wake(s)) {
		net__stream_finish(s);
		return;
	}
	if (!wslay_event_get_read_enabled(s->ws)) {
		if (!ws_discard(s))
			net__stream_finish(s);
		return;
	}
	wslay_event_recv(s->ws);   /* what goes wrong ends in a close that wslay has queued, or in s->gone */
	ws_settle(s);
}

void net__ws_watch(struct stream *s)
{
	watch(s, EPOLL_CTL_ADD, false);
	if (s->early)
		ws_readable(s);
}

void net__ws_event(struct stream *s, uint32_t events)
{
	if (events & EPOLLOUT)
		net__ws_flush(s);
	if (!s->dead && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		ws_readable(s);
}

void net__ws_close(struct stream *s, int code)
{
	if (!ws_wake(s)) {
		net__stream_finish(s);
		return;
	}
	wslay_event_queue_close(s->ws, (uint16_t)code, NULL, 0);
	ws_settle(s);
}

void net__ws_free(struct stream *s)
{
	/* Not left to close(): until libmicrohttpd has closed its own descriptor the socket would stay in the set. */
	if (s->fd >= 0) {
		epoll_ctl(s->set->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
		close(s->fd);
	}
	if (s->ws)
		wslay_event_context_free(s->ws);
	s->ws = NULL;
	s->fd = -1;
}

/* libmicrohttpd has sent the 101. On an I/O thread. */
static void upgraded(void *cls, struct MHD_Connection *mhd, void *con_cls, const char *early, size_t early_n, MHD_socket fd,
		     struct MHD_UpgradeResponseHandle *urh)
{
	struct stream *s = cls;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct conn *c = info->socket_context;
	int on = 1;

	(void)con_cls;
	atomic_store(&c->until_us, 0);
	c->stream = NULL;
	c->handed_over = true;
	net__exchange_end(c->x, true);
	c->x = NULL;
	pthread_mutex_lock(&s->lock);
	s->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (early_n > 0 && (s->early = malloc(early_n))) {
		memcpy(s->early, early, early_n);
		s->early_n = early_n;
	}
	pthread_mutex_unlock(&s->lock);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	MHD_upgrade_action(urh, MHD_UPGRADE_ACTION_CLOSE);
	net__stream_attend(s);
	stream_unref(s);
}

bool net__ws_begin(struct streams *set, struct exchange *x, enum MHD_Result *ret)
{
	char accept[29];
	int status = net__ws_handshake(x, accept);
	struct MHD_Response *res;
	struct stream *s;

	if (status != 101) {
		net__exchange_refuse(x, status);
		return false;
	}
	s = net__stream_create(set, x, true);
	res = MHD_create_response_for_upgrade(upgraded, s);
	MHD_add_response_header(res, "Upgrade", "websocket");
	MHD_add_response_header(res, "Sec-WebSocket-Accept", accept);
	if (x->reply.stream_protocol.n > 0)
		reply_header(&x->reply, "Sec-WebSocket-Protocol", x->reply.stream_protocol);
	net__response_headers(res, &x->reply);
	x->reply.status = status;
	x->phase = PHASE_SENT;
	x->conn->stream = s;
	*ret = MHD_queue_response(x->conn->mhd, MHD_HTTP_SWITCHING_PROTOCOLS, res);
	MHD_destroy_response(res);
	return true;
}
