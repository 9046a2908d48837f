#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/metrics.h"
#include "base/world.h"
#include "net/address_priv.h"
#include "net/test_http_priv.h"

#define CLOSE "Connection: close\r\n\r\n"
#define GET(path) STR("GET " path " HTTP/1.1\r\nHost: x\r\n" CLOSE)

/* What the application under test was told. */
static struct app_state {
	sem_t entered, leave;                                     /* /slow: a worker is inside; it may leave */
	atomic_int heads, runs, sents, whole, last_status;
} seen;

static bool on_head(void *ctx, struct request *r, struct admission *ret, struct reply *ret_now)
{
	(void)ctx;
	atomic_fetch_add(&seen.heads, 1);
	if (str_eqz(r->path, "/none")) {
		ret_now->status = 404;
		ret_now->body = STR("nothing here");
		return false;
	}
	*ret = (struct admission){ .lane = LANE_DB, .body_max = 100000, .deadline_ms = 10000 };
	if (str_eqz(r->path, "/hasty"))
		ret->deadline_ms = 50;
	return true;
}

static void describe(struct request *r, struct reply *reply)
{
	struct buf b = buf_init(r->arena, 10000);

	buf_addf(&b, "path=" STR_FMT " query=" STR_FMT " target=" STR_FMT, STR_ARG(r->path), STR_ARG(r->query), STR_ARG(r->target));
	buf_addf(&b, " peer=" STR_FMT " https=%d body=%zu:", STR_ARG(r->peer), r->https, r->body.n);
	buf_add(&b, str_upto(r->body, 40));
	reply->body = buf_str(&b);
	reply_header(reply, "Content-Type", STR("text/plain"));
	reply_header(reply, "X-Two", request_header(r, "x-two"));
}

static void on_request(void *ctx, struct request *r, struct reply *reply)
{
	(void)ctx;
	atomic_fetch_add(&seen.runs, 1);
	if (str_eqz(r->path, "/slow")) {
		sem_post(&seen.entered);
		sem_wait(&seen.leave);
	} else if (str_eqz(r->path, "/again") && !r->state) {
		r->state = r;
		reply->again = true;
		reply->again_on = LANE_FETCH;
		return;
	} else if (str_eqz(r->path, "/forever")) {
		reply->again = true;
		return;
	} else if (str_eqz(r->path, "/file")) {
		reply->fd = memfd_create("body", MFD_CLOEXEC);
		reply->fd_size = 11;
		assert_int_equal(write(reply->fd, "from a file", 11), 11);
		return;
	} else if (str_eqz(r->path, "/inject")) {
		reply_header(reply, "X-Bad", STR("a\r\nSet-Cookie: evil"));
		reply_header(reply, "X-Good", STR("yes"));
		reply_header(reply, "Content-Length", STR("7"));
		reply_header(reply, "Date", STR("never"));
	} else if (str_eqz(r->path, "/304")) {
		reply->status = 304;
		return;
	} else if (str_eqz(r->path, "/204")) {
		reply->status = 204;
		return;
	}
	describe(r, reply);
}

static void on_sent(void *ctx, struct request *r, int status, bool whole, int64_t took_us)
{
	(void)ctx, (void)r, (void)took_us;
	atomic_fetch_add(&seen.sents, 1);
	atomic_fetch_add(&seen.whole, whole);
	atomic_store(&seen.last_status, status);
}

static void on_refusal(void *ctx, const struct request *r, struct reply *reply)
{
	(void)ctx, (void)r;
	reply->body = STR("{\"error\":\"refused\"}");
}

static const struct server_app app = { .on_head = on_head, .on_request = on_request, .on_sent = on_sent, .on_refusal = on_refusal };

static int64_t idle_timeout_s = 10;

static struct server *start_with(struct arena *a, int workers, int queue_max, const char *trusted)
{
	struct server_how how = { .listen = STR("127.0.0.1:0"), .trusted_proxies = str_z(trusted), .io_threads = 2, .connections_max = 512,
				  .idle_timeout_s = idle_timeout_s };
	struct server *s = NULL;

	for (int i = 0; i < LANES; i++)
		how.lanes[i] = (struct server_lane){ workers, queue_max };
	sem_init(&seen.entered, 0, 0);
	sem_init(&seen.leave, 0, 0);
	atomic_store(&seen.heads, 0);
	atomic_store(&seen.runs, 0);
	atomic_store(&seen.sents, 0);
	atomic_store(&seen.whole, 0);
	assert_null(server_start(a, &how, &app, &s));
	return s;
}

static struct server *start(struct arena *a) { return start_with(a, 2, 64, ""); }

static void a_request_is_answered_on_its_lane(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str answer = ask(a, s, STR("GET /a%20b?x=%41&y HTTP/1.1\r\nHost: x\r\nX-Two: one\r\nx-two: two\r\n" CLOSE));
	struct str head = str_upto(answer, str_find_str(answer, STR("\r\n\r\n")));

	(void)state;
	assert_int_equal(status_of(answer), 200);
	assert_true(str_eqz(body_of(answer), "path=/a b query=x=%41&y target=/a%20b?x=%41&y peer=127.0.0.1 https=0 body=0:"));
	assert_true(str_contains(head, STR("X-Two: one, two")));
	assert_true(str_contains(head, STR("\r\nDate: ")));
	assert_false(str_contains(str_from(head, str_find_str(head, STR("Date: ")) + 1), STR("Date: ")));
	server_stop(s, 1000);
	assert_int_equal(atomic_load(&seen.sents), 1);
	assert_int_equal(atomic_load(&seen.whole), 1);
}

static void bodies_arrive_whole_with_or_without_a_length(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct buf b = buf_init(a, 200000);
	struct str extended;

	(void)state;
	assert_true(str_has_suffix(ask(a, s, STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" CLOSE "hello")),
				   STR("body=5:hello")));
	assert_true(str_has_suffix(ask(a, s, STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" CLOSE
						 "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")), STR("body=11:hello world")));
	/* Extensions of chunks are read over, or (libmicrohttpd 1.0) refused; nobody sends any. */
	extended = ask(a, s, STR("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" CLOSE "5;x=y\r\nhello\r\n0\r\n\r\n"));
	assert_true(str_has_suffix(extended, STR("body=5:hello")) || str_contains(extended, STR(" 400 ")));
	buf_addz(&b, "PATCH /p HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n" CLOSE);
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, 'x');
	assert_true(str_contains(ask(a, s, buf_str(&b)), STR("body=100000:xxx")));
	server_stop(s, 1000);
}

static struct str chunks(struct arena *a, const char *method, int n)
{
	struct buf b = buf_init(a, 4 * 1024 * 1024);

	buf_addf(&b, "%s /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" CLOSE, method);
	for (int i = 0; i < n; i++) {
		buf_addz(&b, "3e8\r\n");
		for (int k = 0; k < 1000; k++)
			buf_addc(&b, 'x');
		buf_addz(&b, "\r\n");
	}
	buf_addz(&b, "0\r\n\r\n");
	return buf_str(&b);
}

static void a_body_past_its_cap_is_413(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str answer = ask(a, s, STR("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\nabc"));

	(void)state;
	assert_int_equal(status_of(answer), 413);
	assert_true(str_eqz(body_of(answer), "{\"error\":\"refused\"}"));
	answer = ask(a, s, STR("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n"));
	assert_int_equal(status_of(answer), 413);
	assert_int_equal(status_of(ask(a, s, chunks(a, "POST", 101))), 413);
	assert_int_equal(status_of(ask(a, s, chunks(a, "PATCH", 150))), 413);
	assert_int_equal(status_of(ask(a, s, chunks(a, "PATCH", 100))), 200);
	assert_int_equal(atomic_load(&seen.runs), 1);
	server_stop(s, 1000);
}

static void a_refused_body_is_never_taken_for_a_request(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str inner = STR("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
	struct str head = arena_printf(a, "PATCH /none HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n", inner.n);
	struct str answer = ask(a, s, arena_concat(a, head, inner, GET("/none")));

	(void)state;
	assert_int_equal(status_of(answer), 404);
	assert_false(str_contains(answer, STR("smuggled")));
	assert_int_equal(atomic_load(&seen.heads), 2);
	server_stop(s, 1000);
}

/* Each is followed by what another might take for a request of its own. */
static void what_others_may_have_read_otherwise_is_refused_and_nothing_behind_it_is_read(void **state)
{
	static const char *const heads[] = {
		"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 60\r\n",
		"PATCH /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"GET /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\nContent-Length: 5\r\n",
		"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n",
		"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX(y): z\r\n",
		"GET /p HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
		"GET http://y/p HTTP/1.1\r\nHost: x\r\n",
	};
	AUTO_ARENA(a);
	struct server *s = start(a);

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct str got = ask(a, s, arena_concat(a, str_z(heads[i]), STR("\r\n0\r\n\r\nGET /behind HTTP/1.1\r\nHost: x\r\n" CLOSE)));
		size_t first = str_find_str(got, STR("HTTP/1.1 "));

		if (status_of(got) != 400 || str_contains(str_from(got, first + 1), STR("HTTP/1.1 ")))
			fail_msg("%s: " STR_FMT, heads[i], STR_ARG(got));
	}
	assert_int_equal(atomic_load(&seen.heads), 0);
	assert_int_equal(status_of(ask(a, s, STR("GET http://X/p HTTP/1.1\r\nHost: x\r\n" CLOSE))), 200);
	server_stop(s, 1000);
}

static void a_malformed_head_leaves_nothing_behind(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct buf b = buf_init(a, 100000);

	(void)state;
	assert_int_equal(status_of(ask(a, s, GET("/%zz"))), 400);
	assert_int_equal(status_of(ask(a, s, GET("/a%00b"))), 400);
	assert_int_equal(status_of(ask(a, s, GET("/%ff"))), 400);
	assert_int_equal(status_of(ask(a, s, STR("GET /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n" CLOSE))), 400);
	assert_int_equal(status_of(ask(a, s, STR("GET /x HTTP/1.1\r\nno colon\r\n" CLOSE))), 400);
	assert_int_equal(atomic_load(&seen.heads), 0);
	buf_addz(&b, "GET /x HTTP/1.1\r\nHost: x\r\nX-Long: ");
	for (int i = 0; i < 60000; i++)
		buf_addc(&b, 'x');
	buf_addz(&b, "\r\n" CLOSE);
	assert_int_equal(status_of(ask(a, s, buf_str(&b))), 431);
	server_stop(s, 1000);
}

/* Once libmicrohttpd had no memory left for an answer, or, where it had taken a query apart, never gave one. */
static int asked_with(struct arena *a, struct server *s, const char *before, const char *piece, size_t n)
{
	struct buf b = buf_init(a, 800000);

	buf_addf(&b, "GET /p%s", before);
	while (b.n < n)
		buf_addz(&b, piece);
	buf_addz(&b, strchr(before, '\n') ? "\r\n" CLOSE : " HTTP/1.1\r\nHost: x\r\n" CLOSE);
	return status_of(ask(a, s, buf_str(&b)));
}

/* The rest of the head is a few bytes as well; and of what is past its memory libmicrohttpd says either. */
static bool is_right(int status, size_t n, size_t max, int refusal)
{
	return (status == 200 && n <= max) || (status == refusal && n > max - 400) || (status == 431 && n > 20000);
}

static void a_head_of_any_length_is_answered(void **state)
{
	struct arena *a = arena_create();
	struct server *s = start(a);

	(void)state;
	for (size_t n = 500; n < 40000; n += n < 26000 ? 300 : 5000) {
		struct arena *once = arena_create();
		int line = asked_with(once, s, "?", "id[]=1&", n), header = asked_with(once, s, " HTTP/1.1\r\nHost: x\r\nX: ", "xxxxxxx", n);
		int headers = asked_with(once, s, " HTTP/1.1\r\nHost: x", "\r\nX: y", n);

		if (!is_right(line, n, 8 * 1024, 414) || !is_right(header, n, 16 * 1024, 431) || (headers != 200 && headers != 431))
			fail_msg("%zu: %d %d %d", n, line, header, headers);
		arena_destroy(once);
	}
	server_stop(s, 1000);
	arena_destroy(a);
}

static void who_says_too_much_hears_that_it_was(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);

	(void)state;
	assert_int_equal(asked_with(a, s, "?", "id[]=1&", 700000), 414);
	assert_int_equal(asked_with(a, s, " HTTP/1.1\r\nHost: x\r\nX: ", "xxxxxxx", 700000), 431);
	server_stop(s, 1000);
}

static void a_head_that_never_ends_is_hung_up_on(void **state)
{
	AUTO_ARENA(a);
	int64_t began = world_monotonic_us(), usual = idle_timeout_s;
	struct server *s = (idle_timeout_s = 1, start(a));
	int fd = dial(s);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	(void)state;
	assert_true(say(fd, STR("GET / HTTP/1.1\r\nHost: x\r\nX: ")));
	/* A byte now and then keeps libmicrohttpd's own timeout from striking. */
	while (poll(&p, 1, 300) == 0 && world_monotonic_us() - began < 8 * US_PER_S)
		say(fd, STR("y"));
	assert_int_equal(hear_all(a, fd).n, 0);
	assert_true(world_monotonic_us() - began < 6 * US_PER_S);
	idle_timeout_s = usual;
	close(fd);
	server_stop(s, 1000);
}

static void a_connection_serves_one_request_after_the_other(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str answer = ask(a, s, STR("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\n"
					  "POST /3 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
					  "GET /4 HTTP/1.1\r\nHost: x\r\n" CLOSE));

	(void)state;
	assert_true(str_contains(answer, STR("path=/1 ")));
	assert_true(str_contains(answer, STR("nothing here")));
	assert_true(str_contains(answer, STR("body=2:hi")));
	assert_true(str_contains(answer, STR("path=/4 ")));
	server_stop(s, 1000);
}

static void a_full_lane_answers_503_at_once(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1, 1, "");
	int running = dial(s), waiting = dial(s);
	int64_t before = metric_get(METRIC_lane_refused_total, STR("db")), began;
	struct str answer;

	(void)state;
	assert_true(say(running, GET("/slow")));
	sem_wait(&seen.entered);
	assert_true(say(waiting, GET("/hasty")));
	while (metric_get(METRIC_lane_waiting, STR("db")) != 1)
		poll(NULL, 0, 5);
	began = world_monotonic_us();
	answer = ask(a, s, GET("/x"));
	assert_true(world_monotonic_us() - began < 3 * US_PER_S);
	assert_int_equal(status_of(answer), 503);
	assert_true(str_contains(answer, STR("Retry-After: ")));
	assert_int_equal(metric_get(METRIC_lane_refused_total, STR("db")), before + 1);
	/* The one that waited is past its deadline when its turn comes. */
	poll(NULL, 0, 100);
	sem_post(&seen.leave);
	assert_int_equal(status_of(hear_all(a, running)), 200);
	assert_int_equal(status_of(hear_all(a, waiting)), 503);
	assert_int_equal(atomic_load(&seen.runs), 1);
	close(running);
	close(waiting);
	server_stop(s, 1000);
}

static void who_left_while_waiting_is_not_served(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1, 4, "");
	int running = dial(s), waiting = dial(s);

	(void)state;
	assert_true(say(running, GET("/slow")));
	sem_wait(&seen.entered);
	assert_true(say(waiting, GET("/x")));
	while (metric_get(METRIC_lane_waiting, STR("db")) != 1)
		poll(NULL, 0, 5);
	close(waiting);
	poll(NULL, 0, 150);
	sem_post(&seen.leave);
	assert_int_equal(status_of(hear_all(a, running)), 200);
	close(running);
	server_stop(s, 1000);
	assert_int_equal(atomic_load(&seen.runs), 1);
	assert_int_equal(atomic_load(&seen.sents), 2);
	assert_int_equal(atomic_load(&seen.whole), 1);
}

/* The kernel takes the answer all the same. */
static void who_left_while_a_write_ran_has_not_heard_of_it(void **state)
{
	static const struct str slow = STRC("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
	static const struct str quick = STRC("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" CLOSE);
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1, 4, "");
	int leaving = dial(s), staying = dial(s);

	(void)state;
	assert_true(say(leaving, slow));
	sem_wait(&seen.entered);
	close(leaving);
	sem_post(&seen.leave);
	assert_true(say(staying, quick));
	assert_int_equal(status_of(hear_all(a, staying)), 200);
	close(staying);
	server_stop(s, 1000);
	assert_int_equal(atomic_load(&seen.runs), 2);
	assert_int_equal(atomic_load(&seen.sents), 2);
	assert_int_equal(atomic_load(&seen.whole), 1);
}

static void a_request_may_run_again_on_another_lane_but_not_forever(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);

	(void)state;
	assert_int_equal(status_of(ask(a, s, GET("/again"))), 200);
	assert_int_equal(atomic_load(&seen.runs), 2);
	assert_int_equal(status_of(ask(a, s, GET("/forever"))), 503);
	server_stop(s, 1000);
}

static void answers_without_a_body_have_none(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str head = ask(a, s, STR("HEAD /x HTTP/1.1\r\nHost: x\r\n" CLOSE));

	(void)state;
	assert_int_equal(status_of(head), 200);
	assert_int_equal(body_of(head).n, 0);
	assert_true(str_contains(head, STR("Content-Length: 5")));
	assert_int_equal(status_of(ask(a, s, STR("HEAD /file HTTP/1.1\r\nHost: x\r\n" CLOSE))), 200);
	assert_int_equal(status_of(ask(a, s, GET("/304"))), 304);
	assert_int_equal(body_of(ask(a, s, GET("/304"))).n, 0);
	assert_int_equal(status_of(ask(a, s, GET("/204"))), 204);
	assert_false(str_contains(ask(a, s, GET("/204")), STR("Content-Length")));
	assert_true(str_eqz(body_of(ask(a, s, GET("/file"))), "from a file"));
	server_stop(s, 1000);
}

static void a_header_cannot_smuggle_another(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct str answer = ask(a, s, GET("/inject"));

	(void)state;
	assert_false(str_contains(answer, STR("evil")));
	assert_false(str_contains(answer, STR("X-Bad")));
	assert_true(str_contains(answer, STR("X-Good: yes")));
	assert_false(str_contains(answer, STR("Content-Length: 7")));
	assert_false(str_contains(answer, STR("never")));
	server_stop(s, 1000);
}

static void only_a_trusted_proxy_says_who_the_client_is(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1, 8, "10.0.0.0/8, 127.0.0.1");
	struct str forged = STR("GET /x HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n"
				"X-Forwarded-For: 6.6.6.6, ::ffff:192.0.2.7, 10.1.1.1\r\n" CLOSE);
	int fd;

	(void)state;
	assert_true(str_contains(ask(a, s, forged), STR("peer=192.0.2.7 https=1")));
	fd = dial_from(s, "127.0.0.9");
	assert_true(say(fd, forged));
	assert_true(str_contains(hear_all(a, fd), STR("peer=127.0.0.9 https=0")));
	close(fd);
	server_stop(s, 1000);
}

/* One socket for both families: IPv4 clients come in mapped form and are known by their dotted one. */
static void every_address_of_both_families_is_listened_at(void **state)
{
	AUTO_ARENA(a);
	struct server_how how = { .listen = STR("[::]:0") };
	struct server *s;

	(void)state;
	if (server_start(a, &how, &app, &s) != NULL)
		skip();                                           /* a machine without IPv6 */
	assert_true(str_has_prefix(server_address(s), STR("[::]:")));
	assert_true(str_contains(ask(a, s, GET("/x")), STR("peer=127.0.0.1 ")));
	server_stop(s, 1000);
}

static void addresses_and_blocks_are_read_strictly(void **state)
{
	AUTO_ARENA(a);
	struct net__blocks blocks;
	struct net__ip ip;

	(void)state;
	assert_null(net__blocks_parse(a, STR("10.0.0.0/9 fd00::/8,::1"), &blocks));
	assert_int_equal(blocks.n, 3);
	assert_true(net__ip_parse(STR("10.127.0.1"), &ip) && net__blocks_have(&blocks, &ip));
	assert_true(net__ip_parse(STR("::ffff:10.1.2.3"), &ip) && net__blocks_have(&blocks, &ip));
	assert_true(str_eqz(net__ip_text(a, &ip), "10.1.2.3"));
	assert_true(net__ip_parse(STR("10.128.0.1"), &ip) && !net__blocks_have(&blocks, &ip));
	assert_true(net__ip_parse(STR("fd12::1"), &ip) && net__blocks_have(&blocks, &ip));
	assert_false(net__ip_parse(STR("10.1"), &ip));
	assert_non_null(net__blocks_parse(a, STR("10.0.0.0/33"), &blocks));
	assert_non_null(net__blocks_parse(a, STR("example.org"), &blocks));
}

static void two_hundred_clients_at_once_are_all_answered(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 4, 256, "");
	int fds[200];

	(void)state;
	for (int i = 0; i < 200; i++) {
		fds[i] = dial(s);
		assert_true(fds[i] >= 0);
	}
	for (int i = 0; i < 200; i++)
		assert_true(say(fds[i], GET("/x")));
	for (int i = 0; i < 200; i++) {
		assert_int_equal(status_of(hear_all(a, fds[i])), 200);
		close(fds[i]);
	}
	server_stop(s, 1000);
	assert_int_equal(atomic_load(&seen.whole), 200);
}

static void who_does_not_fit_waits_outside_until_somebody_leaves(void **state)
{
	AUTO_ARENA(a);
	struct server_how how = { .listen = STR("127.0.0.1:0"), .connections_max = 2 };
	struct server *s;
	int in[2], outside;

	(void)state;
	assert_null(server_start(a, &how, &app, &s));
	for (int i = 0; i < 2; i++) {
		in[i] = dial(s);
		assert_true(say(in[i], STR("GET /x HTTP/1.1\r\nHost: x\r\n\r\n")));
		assert_int_equal(status_of(hear_until(a, in[i], STR("body=0:"))), 200);
	}
	outside = dial(s);
	assert_true(say(outside, GET("/x")));
	assert_int_equal(poll(&(struct pollfd){ .fd = outside, .events = POLLIN }, 1, 100), 0);
	close(in[0]);
	assert_int_equal(status_of(hear_all(a, outside)), 200);
	close(in[1]);
	close(outside);
	server_stop(s, 1000);
}

/* Many short lives, each ended while clients come and go: ceasing to listen must never trip over those who let in. */
static void *knock(void *arg)
{
	const struct server *s = arg;

	for (int i = 0; i < 20; i++) {
		int fd = dial(s);

		if (fd < 0)
			break;
		say(fd, GET("/none"));
		close(fd);
	}
	return NULL;
}

static void stopping_while_clients_come_is_safe(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		AUTO_ARENA(a);
		struct server *s = start(a);
		pthread_t knocker;

		assert_int_equal(pthread_create(&knocker, NULL, knock, s), 0);
		while (atomic_load(&seen.heads) < 1)
			poll(NULL, 0, 1);
		server_stop(s, 100);
		pthread_join(knocker, NULL);
	}
}

/* Lets who runs go once who waits has been answered. */
static void *let_go_later(void *arg)
{
	struct pollfd waiting = { .fd = *(const int *)arg, .events = POLLIN };

	poll(&waiting, 1, 10000);
	sem_post(&seen.leave);
	return NULL;
}

static void stopping_lets_what_runs_finish_and_refuses_what_waits(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1, 4, "");
	int running = dial(s), waiting = dial(s), idle = dial(s);
	pthread_t later;

	(void)state;
	assert_true(say(running, GET("/slow")));
	sem_wait(&seen.entered);
	assert_true(say(waiting, GET("/x")));
	while (metric_get(METRIC_lane_waiting, STR("db")) != 1)
		poll(NULL, 0, 5);
	assert_int_equal(pthread_create(&later, NULL, let_go_later, &waiting), 0);
	server_stop(s, 50);
	pthread_join(later, NULL);
	assert_int_equal(status_of(hear_all(a, running)), 200);
	assert_int_equal(status_of(hear_all(a, waiting)), 503);
	assert_int_equal(hear_all(a, idle).n, 0);
	close(running);
	close(waiting);
	close(idle);
}

static void where_it_cannot_listen_it_says_so(void **state)
{
	AUTO_ARENA(a);
	struct server *first = start(a), *s;
	struct server_how how = { .listen = server_address(first) };
	struct err *e = server_start(a, &how, &app, &s);

	(void)state;
	assert_non_null(e);
	assert_true(str_contains(e->text, STR("cannot listen at '127.0.0.1:")));
	how.listen = STR("somewhere");
	assert_non_null(server_start(a, &how, &app, &s));
	how.listen = STR("127.0.0.1:0");
	how.trusted_proxies = STR("nobody");
	assert_non_null(server_start(a, &how, &app, &s));
	server_stop(first, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_on_its_lane),
		cmocka_unit_test(bodies_arrive_whole_with_or_without_a_length),
		cmocka_unit_test(a_body_past_its_cap_is_413),
		cmocka_unit_test(a_refused_body_is_never_taken_for_a_request),
		cmocka_unit_test(what_others_may_have_read_otherwise_is_refused_and_nothing_behind_it_is_read),
		cmocka_unit_test(a_malformed_head_leaves_nothing_behind),
		cmocka_unit_test(a_head_of_any_length_is_answered),
		cmocka_unit_test(who_says_too_much_hears_that_it_was),
		cmocka_unit_test(a_head_that_never_ends_is_hung_up_on),
		cmocka_unit_test(a_connection_serves_one_request_after_the_other),
		cmocka_unit_test(a_full_lane_answers_503_at_once),
		cmocka_unit_test(who_left_while_waiting_is_not_served),
		cmocka_unit_test(who_left_while_a_write_ran_has_not_heard_of_it),
		cmocka_unit_test(a_request_may_run_again_on_another_lane_but_not_forever),
		cmocka_unit_test(answers_without_a_body_have_none),
		cmocka_unit_test(a_header_cannot_smuggle_another),
		cmocka_unit_test(only_a_trusted_proxy_says_who_the_client_is),
		cmocka_unit_test(every_address_of_both_families_is_listened_at),
		cmocka_unit_test(addresses_and_blocks_are_read_strictly),
		cmocka_unit_test(two_hundred_clients_at_once_are_all_answered),
		cmocka_unit_test(who_does_not_fit_waits_outside_until_somebody_leaves),
		cmocka_unit_test(stopping_while_clients_come_is_safe),
		cmocka_unit_test(stopping_lets_what_runs_finish_and_refuses_what_waits),
		cmocka_unit_test(where_it_cannot_listen_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
