/* The I/O half: libmicrohttpd's callbacks, connections and their patience, starting and stopping. A request's way: on_uri (its line
 * was read), on_access with the head, with pieces of the body, with the end of it; then it is suspended and waits in a lane; a
 * worker answers and resumes it; on_access once more queues the answer; on_completed. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server_priv.h"

enum {
	IO_STACK = 256 * 1024,
	CONNECTION_MEMORY = 24 * 1024,                            /* a head (HEAD_MAX in exchange.c) and the head of its answer */
	AGAIN_MAX = 8,                                            /* runs of one request */
	THROWN_AT_ONCE = 1024 * 1024, THROWN_MAX = 64 * 1024 * 1024, /* bytes of a refused body read, so that the refusal arrives */
	PACE = 8 * 1024,                                          /* bytes a second that a body or an answer must make on average */
	BODY_PATIENCE_S = 60, ANSWER_PATIENCE_S = 120, LAST_WORDS_MS = 2000,
	GONE_CHECK_US = 100 * 1000,
};

static struct conn *conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void be_patient(struct conn *c, int64_t s) { atomic_store(&c->until_us, s ? world_monotonic_us() + s * US_PER_S : 0); }

void net__count_down(struct server *s, atomic_int *count)
{
	if (atomic_fetch_sub(count, 1) != 1 || !atomic_load(&s->stopping))
		return;
	pthread_mutex_lock(&s->conns_lock);
	pthread_cond_broadcast(&s->quiet);
	pthread_mutex_unlock(&s->conns_lock);
}

void net__suspend(struct server *s, struct MHD_Connection *mhd)
{
	atomic_fetch_add(&s->suspended, 1);
	MHD_suspend_connection(mhd);
}

void net__resume(struct server *s, struct MHD_Connection *mhd)
{
	MHD_resume_connection(mhd);
	net__count_down(s, &s->suspended);
}

/* libmicrohttpd's own timeout starts anew with every byte; this one does not. The lock keeps the descriptor from being closed,
 * and its number from being given to another, meanwhile. */
void net__conns_sweep(struct server *s)
{
	int64_t now = world_monotonic_us(), until;

	pthread_mutex_lock(&s->conns_lock);
	for (struct conn *c = s->conns; c; c = c->next) {
		until = atomic_load(&c->until_us);
		if (until && until < now) {
			shutdown(c->fd, SHUT_RDWR);
			atomic_store(&c->until_us, 0);
		}
	}
	pthread_mutex_unlock(&s->conns_lock);
}

static void conn_open(struct server *s, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct conn *c = calloc(1, sizeof *c);

	*context = c;
	if (!c || !info)
		return;
	c->server = s;
	c->mhd = mhd;
	c->fd = info->connect_fd;
	be_patient(c, 2 * s->how.idle_timeout_s);
	pthread_mutex_lock(&s->conns_lock);
	c->next = s->conns;
	if (c->next)
		c->next->prev = c;
	s->conns = c;
	pthread_mutex_unlock(&s->conns_lock);
}

/* The request is over, well or not. */
static void conn_settle(struct conn *c, bool whole)
{
	if (c->x)
		net__exchange_end(c->x, whole);
	c->x = NULL;
	if (c->stream)
		net__stream_gone(c->stream);
	c->stream = NULL;
}

static void conn_close(struct conn *c)
{
	struct server *s = c->server;

	/* A head that libmicrohttpd has refused has not got any further. What is unread on a stream's socket is the stream's. */
	if (!c->stream && !c->handed_over)
		net__linger(s, c->fd, c->cut_short || (c->x && c->x->phase == PHASE_HEAD));
	conn_settle(c, false);
	pthread_mutex_lock(&s->conns_lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	pthread_mutex_unlock(&s->conns_lock);
	free(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct server *s = cls;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		conn_open(s, mhd, context);
		return;
	}
	if (*context)
		conn_close(*context);
	atomic_fetch_sub(&s->conns_n, 1);
}

/* gate takes the query apart. libmicrohttpd would do so too, and where the parameters do not fit into the connection's memory it never
 * answers: for it there are none. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct conn *c = conn_of(mhd);
	char *query = strchr(uri, '?');

	(void)cls;
	if (!c)
		return NULL;
	conn_settle(c, false);
	c->x = net__exchange_create(c, uri);
	if (query)
		query[1] = 0;
	return c->x;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls, enum MHD_RequestTerminationCode code)
{
	struct conn *c = conn_of(mhd);

	*con_cls = NULL;
	if (!c)
		return;
	conn_settle(c, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	be_patient(c, 2 * ((struct server *)cls)->how.idle_timeout_s);
}

static bool hung_up(const struct conn *c)
{
	char byte;
	ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* The kernel takes an answer for a client that has hung up, too, and nothing is heard of that in time. Asked of what may have changed
 * something: what was only read is read again. */
static bool is_unheard(const struct exchange *x)
{
	return x->request.method != METHOD_GET && x->request.method != METHOD_HEAD && hung_up(x->conn);
}

static enum MHD_Result answer(struct exchange *x)
{
	struct server *s = x->conn->server;
	struct MHD_Response *res;
	enum MHD_Result ret;
	int64_t size;

	if (x->phase == PHASE_ANSWERED && x->reply.on_open && net__stream_begin(s->streams, x, &ret))
		return ret;
	size = x->reply.fd >= 0 ? x->reply.fd_size : (int64_t)x->reply.body.n;
	res = net__exchange_response(x);
	if (!res)
		return MHD_NO;
	be_patient(x->conn, ANSWER_PATIENCE_S + size / PACE);
	x->unheard = is_unheard(x);
	ret = MHD_queue_response(x->conn->mhd, (unsigned)x->reply.status, res);
	MHD_destroy_response(res);
	x->phase = PHASE_SENT;
	return ret;
}

/* Refused before its body has come. The body is read and thrown away first where it is small: a client that is still sending would
 * not see the answer. Where it is large the answer goes out at once and the connection closes. */
static enum MHD_Result refused(struct exchange *x)
{
	struct str expect = request_header(&x->request, "Expect"), coding = request_header(&x->request, "Transfer-Encoding");
	bool upload = x->request.method == METHOD_POST || x->request.method == METHOD_PUT;
	int64_t declared = 0;

	x->phase = PHASE_REFUSED;
	if (!str_i64(request_header(&x->request, "Content-Length"), &declared))
		declared = 0;
	/* An early answer makes libmicrohttpd stop reading for these two methods only; for others it would take the body for the
	 * next request. */
	if (upload && (declared > THROWN_AT_ONCE || (expect.p && declared > 0) || (coding.n && !str_ieq(coding, STR("chunked"))))) {
		x->conn->cut_short = true;
		return answer(x);
	}
	be_patient(x->conn, BODY_PATIENCE_S + declared / PACE);
	return MHD_YES;
}

/* Past libmicrohttpd, in whose memory for this connection there may be no room left for an answer. What it had to say before has been sent. */
static enum MHD_Result refuse_bare(struct exchange *x, int status)
{
	struct str text;

	net__exchange_refuse(x, status);
	text = net__exchange_bare(x);
	(void)send(x->conn->fd, text.p, text.n, MSG_DONTWAIT | MSG_NOSIGNAL);
	x->conn->cut_short = true;
	return MHD_NO;
}

static enum MHD_Result take_head(struct exchange *x, const char *method, const char *version)
{
	struct server *s = x->conn->server;
	bool well_formed = net__exchange_read_head(x, method, version);
	int too_long = net__exchange_too_long(x);
	int64_t declared = 0;

	if (too_long)
		return refuse_bare(x, too_long);
	if (!well_formed) {
		net__exchange_refuse(x, 400);
		return refused(x);
	}
	if (atomic_load(&s->stopping)) {
		net__exchange_refuse(x, 503);
		return refused(x);
	}
	x->seen = true;
	atomic_fetch_add(&s->under_way, 1);
	if (!s->app.on_head(s->app.ctx, &x->request, &x->admission, &x->reply)) {
		x->reply.on_open = NULL;
		return refused(x);
	}
	if (str_i64(request_header(&x->request, "Content-Length"), &declared) && (uint64_t)declared > x->admission.body_max) {
		net__exchange_refuse(x, 413);
		return refused(x);
	}
	x->phase = PHASE_BODY;
	be_patient(x->conn, BODY_PATIENCE_S + (int64_t)(x->admission.body_max / PACE));
	return MHD_YES;
}

static void suspend(struct exchange *x)
{
	x->phase = PHASE_WAITING;
	x->queued_us = world_monotonic_us();
	net__suspend(x->conn->server, x->conn->mhd);
}

static enum MHD_Result take_end(struct exchange *x)
{
	x->request.body = str_of(x->body ? x->body : "", x->body_n);
	be_patient(x->conn, 0);
	if (net__lanes_put(x->conn->server->lanes, x->admission.lane, x, suspend))
		return MHD_YES;
	net__exchange_refuse(x, 503);
	return answer(x);
}

static enum MHD_Result take_body(struct exchange *x, const char *p, size_t *n)
{
	int refusal = x->phase == PHASE_BODY ? net__exchange_take(x, p, *n) : 0;

	if (refusal) {
		net__exchange_refuse(x, refusal);
		x->phase = PHASE_REFUSED;
	}
	if (x->phase == PHASE_REFUSED)
		x->thrown += *n;
	*n = 0;
	return x->thrown > THROWN_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
				 const char *upload, size_t *upload_n, void **con_cls)
{
	struct exchange *x = *con_cls;

	(void)cls, (void)mhd, (void)url;
	if (!x)
		return MHD_NO;
	switch (x->phase) {
	case PHASE_HEAD:
		return take_head(x, method, version);
	case PHASE_BODY:
		return *upload_n > 0 ? take_body(x, upload, upload_n) : take_end(x);
	case PHASE_REFUSED:
		return *upload_n > 0 ? take_body(x, upload, upload_n) : answer(x);
	case PHASE_ANSWERED:
		return answer(x);
	case PHASE_WAITING:
	case PHASE_GONE:
	case PHASE_SENT:
		break;
	}
	return MHD_NO;
}

/* Has the client hung up while it waited? Asked only after a while: usually it has not. */
static bool left(const struct exchange *x)
{
	return world_monotonic_us() - x->queued_us >= GONE_CHECK_US && hung_up(x->conn);
}

/* On a worker. */
static void run(void *ctx, struct exchange *x)
{
	struct server *s = ctx;

	if (left(x)) {
		x->phase = PHASE_GONE;
		net__resume(s, x->conn->mhd);
		return;
	}
	if (world_monotonic_us() - x->request.began_us > x->admission.deadline_ms * US_PER_MS) {
		net__exchange_refuse(x, 503);
	} else {
		net__reply_reset(x);
		x->runs++;
		x->request.lane = x->admission.lane;
		s->app.on_request(s->app.ctx, &x->request, &x->reply);
		if (x->reply.again) {
			x->admission.lane = x->reply.again_on;
			x->queued_us = world_monotonic_us();
			net__reply_reset(x);
			if (x->runs < AGAIN_MAX && net__lanes_put(s->lanes, x->admission.lane, x, NULL))
				return;
			net__exchange_refuse(x, 503);
		}
	}
	x->phase = PHASE_ANSWERED;
	net__resume(s, x->conn->mhd);
}

/* Stopping: what still waited in a lane. */
static void drop(void *ctx, struct exchange *x)
{
	net__exchange_refuse(x, 503);
	x->phase = PHASE_ANSWERED;
	net__resume(ctx, x->conn->mhd);
}

/* The path is decoded from the raw target; libmicrohttpd's own copy is not used. */
static size_t unescape(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls, (void)mhd;
	return strlen(s);
}

static struct err *start_io(struct arena *a, struct server *s)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET;
	unsigned threads = (unsigned)(s->how.io_threads > 1 ? s->how.io_threads : 1);
	/* The door alone keeps connections_max. libmicrohttpd shares its limit out among its threads, tells of who left before it counts
	 * them out, and hangs up on whoever is one too many: each thread has room for twice everybody. */
	unsigned limit = 2 * threads * (unsigned)s->how.connections_max;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->mhd = MHD_start_daemon(flags, 0, NULL, NULL, on_access, s,
		MHD_OPTION_CONNECTION_LIMIT, limit,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)s->how.idle_timeout_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0,
		MHD_OPTION_THREAD_STACK_SIZE, (size_t)IO_STACK,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s->mhd ? NULL : FAIL(a, ERR_INTERNAL, "libmicrohttpd did not start");
}

static void sync_init(struct server *s)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&s->conns_lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->quiet, &attr);
	pthread_condattr_destroy(&attr);
}

struct err *server_start(struct arena *a, const struct server_how *how, const struct server_app *app, struct server **ret)
{
	struct server *s = arena_new(a, struct server);
	struct lanes_how lanes = { .lanes = how->lanes, .run = run, .ctx = s };
	struct err *e;

	s->how = *how;
	s->app = *app;
	s->listen_fd = s->door_fd = -1;
	if (s->how.connections_max <= 0)
		s->how.connections_max = 1024;
	if (s->how.idle_timeout_s <= 0)
		s->how.idle_timeout_s = 30;
	sync_init(s);
	e = net__blocks_parse(a, how->trusted_proxies, &s->trusted);
	if (!e)
		e = net__door_open(a, s);
	if (!e)
		e = net__streams_start(a, s, &s->streams);
	if (!e)
		e = net__lanes_start(a, &lanes, &s->lanes);
	if (!e)
		e = start_io(a, s);
	if (!e)
		e = net__door_start(a, s);
	if (e) {
		server_stop(s, 0);
		return e;
	}
	*ret = s;
	return NULL;
}

struct str server_address(const struct server *s) { return s->address; }

/* Waits until the count is zero; max_ms < 0: however long it takes. */
static void wait_for(struct server *s, atomic_int *count, int64_t max_ms)
{
	int64_t until = world_monotonic_us() + max_ms * US_PER_MS;
	struct timespec ts = { .tv_sec = until / US_PER_S, .tv_nsec = until % US_PER_S * 1000 };

	pthread_mutex_lock(&s->conns_lock);
	while (atomic_load(count) > 0) {
		if (max_ms < 0)
			pthread_cond_wait(&s->quiet, &s->conns_lock);
		else if (pthread_cond_timedwait(&s->quiet, &s->conns_lock, &ts) == ETIMEDOUT)
			break;
	}
	pthread_mutex_unlock(&s->conns_lock);
}

void server_stop(struct server *s, int64_t grace_ms)
{
	atomic_store(&s->stopping, true);
	net__door_close(s);
	if (s->streams)
		net__streams_close_all(s->streams);
	if (s->mhd)
		wait_for(s, &s->under_way, grace_ms);
	if (s->lanes)
		net__lanes_stop(s->lanes, drop);
	if (s->mhd) {
		wait_for(s, &s->suspended, -1);
		wait_for(s, &s->under_way, LAST_WORDS_MS);
		MHD_stop_daemon(s->mhd);
	}
	if (s->streams)
		net__streams_stop(s->streams);
	net__linger_sweep(s, true);
	net__pool_empty();
	pthread_cond_destroy(&s->quiet);
	pthread_mutex_destroy(&s->conns_lock);
}
