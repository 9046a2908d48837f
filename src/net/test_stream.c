#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/metrics.h"
#include "base/world.h"
#include "net/test_http_priv.h"

#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define HANDSHAKE STR("GET /ws HTTP/1.1\r\nHost: x\r\n" UPGRADE KEY "Sec-WebSocket-Version: 13\r\n\r\n")

/* The application under test: echoes texts, keeps the last stream that opened. */
static struct {
	atomic_int opened, never, closed;
	_Atomic(struct stream *) last;                            /* holds a reference */
} seen;

static void on_text(struct stream *s, void *arg, struct str text)
{
	assert_ptr_equal(arg, &seen);
	if (str_eqz(text, "bye"))
		stream_close(s, 4000);
	else
		stream_send(s, text);
}

static void on_close(struct stream *s, void *arg)
{
	(void)arg;
	assert_false(stream_send(s, STR("too late")));
	atomic_fetch_add(&seen.closed, 1);
}

static void on_open(struct stream *s, void *arg)
{
	const struct stream_calls calls = { on_text, on_close, arg };

	if (!s) {
		atomic_fetch_add(&seen.never, 1);
		return;
	}
	stream_bind(s, &calls);
	stream_unref(atomic_exchange(&seen.last, stream_ref(s)));
	atomic_fetch_add(&seen.opened, 1);
}

static bool on_head(void *ctx, struct request *r, struct admission *ret, struct reply *ret_now)
{
	(void)ctx, (void)r, (void)ret_now;
	*ret = (struct admission){ .lane = LANE_DB, .body_max = 1000, .deadline_ms = 10000 };
	return true;
}

static void on_request(void *ctx, struct request *r, struct reply *reply)
{
	(void)ctx;
	if (str_eqz(r->path, "/plain")) {
		reply->body = STR("plain");
		return;
	}
	reply->on_open = on_open;
	reply->on_open_arg = &seen;
	reply->stream_protocol = request_header(r, "Sec-WebSocket-Protocol");
}

static const struct server_app app = { .on_head = on_head, .on_request = on_request };

static struct server *start_with(struct arena *a, int64_t ping_ms, int connections_max)
{
	struct server_how how = { .listen = STR("127.0.0.1:0"), .io_threads = 1, .connections_max = connections_max, .idle_timeout_s = 2,
				  .ping_ms = ping_ms, .thump_ms = ping_ms };
	struct server *s = NULL;

	for (int i = 0; i < LANES; i++)
		how.lanes[i] = (struct server_lane){ 2, 256 };
	atomic_store(&seen.opened, 0);
	atomic_store(&seen.never, 0);
	atomic_store(&seen.closed, 0);
	assert_null(server_start(a, &how, &app, &s));
	return s;
}

static struct server *start(struct arena *a) { return start_with(a, 0, 64); }

static void stop(struct server *s)
{
	server_stop(s, 1000);
	stream_unref(atomic_exchange(&seen.last, NULL));
	assert_int_equal(atomic_load(&seen.closed), atomic_load(&seen.opened));
	assert_int_equal(metric_get(METRIC_streams_open, STR_NONE), 0);
}

/* Waits for a count to get there. */
static bool comes_to(atomic_int *count, int want)
{
	for (int i = 0; i < 3000 && atomic_load(count) < want; i++)
		poll(NULL, 0, 10);
	return atomic_load(count) == want;
}

/* The answer's head alone: the connection would stay open. */
static struct str ask_head(struct arena *a, const struct server *s, struct str request)
{
	int fd = dial(s);
	struct str head = STR("");

	if (say(fd, request))
		head = hear_until(a, fd, STR("\r\n\r\n"));
	close(fd);
	return head;
}

static int open_ws(struct arena *a, struct server *s)
{
	int fd = dial(s), want = atomic_load(&seen.opened) + 1;

	assert_true(say(fd, HANDSHAKE));
	assert_int_equal(status_of(hear_until(a, fd, STR("\r\n\r\n"))), 101);
	assert_true(comes_to(&seen.opened, want));
	return fd;
}

/* A masked frame, as clients send them. first: FIN and opcode. */
static struct str frame(struct arena *a, int first, struct str payload)
{
	static const char mask[4] = "mask";
	struct buf b = buf_init(a, 100000);

	buf_addc(&b, (char)first);
	if (payload.n < 126) {
		buf_addc(&b, (char)(0x80 | payload.n));
	} else {
		buf_addc(&b, (char)(0x80 | 126));
		buf_addc(&b, (char)(payload.n >> 8));
		buf_addc(&b, (char)payload.n);
	}
	buf_add(&b, str_of(mask, 4));
	for (size_t i = 0; i < payload.n; i++)
		buf_addc(&b, (char)(payload.p[i] ^ mask[i % 4]));
	return buf_str(&b);
}

static size_t hear_n(int fd, char *to, size_t n)
{
	size_t have = 0;
	ssize_t got = 1;

	while (have < n && (got = recv(fd, to + have, n - have, 0)) > 0)
		have += (size_t)got;
	return have;
}

/* The next frame: its first byte, its payload. 0: the connection is closed. */
static int hear_frame(struct arena *a, int fd, struct str *ret)
{
	unsigned char head[10];
	size_t n;
	char *p;

	if (hear_n(fd, (char *)head, 2) < 2)
		return 0;
	n = head[1];
	if (n == 126) {
		assert_int_equal(hear_n(fd, (char *)head + 2, 2), 2);
		n = (size_t)head[2] << 8 | head[3];
	} else if (n == 127) {
		assert_int_equal(hear_n(fd, (char *)head + 2, 8), 8);
		n = (size_t)head[6] << 24 | (size_t)head[7] << 16 | (size_t)head[8] << 8 | head[9];
	}
	p = arena_alloc(a, n + 1);
	assert_int_equal(hear_n(fd, p, n), n);
	*ret = str_of(p, n);
	return head[0];
}

static int hear_close(struct arena *a, int fd)
{
	struct str payload;
	int first;

	while ((first = hear_frame(a, fd, &payload)) == 0x81 || first == 0x89)
		;
	return first == 0x88 && payload.n >= 2 ? (unsigned char)payload.p[0] << 8 | (unsigned char)payload.p[1] : -1;
}

static void a_websocket_echoes(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int fd = dial(s);
	struct str head, payload, long_text = str_of(arena_alloc(a, 4096), 4096);

	(void)state;
	memset((void *)(uintptr_t)long_text.p, 'x', long_text.n);
	assert_true(say(fd, STR("GET /ws HTTP/1.1\r\nHost: x\r\n" UPGRADE KEY "Sec-WebSocket-Version: 13\r\n"
				"Sec-WebSocket-Protocol: tok\r\n\r\n")));
	head = hear_until(a, fd, STR("\r\n\r\n"));
	assert_true(str_contains(head, STR("HTTP/1.1 101 ")));
	assert_true(str_contains(head, STR("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")));
	assert_true(str_contains(head, STR("Sec-WebSocket-Protocol: tok\r\n")));
	assert_true(say(fd, frame(a, 0x81, STR("hello"))));
	assert_int_equal(hear_frame(a, fd, &payload), 0x81);
	assert_true(str_eqz(payload, "hello"));
	assert_true(say(fd, frame(a, 0x81, long_text)));
	assert_int_equal(hear_frame(a, fd, &payload), 0x81);
	assert_true(str_eq(payload, long_text));
	assert_true(str_eqz(stream_peer(atomic_load(&seen.last)), "127.0.0.1"));
	close(fd);
	assert_true(comes_to(&seen.closed, 1));
	stop(s);
}

static void text_right_behind_the_handshake_is_not_lost(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int fd = dial(s);
	struct str payload;

	(void)state;
	assert_true(say(fd, arena_concat(a, HANDSHAKE, frame(a, 0x81, STR("early")), frame(a, 0x81, STR("bird")))));
	hear_until(a, fd, STR("\r\n\r\n"));
	/* The tiny client may have read frames along with the head; what counts is what it gets in all. */
	assert_true(say(fd, frame(a, 0x81, STR("bye"))));
	while (hear_frame(a, fd, &payload) == 0x81)
		;
	assert_true(payload.n == 2 && memcmp(payload.p, "\x0f\xa0", 2) == 0);
	close(fd);
	stop(s);
}

/* From the library's hands into ours: who closes its descriptor must not touch the socket. */
static void what_is_said_while_the_socket_changes_hands_is_heard(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);

	(void)state;
	for (int i = 0; i < 300; i++) {
		int fd = dial(s);
		struct str payload;

		assert_true(say(fd, HANDSHAKE));
		hear_until(a, fd, STR("\r\n\r\n"));
		assert_true(say(fd, frame(a, 0x81, STR("hello"))));
		assert_int_equal(hear_frame(a, fd, &payload), 0x81);
		assert_true(str_eqz(payload, "hello"));
		close(fd);
		assert_true(i % 32 != 31 || comes_to(&seen.closed, i + 1));      /* it takes 64 */
	}
	stop(s);
}

static void fragments_make_one_message_and_pings_are_answered(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int fd = open_ws(a, s);
	struct str payload;

	(void)state;
	assert_true(say(fd, frame(a, 0x01, STR("one "))));
	assert_true(say(fd, frame(a, 0x89, STR("are you there"))));
	assert_int_equal(hear_frame(a, fd, &payload), 0x8a);
	assert_true(str_eqz(payload, "are you there"));
	assert_true(say(fd, frame(a, 0x80, STR("message"))));
	assert_int_equal(hear_frame(a, fd, &payload), 0x81);
	assert_true(str_eqz(payload, "one message"));
	close(fd);
	stop(s);
}

static void frames_may_come_in_any_pieces(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int fd = open_ws(a, s);
	struct str longer = str_of(memset(arena_alloc(a, 300), 'y', 300), 300), payload;
	struct str all = arena_concat(a, frame(a, 0x81, STR("")), frame(a, 0x8a, STR("pong")), frame(a, 0x01, STR("a")),
				      frame(a, 0x80, STR("b")), frame(a, 0x81, longer));

	(void)state;
	for (size_t piece = 1; piece < all.n; piece = piece * 3) {
		for (size_t at = 0; at < all.n; at += piece) {
			assert_true(say(fd, str_upto(str_from(all, at), piece)));
			poll(NULL, 0, 1);
		}
		assert_int_equal(hear_frame(a, fd, &payload), 0x81);
		assert_int_equal(payload.n, 0);
		assert_int_equal(hear_frame(a, fd, &payload), 0x81);
		assert_true(str_eqz(payload, "ab"));
		assert_int_equal(hear_frame(a, fd, &payload), 0x81);
		assert_true(str_eq(payload, longer));
	}
	close(fd);
	stop(s);
}

static void closes_are_answered_and_made(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int fd = open_ws(a, s);
	struct str payload;

	(void)state;
	assert_true(say(fd, frame(a, 0x88, STR("\x03\xe8"))));
	assert_int_equal(hear_close(a, fd), 1000);
	assert_int_equal(hear_frame(a, fd, &payload), 0);
	close(fd);
	fd = open_ws(a, s);
	assert_true(say(fd, frame(a, 0x81, STR("bye"))));
	assert_int_equal(hear_close(a, fd), 4000);
	assert_true(say(fd, frame(a, 0x88, STR("\x0f\xa0"))));
	assert_int_equal(hear_frame(a, fd, &payload), 0);
	close(fd);
	assert_true(comes_to(&seen.closed, 2));
	stop(s);
}

static void what_is_no_text_or_too_long_is_closed_with_its_code(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	struct { struct str bytes; int code; } bad[] = {
		{ frame(a, 0x82, STR("binary")), 1003 },
		{ frame(a, 0x81, str_of(arena_alloc(a, 4097), 4097)), 1009 },
		{ frame(a, 0x81, STR("\xff\xfe")), 1007 },
		{ frame(a, 0xc1, STR("reserved bit")), 1002 },
		{ STR("\x81\x05hello"), 1002 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = open_ws(a, s);

		assert_true(say(fd, bad[i].bytes));
		assert_int_equal(hear_close(a, fd), bad[i].code);
		close(fd);
	}
	assert_true(comes_to(&seen.closed, 5));
	stop(s);
}

static void a_bad_handshake_is_refused_with_400_or_426(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	static const struct { struct str rest; int status; } bad[] = {
		{ STRC("1.1\r\nHost: x\r\n" UPGRADE KEY "Sec-WebSocket-Version: 8\r\n\r\nx"), 426 },
		{ STRC("1.1\r\nHost: x\r\n" UPGRADE "Sec-WebSocket-Version: 13\r\n\r\n"), 400 },
		{ STRC("1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: close\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n"), 400 },
		{ STRC("1.0\r\nHost: x\r\n" UPGRADE KEY "Sec-WebSocket-Version: 13\r\n\r\n"), 400 },
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct str head = ask_head(a, s, arena_concat(a, STR("GET /ws HTTP/"), bad[i].rest));

		assert_int_equal(status_of(head), bad[i].status);
		assert_int_equal(str_contains(head, STR("Sec-WebSocket-Version: 13")), bad[i].status == 426);
	}
	/* HEAD of an event stream: its status, and no stream. */
	assert_int_equal(status_of(ask_head(a, s, STR("HEAD /sse HTTP/1.1\r\nHost: x\r\n\r\n"))), 200);
	assert_int_equal(atomic_load(&seen.never), 5);
	assert_int_equal(atomic_load(&seen.opened), 0);
	stop(s);
}

static void a_reader_that_lets_its_buffer_overflow_is_closed(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int64_t before = metric_get(METRIC_stream_closed_slow_total, STR_NONE);
	struct str text = str_of(arena_alloc(a, 60000), 60000);

	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		int fd = kind == 0 ? open_ws(a, s) : dial(s);
		int sent = 0;

		if (kind == 1)
			assert_true(say(fd, STR("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")));
		assert_true(comes_to(&seen.opened, kind + 1));
		while (sent < 100000 && stream_send(atomic_load(&seen.last), text)) {
			sent++;
			if (sent % 3 == 0)
				poll(NULL, 0, 1);                 /* time to write, so that it is the reader who is slow */
		}
		assert_true(sent < 100000);
		assert_true(comes_to(&seen.closed, kind + 1));
		assert_false(stream_send(atomic_load(&seen.last), text));
		assert_int_equal(metric_get(METRIC_stream_closed_slow_total, STR_NONE), before + kind + 1);
		close(fd);
	}
	stop(s);
}

static void who_does_not_pong_is_closed(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 1000, 64);      /* so much time has the one that is alive */
	int silent = open_ws(a, s), alive = open_ws(a, s);
	struct str payload;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(hear_frame(a, alive, &payload), 0x89);
		assert_true(say(alive, frame(a, 0x8a, payload)));
	}
	assert_true(comes_to(&seen.closed, 1));
	assert_int_equal(hear_frame(a, silent, &payload), 0x89);
	assert_int_equal(hear_frame(a, silent, &payload), 0);
	close(silent);
	close(alive);
	stop(s);
}

static void an_event_stream_carries_bytes_and_thumps(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 100, 64);
	int fd = dial(s);
	struct str heard;

	(void)state;
	assert_true(say(fd, STR("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")));
	heard = hear_until(a, fd, STR(":)\n"));
	assert_int_equal(status_of(heard), 200);
	assert_true(str_contains(heard, STR("Content-Type: text/event-stream\r\n")));
	assert_true(comes_to(&seen.opened, 1));
	assert_true(stream_send(atomic_load(&seen.last), STR("event: update\ndata: {}\n\n")));
	hear_until(a, fd, STR("data: {}\n\n"));
	hear_until(a, fd, STR(":thump\n"));
	hear_until(a, fd, STR(":thump\n"));
	stream_close(atomic_load(&seen.last), 0);
	heard = hear_until(a, fd, STR("0\r\n\r\n"));
	assert_true(str_has_suffix(heard, STR("0\r\n\r\n")));
	assert_true(comes_to(&seen.closed, 1));
	/* The connection lives on. */
	assert_true(say(fd, STR("GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
	assert_true(str_has_suffix(hear_all(a, fd), STR("plain")));
	close(fd);
	/* One whose reader left is noticed at the next thump or two. */
	fd = dial(s);
	assert_true(say(fd, STR("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")));
	assert_true(comes_to(&seen.opened, 2));
	close(fd);
	assert_true(comes_to(&seen.closed, 2));
	stop(s);
}

static void more_streams_than_allowed_are_refused(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start_with(a, 0, 3);
	int fds[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		fds[i] = open_ws(a, s);
	assert_int_equal(status_of(ask(a, s, STR("GET /sse HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))), 503);
	assert_int_equal(atomic_load(&seen.never), 1);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	assert_true(comes_to(&seen.closed, 3));
	close(open_ws(a, s));
	stop(s);
}

static void stopping_says_goodbye_to_streams(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	int ws = open_ws(a, s), sse = dial(s);
	int64_t began;

	(void)state;
	assert_true(say(sse, STR("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")));
	assert_true(comes_to(&seen.opened, 2));
	began = world_monotonic_us();
	stop(s);
	assert_true(world_monotonic_us() - began < 4 * US_PER_S);
	assert_int_equal(hear_close(a, ws), 1001);
	assert_true(str_has_suffix(hear_all(a, sse), STR("0\r\n\r\n")));
	close(ws);
	close(sse);
}

static void *send_many(void *arg)
{
	for (int i = 0; i < 500; i++) {
		struct stream *s = atomic_load((_Atomic(struct stream *) *)arg);

		if (s)
			stream_send(s, STR("{\"event\":\"update\"}"));
	}
	return NULL;
}

static void many_threads_may_send_to_streams_that_come_and_go(void **state)
{
	AUTO_ARENA(a);
	struct server *s = start(a);
	pthread_t threads[3];
	_Atomic(struct stream *) target[8];
	int fds[8], closed = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		fds[i] = i % 2 ? dial(s) : open_ws(a, s);
		if (i % 2) {
			assert_true(say(fds[i], STR("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n")));
			assert_true(comes_to(&seen.opened, i + 1));
		}
		atomic_init(&target[i], stream_ref(atomic_load(&seen.last)));
	}
	for (int round = 0; round < 8; round++) {
		for (int t = 0; t < 3; t++)
			assert_int_equal(pthread_create(&threads[t], NULL, send_many, &target[round]), 0);
		if (round >= 4)
			close(fds[round]);
		closed += round >= 4;
		for (int t = 0; t < 3; t++)
			pthread_join(threads[t], NULL);
	}
	stop(s);
	for (int i = 0; i < 8; i++) {
		assert_false(stream_send(atomic_load(&target[i]), STR("late")));
		stream_unref(atomic_load(&target[i]));
		if (i < 4)
			close(fds[i]);
	}
	assert_int_equal(closed, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_websocket_echoes),
		cmocka_unit_test(what_is_said_while_the_socket_changes_hands_is_heard),
		cmocka_unit_test(text_right_behind_the_handshake_is_not_lost),
		cmocka_unit_test(fragments_make_one_message_and_pings_are_answered),
		cmocka_unit_test(frames_may_come_in_any_pieces),
		cmocka_unit_test(closes_are_answered_and_made),
		cmocka_unit_test(what_is_no_text_or_too_long_is_closed_with_its_code),
		cmocka_unit_test(a_bad_handshake_is_refused_with_400_or_426),
		cmocka_unit_test(a_reader_that_lets_its_buffer_overflow_is_closed),
		cmocka_unit_test(who_does_not_pong_is_closed),
		cmocka_unit_test(an_event_stream_carries_bytes_and_thumps),
		cmocka_unit_test(more_streams_than_allowed_are_refused),
		cmocka_unit_test(stopping_says_goodbye_to_streams),
		cmocka_unit_test(many_threads_may_send_to_streams_that_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
