#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/client.h"

/* A server that misbehaves by path, a thread a connection. */
enum { CONNS_MAX = 600 };
struct server {
	int listener, port;
	pthread_t acceptor;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fds[CONNS_MAX];               /* guarded by lock; -1: closed */
	pthread_t threads[CONNS_MAX];
	int conns;                        /* guarded by lock */
	int held, held_most;              /* guarded by lock: requests to /hold under way, and their greatest number */
	bool open;                        /* guarded by lock: /hold lets go */
};

static bool put(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

static void answer(int fd, const char *headers, struct str body)
{
	AUTO_ARENA(a);

	put(fd, arena_printf(a, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n" STR_FMT, body.n, headers, STR_ARG(body)));
}

/* Waits until the other side has gone. */
static void wait_for_end(int fd)
{
	char c;

	while (recv(fd, &c, 1, 0) > 0)
		;
}

static void trickle(int fd)
{
	put(fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
	while (put(fd, STR("x")))
		poll(NULL, 0, 10);
}

/* gzip in fixed codes: a letter, then "the last 258 bytes again" in 13 bits each, for ever. */
static void bomb(int fd)
{
	uint32_t bits = 0;
	int n = 0;
	char piece[4096];
	size_t at = 0;
	/* Block header (last, fixed), 'A' (0x71, high bit first); then length 258 (11000101) and distance 1 (00000). */
	static const char head[] = "110" "01110001", again[] = "11000101" "00000";
	const char *p = head;

	put(fd, STR("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"));
	put(fd, STR("\x1f\x8b\x08\0\0\0\0\0\0\x03"));
	for (;;) {
		if (!*p)
			p = again;
		bits |= (uint32_t)(*p++ == '1') << n++;
		if (n < 8)
			continue;
		piece[at++] = (char)bits;
		bits = 0;
		n = 0;
		if (at == sizeof piece) {
			if (!put(fd, str_of(piece, at)))
				return;
			at = 0;
		}
	}
}

static void hold(struct server *s, int fd)
{
	pthread_mutex_lock(&s->lock);
	if (++s->held > s->held_most)
		s->held_most = s->held;
	pthread_cond_broadcast(&s->changed);
	while (!s->open)
		pthread_cond_wait(&s->changed, &s->lock);
	s->held--;
	pthread_mutex_unlock(&s->lock);
	answer(fd, "", STR("held"));
}

static void reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	put(fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal"));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void early(struct server *s, int fd)
{
	(void)s;
	put(fd, STR("HTTP/1.1 103 Early Hints\r\nETag: old\r\n\r\n"));
	answer(fd, "", STR("late"));
}

static void ok(struct server *s, int fd)
{
	(void)s;
	answer(fd, "Content-Type: text/plain\r\nETag:  \"e\" \r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nLink: <a>\r\nlink: <b>\r\n",
	       STR("hello"));
}

static void huge(int fd)
{
	put(fd, STR("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
	while (put(fd, STR("many bytes, many bytes, many bytes, many bytes, many bytes, many bytes\n")))
		;
}

static void endless_headers(int fd)
{
	put(fd, STR("HTTP/1.1 200 OK\r\n"));
	while (put(fd, STR("X-Header: and another one, and another one, and another one, and another one\r\n")))
		;
}

static void bad(int fd)
{
	put(fd, STR("SSH-2.0-nonsense\r\n\r\n"));
}

static const struct {
	const char *path;
	void (*answers)(struct server *s, int fd);        /* and keeps the connection */
	void (*ends)(int fd);                             /* and closes it */
} paths[] = {
	{ "/ok", ok, NULL },           { "/early", early, NULL },       { "/hold", hold, NULL },
	{ "/slow", NULL, wait_for_end }, { "/trickle", NULL, trickle }, { "/bomb", NULL, bomb },
	{ "/reset", NULL, reset },     { "/bad", NULL, bad },           { "/huge", NULL, huge },
	{ "/headers", NULL, endless_headers },
};

/* True: the connection stays open for another request. */
static bool serve(struct server *s, int fd, struct str path, struct str whole)
{
	AUTO_ARENA(a);

	if (str_has_prefix(path, STR("/to/")))
		put(fd, arena_printf(a, "HTTP/1.1 302 Found\r\nContent-Length: 4\r\nLocation: " STR_FMT "\r\n\r\nmove", STR_ARG(str_from(path, 4))));
	else if (str_eqz(path, "/echo"))
		answer(fd, "", whole);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		if (!str_eqz(path, paths[i].path))
			continue;
		if (paths[i].ends)
			paths[i].ends(fd);
		else
			paths[i].answers(s, fd);
		return !paths[i].ends;
	}
	return true;
}

/* One request: its head, and a body as long as the head says. */
static struct str request_read(struct arena *a, int fd, struct str *ret_path)
{
	struct buf b = buf_init(a, 1 << 20);
	size_t want = 0, head;
	char c;

	while (recv(fd, &c, 1, 0) == 1) {
		struct str s, line, rest;

		buf_addc(&b, c);
		s = buf_str(&b);
		/* A TLS hello is answered in plain text. */
		if (s.p[0] == 0x16) {
			put(fd, STR("HTTP/1.1 400 Bad Request\r\n\r\n"));
			return STR_NONE;
		}
		head = str_find_str(s, STR("\r\n\r\n"));
		if (head == s.n)
			continue;
		want = str_find_str(s, STR("Content-Length: "));
		if (want < head) {
			int64_t n = 0;

			str_cut(str_from(s, want + 16), '\r', &line, &rest);
			str_i64(line, &n);
			if (s.n < head + 4 + (size_t)n)
				continue;
		}
		str_cut(s, ' ', &line, &rest);
		str_cut(rest, ' ', ret_path, &rest);
		return s;
	}
	return STR_NONE;
}

struct conn {
	struct server *s;
	int index, fd;
};

static void *conn_run(void *arg)
{
	struct conn c = *(struct conn *)arg;
	bool more = true;

	free(arg);
	while (more) {
		AUTO_ARENA(a);
		struct str path, whole = request_read(a, c.fd, &path);

		more = whole.p && serve(c.s, c.fd, path, whole);
	}
	pthread_mutex_lock(&c.s->lock);
	c.s->fds[c.index] = -1;
	pthread_mutex_unlock(&c.s->lock);
	close(c.fd);
	return NULL;
}

static void *accept_run(void *arg)
{
	struct server *s = arg;

	for (;;) {
		int fd = accept(s->listener, NULL, NULL);
		struct conn *c;

		if (fd < 0)
			return NULL;
		c = calloc(1, sizeof *c);
		assert_non_null(c);
		pthread_mutex_lock(&s->lock);
		assert_true(s->conns < CONNS_MAX);
		*c = (struct conn){ s, s->conns, fd };
		s->fds[s->conns] = fd;
		assert_int_equal(pthread_create(&s->threads[s->conns++], NULL, conn_run, c), 0);
		pthread_mutex_unlock(&s->lock);
	}
}

static int setup(void **state)
{
	static struct server server;
	struct server *s = &server;
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof in;

	*s = (struct server){ .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s->listener, (struct sockaddr *)&in, sizeof in) || listen(s->listener, 600) || getsockname(s->listener, (struct sockaddr *)&in, &n))
		return 1;
	s->port = ntohs(in.sin_port);
	*state = s;
	return pthread_create(&s->acceptor, NULL, accept_run, s);
}

static void open_gate(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	s->open = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

static int teardown(void **state)
{
	struct server *s = *state;

	open_gate(s);
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->acceptor, NULL);
	close(s->listener);
	pthread_mutex_lock(&s->lock);
	for (int i = 0; i < s->conns; i++) {
		if (s->fds[i] >= 0)
			shutdown(s->fds[i], SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->lock);
	for (int i = 0; i < s->conns; i++)
		pthread_join(s->threads[i], NULL);
	return 0;
}

static struct client *client_for(struct arena *a, struct server *s, const struct client_how *like)
{
	struct client_how how = like ? *like : (struct client_how){ 0 };
	struct client *cl = NULL;

	how.user_agent = STR("Test/1");
	if (!how.allow_private.p)
		how.allow_private = arena_printf(a, "127.0.0.1:%d", s->port);
	assert_null(client_start(a, &how, &cl));
	return cl;
}

static struct str url_for(struct arena *a, struct server *s, const char *path)
{
	return arena_printf(a, "http://127.0.0.1:%d%s", s->port, path);
}

/* One exchange with the server through a client of its own. */
static struct fetched fetch(struct arena *a, struct server *s, const char *path, const struct fetch *like)
{
	struct call c = { .arena = a, .world = &world_real };
	struct client *cl = client_for(a, s, NULL);
	struct fetch f = like ? *like : (struct fetch){ 0 };
	struct fetched got;

	if (!f.url.p)
		f.url = url_for(a, s, path ? path : "/");
	assert_null(client_fetch(&c, cl, &f, &got));
	client_stop(cl);
	return got;
}

static void an_answer_comes_with_its_headers_and_body(void **state)
{
	AUTO_ARENA(a);
	struct fetched got = fetch(a, *state, "/ok", NULL);

	assert_int_equal(got.outcome, FETCH_ANSWERED);
	assert_int_equal(got.status, 200);
	assert_true(str_eqz(got.body, "hello"));
	assert_true(str_eqz(got.content_type, "text/plain"));
	assert_true(str_eqz(got.etag, "\"e\""));
	assert_true(str_eqz(got.header_link, "<a>, <b>"));
	assert_true(str_has_prefix(got.last_modified, STR("Sun, 06")));
	assert_true(str_eq(got.url, url_for(a, *state, "/ok")));
	assert_null(got.location.p);
	assert_true(got.took_us > 0);
	got = fetch(a, *state, "/early", NULL);
	assert_int_equal(got.status, 200);
	assert_null(got.etag.p);
}

static void a_request_goes_out_as_it_was_asked(void **state)
{
	AUTO_ARENA(a);
	const char *const headers[] = { "Content-Type: application/activity+json", "Signature: s", NULL };
	struct fetched got = fetch(a, *state, "/echo", &(struct fetch){ .method = STR("POST"), .body = STR("{\"a\":1}"), .headers = headers });

	assert_true(str_has_prefix(got.body, STR("POST /echo HTTP/1.1\r\n")));
	assert_true(str_contains(got.body, STR("User-Agent: Test/1\r\n")));
	assert_true(str_contains(got.body, STR("Signature: s\r\n")));
	assert_true(str_contains(got.body, STR("Content-Type: application/activity+json\r\n")));
	assert_false(str_contains(got.body, STR("Expect")));
	assert_true(str_has_suffix(got.body, STR("\r\n\r\n{\"a\":1}")));
	got = fetch(a, *state, "/echo", &(struct fetch){ .method = STR("DELETE") });
	assert_true(str_has_prefix(got.body, STR("DELETE /echo HTTP/1.1\r\n")));
	got = fetch(a, *state, "/ok", &(struct fetch){ .method = STR("HEAD") });
	assert_int_equal(got.status, 200);
	assert_int_equal(got.body.n, 0);
}

static void what_never_ends_is_ended_by_the_clock(void **state)
{
	AUTO_ARENA(a);
	struct fetched got = fetch(a, *state, "/slow", &(struct fetch){ .timeout_ms = 150 });

	assert_int_equal(got.outcome, FETCH_TIMEOUT);
	assert_true(got.took_us >= 140 * US_PER_MS && got.why.n > 0);
	got = fetch(a, *state, "/trickle", &(struct fetch){ .timeout_ms = 150 });
	assert_int_equal(got.outcome, FETCH_TIMEOUT);
	assert_null(got.body.p);
}

static void the_calls_deadline_counts_too(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a, .world = &world_real, .deadline_us = world_real.now_us(&world_real) + 100 * US_PER_MS };
	struct client *cl = client_for(a, *state, NULL);
	struct fetched got;

	assert_null(client_fetch(&c, cl, &(struct fetch){ .url = url_for(a, *state, "/slow") }, &got));
	assert_int_equal(got.outcome, FETCH_TIMEOUT);
	while (world_real.now_us(&world_real) < c.deadline_us) /* a fetch ends a millisecond early rather than late */
		poll(NULL, 0, 1);
	assert_null(client_fetch(&c, cl, &(struct fetch){ .url = url_for(a, *state, "/ok") }, &got));
	assert_int_equal(got.outcome, FETCH_TIMEOUT);
	client_stop(cl);
}

static void what_is_too_large_is_cut_off(void **state)
{
	AUTO_ARENA(a);

	assert_int_equal(fetch(a, *state, "/huge", &(struct fetch){ .body_max = 5000 }).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/huge", NULL).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/bomb", NULL).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/headers", NULL).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/ok", &(struct fetch){ .body_max = 4 }).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/ok", &(struct fetch){ .body_max = 5 }).outcome, FETCH_ANSWERED);
}

static void who_asks_only_for_the_status_gets_it_whatever_follows(void **state)
{
	AUTO_ARENA(a);
	struct fetched got = fetch(a, *state, "/huge", &(struct fetch){ .body_max = 5000, .only_status = true });

	assert_int_equal(got.outcome, FETCH_ANSWERED);
	assert_int_equal(got.status, 200);
	assert_true(got.body.n <= 5000);
	assert_int_equal(fetch(a, *state, "/headers", &(struct fetch){ .only_status = true }).outcome, FETCH_TOO_LARGE);
	assert_int_equal(fetch(a, *state, "/reset", &(struct fetch){ .only_status = true }).outcome, FETCH_UNREACHABLE);
}

static void a_broken_answer_is_no_answer(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct fetch tls = { .url = arena_printf(a, "https://127.0.0.1:%d/ok", s->port) };

	assert_int_equal(fetch(a, s, "/reset", NULL).outcome, FETCH_UNREACHABLE);
	assert_int_equal(fetch(a, s, "/bad", NULL).outcome, FETCH_UNREACHABLE);
	assert_int_equal(fetch(a, s, NULL, &tls).outcome, FETCH_TLS);
}

static void an_address_or_header_that_is_none_is_not_sent(void **state)
{
	AUTO_ARENA(a);
	const char *bad[] = { "", "ftp://example.org/", "http://", "file:///etc/passwd", "http://user@127.0.0.1/", "gopher://127.0.0.1/" };
	const char *const broken[] = { "X-Name: a\r\nX-Other: b", NULL };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(fetch(a, *state, NULL, &(struct fetch){ .url = str_z(bad[i]) }).outcome, FETCH_BAD_URL);
	assert_int_equal(fetch(a, *state, "/echo", &(struct fetch){ .headers = broken }).outcome, FETCH_BAD_URL);
}

static void a_redirect_is_followed_as_far_as_allowed(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct fetch f = { .redirects_max = 2 };
	struct fetched got = fetch(a, s, "/to//ok", &f);

	assert_int_equal(got.status, 200);
	assert_true(str_eqz(got.body, "hello"));
	assert_true(str_eq(got.url, url_for(a, s, "/ok")));
	got = fetch(a, s, "/to//ok", NULL);
	assert_int_equal(got.status, 302);
	assert_true(str_eqz(got.location, "/ok"));
	assert_true(str_eqz(got.body, "move"));
	/* "x" beside "/to/x" is "/to/x" again. */
	got = fetch(a, s, "/to/x", &f);
	assert_int_equal(got.outcome, FETCH_BAD_URL);
	assert_true(str_contains(got.why, STR("too often")));
	got = fetch(a, s, "/to/gopher://127.0.0.1/", &f);
	assert_int_equal(got.outcome, FETCH_BAD_URL);
	f.method = STR("POST");
	assert_int_equal(fetch(a, s, "/to//ok", &f).status, 302);
}

static void a_redirect_to_a_private_address_is_refused(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	/* localhost is the right address, but here with another port. */
	const char *const hosts[] = { "127.0.0.2", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0" };

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		int port = str_eqz(str_z(hosts[i]), "localhost") ? 9 : s->port;
		struct str path = arena_printf(a, "/to/http://%s:%d/ok", hosts[i], port);
		struct fetched got = fetch(a, s, arena_strz(a, path), &(struct fetch){ .redirects_max = 3 });

		if (got.outcome != FETCH_REFUSED_ADDRESS)
			fail_msg("%s: outcome %d, " STR_FMT, path.p, (int)got.outcome, STR_ARG(got.why));
	}
}

static void credentials_do_not_follow_to_another_host(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct call c = { .arena = a, .world = &world_real };
	struct client_how how = { .static_hosts = arena_printf(a, "one.test=127.0.0.1:%d two.test=127.0.0.1:%d", s->port, s->port) };
	struct client *cl = client_for(a, s, &how);
	const char *const headers[] = { "Authorization: Bearer x", "signature : s", "Host: one.test", "Accept: application/json", NULL };
	struct fetch f = { .url = STR("http://one.test/to/http://two.test/echo"), .headers = headers, .redirects_max = 1 };
	struct fetched got;

	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.status, 200);
	assert_true(str_eqz(got.url, "http://two.test/echo"));
	assert_true(str_contains(got.body, STR("Host: two.test\r\n")) && str_contains(got.body, STR("Accept: application/json\r\n")));
	assert_false(str_contains(got.body, STR("Bearer")) || str_contains(got.body, STR("ignature")));
	f.url = STR("http://one.test/to//echo");
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_true(str_contains(got.body, STR("Bearer x")) && str_contains(got.body, STR("Host: one.test\r\n")));
	client_stop(cl);
}

static void the_guard_judges_names_trusted_hosts_and_kept_connections(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct call c = { .arena = a, .world = &world_real };
	struct client_how how = { .allow_private = STR("10.0.0.0/8"), .static_hosts = arena_printf(a, "one.test=127.0.0.1:%d", s->port) };
	struct client *cl = client_for(a, s, &how);
	struct fetch f = { .url = url_for(a, s, "/ok") };
	struct fetched got;

	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.outcome, FETCH_REFUSED_ADDRESS);
	assert_true(str_eqz(got.why, "127.0.0.1 is a loopback address"));
	assert_int_equal(s->conns, 0);
	f.url = STR("http://one.test/ok");
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.outcome, FETCH_REFUSED_ADDRESS);
	/* A trusted request leaves its connection open; a stranger's may not ride on it. */
	f.trusted_address = true;
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.status, 200);
	/* Nor does trust reach where a trusted host points to. */
	f = (struct fetch){ .url = STR("http://one.test/to/http://127.0.0.1/"), .redirects_max = 1, .trusted_address = true };
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.outcome, FETCH_REFUSED_ADDRESS);
	f = (struct fetch){ .url = STR("http://one.test/ok") };
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.outcome, FETCH_REFUSED_ADDRESS);
	assert_true(client_address_allowed(cl, "10.1.1.1", 80) && client_address_allowed(cl, "1.1.1.1", 80));
	assert_false(client_address_allowed(cl, "127.0.0.1", 80) || client_address_allowed(cl, "::1", 80) || client_address_allowed(cl, "x", 80));
	client_stop(cl);
}

static void what_is_reached_by_allowance_alone_is_told_from_the_rest(void **state)
{
	static const struct { const char *allow, *host; bool is; } cases[] = {
		{ "127.0.0.0/8 ::1", "localhost", true }, { "127.0.0.1:80", "127.0.0.1", true }, { "[::1]:80", "[::1]", true },
		{ "10.0.0.0/8", "localhost", false }, { "127.0.0.1:81", "127.0.0.1", false }, { "", "localhost", false },
		{ "127.0.0.0/8", "1.1.1.1", false }, { "1.0.0.0/8", "1.1.1.1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_ARENA(a);
		struct client *cl;

		assert_null(client_start(a, &(struct client_how){ .allow_private = str_z(cases[i].allow) }, &cl));
		if (client_only_by_allowance(cl, cases[i].host, 80) != cases[i].is)
			fail_msg("'%s' where '%s' is allowed", cases[i].host, cases[i].allow);
		client_stop(cl);
	}
}

struct tally {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int answered, other;              /* guarded by lock while the client runs */
};
#define TALLY { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER }

static void count(void *arg, const struct fetched *result)
{
	struct tally *t = arg;

	pthread_mutex_lock(&t->lock);
	if (result->outcome == FETCH_ANSWERED && result->status == 200)
		t->answered++;
	else
		t->other++;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static void wait_for_all(struct tally *t, int n)
{
	pthread_mutex_lock(&t->lock);
	while (t->answered + t->other < n)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void a_host_gets_its_share_and_the_rest_waits_or_is_told(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct call c = { .arena = a, .world = &world_real };
	struct client_how how = { .per_host = 2, .total = 8, .static_hosts = arena_printf(a, "one.test=127.0.0.1:%d", s->port) };
	struct client *cl = client_for(a, s, &how);
	struct fetch f = { .url = url_for(a, s, "/hold") };
	struct tally t = TALLY;
	struct fetched got;
	int taken = 0;

	while (client_begin(cl, &f, count, &t))
		taken++;
	/* Two under way, and a quarter of the waiting room of 4 times 8. */
	assert_int_equal(taken, 2 + 8);
	assert_int_equal(client_fetch(&c, cl, &f, &got)->code, ERR_BUSY);
	/* Another host is served meanwhile. */
	assert_null(client_fetch(&c, cl, &(struct fetch){ .url = STR("http://one.test/ok") }, &got));
	assert_int_equal(got.status, 200);
	pthread_mutex_lock(&s->lock);
	while (s->held < 2)
		pthread_cond_wait(&s->changed, &s->lock);
	pthread_mutex_unlock(&s->lock);
	open_gate(s);
	wait_for_all(&t, taken);
	assert_int_equal(t.answered, taken);
	assert_null(client_fetch(&c, cl, &f, &got));
	assert_int_equal(got.status, 200);
	client_stop(cl);
	assert_int_equal(s->held_most, 2);
}

static void waiting_for_a_slot_counts_against_the_time(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct call c = { .arena = a, .world = &world_real };
	struct client_how how = { .per_host = 1 };
	struct client *cl = client_for(a, s, &how);
	struct fetched got;
	struct tally t = TALLY;

	assert_true(client_begin(cl, &(struct fetch){ .url = url_for(a, s, "/hold") }, count, &t));
	assert_null(client_fetch(&c, cl, &(struct fetch){ .url = url_for(a, s, "/ok"), .timeout_ms = 150 }, &got));
	assert_int_equal(got.outcome, FETCH_TIMEOUT);
	assert_true(str_contains(got.why, STR("free connection")));
	client_stop(cl);
	assert_int_equal(t.other, 1);
}

static void stopping_answers_everybody_once(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct client *cl = client_for(a, s, NULL);
	struct tally t = TALLY;
	int taken = 0;

	for (int i = 0; i < 100; i++)
		taken += client_begin(cl, &(struct fetch){ .url = i % 10 ? url_for(a, s, "/slow") : STR("nonsense") }, count, &t);
	client_stop(cl);
	assert_int_equal(t.answered, 0);
	assert_int_equal(t.other, taken);
	assert_int_equal(taken, 100);
}

static void *fetch_many(void *arg)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a, .world = &world_real };
	struct client *cl = ((void **)arg)[0];
	struct str url = *(struct str *)((void **)arg)[1];
	struct fetched got;

	for (int i = 0; i < 50; i++) {
		if (client_fetch(&c, cl, &(struct fetch){ .url = url }, &got) || got.status != 200 || !str_eqz(got.body, "hello"))
			return NULL;
	}
	return (void *)(intptr_t)1;
}

static void many_threads_share_few_connections(void **state)
{
	AUTO_ARENA(a);
	struct server *s = *state;
	struct client *cl = client_for(a, s, NULL);
	struct str url = url_for(a, s, "/ok");
	void *arg[] = { cl, &url }, *fine;
	pthread_t t[8];

	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&t[i], NULL, fetch_many, arg), 0);
	for (size_t i = 0; i < 8; i++) {
		pthread_join(t[i], &fine);
		assert_non_null(fine);
	}
	client_stop(cl);
	assert_true(s->conns <= 4);
}

static void a_client_does_not_start_with_what_it_cannot_read(void **state)
{
	AUTO_ARENA(a);
	struct client *cl = NULL;

	(void)state;
	assert_int_equal(client_start(a, &(struct client_how){ .allow_private = STR("nonsense") }, &cl)->code, ERR_INVALID);
	assert_int_equal(client_start(a, &(struct client_how){ .static_hosts = STR("name") }, &cl)->code, ERR_INVALID);
	assert_int_equal(client_start(a, &(struct client_how){ .static_hosts = STR("name=127.0.0.1") }, &cl)->code, ERR_INVALID);
	assert_int_equal(client_start(a, &(struct client_how){ .ca_file = STR("/nonexistent/ca.pem") }, &cl)->code, ERR_INVALID);
	assert_null(cl);
	client_stop(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_comes_with_its_headers_and_body),
		TEST(a_request_goes_out_as_it_was_asked),
		TEST(what_never_ends_is_ended_by_the_clock),
		TEST(the_calls_deadline_counts_too),
		TEST(what_is_too_large_is_cut_off),
		TEST(who_asks_only_for_the_status_gets_it_whatever_follows),
		TEST(a_broken_answer_is_no_answer),
		TEST(an_address_or_header_that_is_none_is_not_sent),
		TEST(a_redirect_is_followed_as_far_as_allowed),
		TEST(a_redirect_to_a_private_address_is_refused),
		TEST(credentials_do_not_follow_to_another_host),
		TEST(the_guard_judges_names_trusted_hosts_and_kept_connections),
		TEST(what_is_reached_by_allowance_alone_is_told_from_the_rest),
		TEST(a_host_gets_its_share_and_the_rest_waits_or_is_told),
		TEST(waiting_for_a_slot_counts_against_the_time),
		TEST(stopping_answers_everybody_once),
		TEST(many_threads_share_few_connections),
		TEST(a_client_does_not_start_with_what_it_cannot_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
