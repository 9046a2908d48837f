/* One request and its answer. Header names and values stay where libmicrohttpd put them: its connection keeps them until the
 * exchange has ended. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/metrics.h"
#include "net/server_priv.h"
#include "wire/date.h"

/* A head may be 16 kB, with what libmicrohttpd makes of each header; its first line 8 kB, for which RFC 9112, 3, asks. */
enum { TARGET_MAX = 8 * 1024, HEAD_MAX = 16 * 1024, HEADER_COST = 64 };
enum { POOL_MAX = 64, BODY_FIRST = 4096, BODY_DECLARED_FIRST = 64 * 1024 };

/* Arenas of past exchanges, each with its first block: in steady state a request allocates nothing. */
static struct {
	pthread_mutex_t lock;
	struct arena *v[POOL_MAX];
	size_t n;
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct arena *pool_take(void)
{
	struct arena *a = NULL;

	pthread_mutex_lock(&pool.lock);
	if (pool.n > 0)
		a = pool.v[--pool.n];
	pthread_mutex_unlock(&pool.lock);
	return a ? a : arena_create();
}

static void pool_give(struct arena *a)
{
	bool kept;

	arena_reset(a);
	pthread_mutex_lock(&pool.lock);
	kept = pool.n < POOL_MAX;
	if (kept)
		pool.v[pool.n++] = a;
	pthread_mutex_unlock(&pool.lock);
	if (!kept)
		arena_destroy(a);
}

void net__pool_empty(void)
{
	struct arena *a;

	for (;;) {
		pthread_mutex_lock(&pool.lock);
		a = pool.n > 0 ? pool.v[--pool.n] : NULL;
		pthread_mutex_unlock(&pool.lock);
		if (!a)
			return;
		arena_destroy(a);
	}
}

struct exchange *net__exchange_create(struct conn *c, const char *target)
{
	struct arena *a = pool_take();
	struct exchange *x = arena_new(a, struct exchange);

	x->arena = a;
	x->conn = c;
	x->request.arena = a;
	x->request.target = arena_dup(a, str_z(target));
	x->reply = (struct reply){ .status = 200, .fd = -1, .arena = a };
	return x;
}

void net__reply_reset(struct exchange *x)
{
	/* Who asked for a stream is told that there will be none. */
	if (x->reply.on_open)
		x->reply.on_open(NULL, x->reply.on_open_arg);
	if (x->reply.fd >= 0)
		close(x->reply.fd);
	x->reply = (struct reply){ .status = 200, .fd = -1, .arena = x->arena };
}

void net__exchange_end(struct exchange *x, bool whole)
{
	struct server *s = x->conn->server;
	int64_t took = x->seen ? world_monotonic_us() - x->request.began_us + x->lain_us : 0;
	bool answered = x->phase == PHASE_SENT;

	if (x->seen && x->runs > 0)
		metric_time(METRIC_http_request_seconds, net__lane_name(x->admission.lane), took);
	if (x->seen && s->app.on_sent)
		s->app.on_sent(s->app.ctx, &x->request, answered ? x->reply.status : 0, answered && whole && !x->unheard, took);
	if (x->seen)
		net__count_down(s, &s->under_way);
	net__reply_reset(x);
	atomic_fetch_sub(&s->bodies, x->body_cap);
	free(x->body);
	pool_give(x->arena);
}

static enum method method_of(struct str m)
{
	static const struct { struct str name; enum method method; } methods[] = {
		{ STRC("GET"), METHOD_GET }, { STRC("HEAD"), METHOD_HEAD }, { STRC("POST"), METHOD_POST }, { STRC("PUT"), METHOD_PUT },
		{ STRC("PATCH"), METHOD_PATCH }, { STRC("DELETE"), METHOD_DELETE }, { STRC("OPTIONS"), METHOD_OPTIONS },
	};

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_eq(m, methods[i].name))
			return methods[i].method;
	return METHOD_OTHER;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes %xx once. False: a broken escape, a NUL, or bytes that are no UTF-8. */
static bool path_decode(struct arena *a, struct str raw, struct str *ret)
{
	char *p = arena_alloc(a, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] != '%') {
			p[n++] = raw.p[i];
			continue;
		}
		if (i + 2 >= raw.n || hex(raw.p[i + 1]) < 0 || hex(raw.p[i + 2]) < 0)
			return false;
		p[n++] = (char)(hex(raw.p[i + 1]) << 4 | hex(raw.p[i + 2]));
		i += 2;
	}
	*ret = str_of(p, n);
	return str_is_utf8(*ret);
}

struct heads {
	struct exchange *x;
	VEC(struct header) v;
};

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t value_n)
{
	struct heads *h = cls;
	struct header add = { str_of(name, name_n), str_of(value ? value : "", value ? value_n : 0) };

	(void)kind;
	for (size_t i = 0; i < h->v.n; i++)
		if (str_ieq(h->v.v[i].name, add.name)) {
			h->v.v[i].value = arena_concat(h->x->arena, h->v.v[i].value, STR(", "), add.value);
			return MHD_YES;
		}
	vec_push(h->x->arena, &h->v, add);
	return MHD_YES;
}

struct str request_header(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->headers_n; i++)
		if (str_ieq(r->headers[i].name, str_z(name)))
			return r->headers[i].value;
	return STR_NONE;
}

static void read_peer(struct exchange *x)
{
	const struct net__blocks *trusted = &x->conn->server->trusted;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->conn->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct request *r = &x->request;
	struct net__ip peer, client;
	struct str proto, first, rest;

	if (!info || !info->client_addr || !net__ip_of(info->client_addr, &peer)) {
		r->peer = STR("");
		return;
	}
	client = net__proxy_client(trusted, peer, request_header(r, "X-Forwarded-For"));
	r->peer = net__ip_text(x->arena, &client);
	if (!net__blocks_have(trusted, &peer))
		return;
	proto = request_header(r, "X-Forwarded-Proto");
	str_cut(proto, ',', &first, &rest);
	r->https = str_ieq(str_trim(first), STR("https"));
}

static bool is_token(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~' || strchr("\"(),/:;<=>?@[\\]{}", name.p[i]))
			return false;
	return name.n > 0;
}

/* What somebody on the way may have read otherwise is refused (RFC 9112): two hosts (3.2; here they stand as one list), or one in the target and
 * another beside it; a length and a coding as well (6.3), or a coding that nobody here knows the end of (6.1); and a header whose name is none
 * (5.1), as one with a blank before its colon is. */
static bool is_ambiguous(const struct request *r, struct str named)
{
	struct str host = request_header(r, "Host"), coding = request_header(r, "Transfer-Encoding"), length = request_header(r, "Content-Length");

	for (size_t i = 0; i < r->headers_n; i++)
		if (!is_token(r->headers[i].name))
			return true;
	return str_find(host, ',') < host.n || (named.p && !str_ieq(named, host)) || (coding.p && (length.p || !str_ieq(coding, STR("chunked"))));
}

/* A process that hangs reads nothing, and its clients wait all the same: since when the last that came lies there (tcp(7), TCP_INFO). */
static int64_t lain_us(int fd)
{
	struct tcp_info t;
	socklen_t n = sizeof t;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &t, &n) == 0 ? (int64_t)t.tcpi_last_data_recv * US_PER_MS : 0;
}

bool net__exchange_read_head(struct exchange *x, const char *method, const char *version)
{
	struct request *r = &x->request;
	struct heads h = { .x = x };
	struct str path = r->target, named = STR_NONE, rest;

	r->began_us = world_monotonic_us();
	r->method = method_of(str_z(method));
	x->lain_us = r->method == METHOD_POST ? lain_us(x->conn->fd) : 0;
	r->path = STR("/");
	r->query = STR("");
	r->body = STR("");
	x->http11 = str_eqz(STR("HTTP/1.1"), version);
	MHD_get_connection_values_n(x->conn->mhd, MHD_HEADER_KIND, add_header, &h);
	r->headers = h.v.v;
	r->headers_n = h.v.n;
	read_peer(x);
	/* The absolute form ("GET http://host/path"): what counts is behind the host. */
	if (str_ihas_prefix(path, STR("http://")) || str_ihas_prefix(path, STR("https://"))) {
		rest = str_from(path, str_find_str(path, STR("//")) + 2);
		named = str_upto(rest, str_find(rest, '/'));
		path = str_from(rest, named.n);
	}
	str_cut(path, '?', &path, &r->query);
	x->shut = is_ambiguous(r, named);
	return !x->shut && path.n > 0 && path.p[0] == '/' && path_decode(x->arena, path, &r->path);
}

int net__exchange_too_long(const struct exchange *x)
{
	size_t n = x->request.target.n;

	if (n > TARGET_MAX)
		return 414;
	for (size_t i = 0; i < x->request.headers_n; i++)
		n += x->request.headers[i].name.n + x->request.headers[i].value.n + HEADER_COST;
	return n > HEAD_MAX ? 431 : 0;
}

struct str net__exchange_bare(struct exchange *x)
{
	struct buf b = buf_init(x->arena, HEAD_MAX + x->reply.body.n);

	buf_addf(&b, "HTTP/1.1 %d %s\r\nDate: " STR_FMT "\r\nConnection: close\r\nContent-Length: %zu\r\n", x->reply.status,
		 MHD_get_reason_phrase_for((unsigned)x->reply.status), STR_ARG(date_http(x->arena, world_real.now_us(&world_real))), x->reply.body.n);
	for (size_t i = 0; i < x->reply.headers_n; i++)
		buf_addf(&b, STR_FMT ": " STR_FMT "\r\n", STR_ARG(x->reply.headers_v[i].name), STR_ARG(x->reply.headers_v[i].value));
	buf_addz(&b, "\r\n");
	if (x->request.method != METHOD_HEAD)
		buf_add(&b, x->reply.body);
	return buf_str(&b);
}

void net__exchange_refuse(struct exchange *x, int status)
{
	const struct server_app *app = &x->conn->server->app;
	uint8_t dice = 0;

	net__reply_reset(x);
	x->reply.status = status;
	if (app->on_refusal)
		app->on_refusal(app->ctx, &x->request, &x->reply);
	x->reply.status = status;
	if (status == 503) {
		/* Spread, so that those refused together do not come back together. */
		world_real.random(&world_real, &dice, 1);
		reply_header(&x->reply, "Retry-After", arena_printf(x->arena, "%d", 1 + dice % 5));
	}
	if (status == 426) {
		reply_header(&x->reply, "Sec-WebSocket-Version", STR("13"));
		reply_header(&x->reply, "Upgrade", STR("websocket"));
	}
}

static size_t body_grow_to(const struct exchange *x, size_t need)
{
	size_t cap = x->body_cap ? x->body_cap * 2 : BODY_FIRST;
	int64_t declared;

	/* A declared length is believed up to a point: memory for the rest is taken as the bytes come. */
	if (x->body_cap == 0 && str_i64(request_header(&x->request, "Content-Length"), &declared) && declared > 0)
		cap = declared < BODY_DECLARED_FIRST ? (size_t)declared : BODY_DECLARED_FIRST;
	while (cap < need)
		cap *= 2;
	return cap < x->admission.body_max ? cap : x->admission.body_max;
}

int net__exchange_take(struct exchange *x, const char *p, size_t n)
{
	struct server *s = x->conn->server;

	if (n > x->admission.body_max - x->body_n)
		return 413;
	if (x->body_n + n > x->body_cap) {
		size_t cap = body_grow_to(x, x->body_n + n), more = cap - x->body_cap;
		char *grown;

		if (atomic_fetch_add(&s->bodies, more) + more > BODIES_MAX || !(grown = realloc(x->body, cap))) {
			atomic_fetch_sub(&s->bodies, more);
			return 503;
		}
		x->body = grown;
		x->body_cap = cap;
	}
	memcpy(x->body + x->body_n, p, n);
	x->body_n += n;
	return 0;
}

void reply_header(struct reply *r, const char *name, struct str value)
{
	static const char *const ours[] = { "Connection", "Content-Length", "Date", "Transfer-Encoding" };

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (str_ieq(str_z(name), str_z(ours[i])))
			return;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0')
			return;
	if (value.n == 0 || !is_token(str_z(name)))
		return;
	if (r->headers_n == r->headers_cap)
		r->headers_v = arena_vec_grow_(r->arena, r->headers_v, r->headers_n, &r->headers_cap, sizeof *r->headers_v);
	r->headers_v[r->headers_n++] = (struct header){ str_z(name), arena_dup(r->arena, value) };
}

void net__response_headers(struct MHD_Response *res, const struct reply *reply)
{
	/* Names are literals and values end in a NUL: reply_header() copied them. */
	for (size_t i = 0; i < reply->headers_n; i++)
		MHD_add_response_header(res, reply->headers_v[i].name.p, reply->headers_v[i].value.p);
}

struct MHD_Response *net__exchange_response(struct exchange *x)
{
	struct reply *r = &x->reply;
	struct MHD_Response *res;

	if (r->fd >= 0) {
		res = MHD_create_response_from_fd_at_offset64((uint64_t)r->fd_size, r->fd, (uint64_t)r->fd_at);
		if (res)
			r->fd = -1;
	} else {
		/* libmicrohttpd only reads it; the arena outlives the answer. */
		union { const char *in; void *out; } body = { .in = r->body.n ? r->body.p : "" };

		res = MHD_create_response_from_buffer(r->body.n, body.out, MHD_RESPMEM_PERSISTENT);
	}
	if (!res)
		return NULL;
	net__response_headers(res, r);
	if (x->shut || atomic_load(&x->conn->server->stopping))
		MHD_add_response_header(res, "Connection", "close");
	return res;
}
