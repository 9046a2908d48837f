/* The barest application over net/server.h, through the same lanes as the real one: what the machine can do at most. GET /24000 answers
 * that many bytes from LANE_DB; POST anywhere answers 202 and is counted (a sink for deliveries); GET /count says how many came. */
#include <signal.h>
#include <stdatomic.h>

#include "bench.h"
#include "net/server.h"

enum { BODY_MAX = 1 << 20 };
static char body[BODY_MAX];
static _Atomic int64_t posted;

static bool on_head(void *ctx, struct request *r, struct admission *ret, struct reply *now)
{
	(void)ctx, (void)r, (void)now;
	*ret = (struct admission){ .lane = LANE_DB, .body_max = BODY_MAX, .deadline_ms = 10000 };
	return true;
}

static void on_request(void *ctx, struct request *r, struct reply *out)
{
	int64_t n = 0;

	(void)ctx;
	if (r->method == METHOD_POST) {
		atomic_fetch_add(&posted, 1);
		out->status = 202;
	} else if (str_eqz(r->path, "/count")) {
		out->body = arena_printf(r->arena, "%lld", (long long)atomic_load(&posted));
	} else if (str_i64(str_from(r->path, 1), &n) && n > 0 && n <= BODY_MAX) {
		reply_header(out, "Content-Type", STR("application/json; charset=utf-8"));
		out->body = str_of(body, (size_t)n);
	} else {
		out->status = 404;
	}
}

static void on_sent(void *ctx, struct request *r, int status, bool whole, int64_t took_us)
{
	(void)ctx, (void)r, (void)status, (void)whole, (void)took_us;
}

static void on_refusal(void *ctx, const struct request *r, struct reply *out) { (void)ctx, (void)r, (void)out; }

struct err *bench_plain(struct cli *cli)
{
	struct server_how how = { .io_threads = 2, .connections_max = 4096, .idle_timeout_s = 60,
				  .lanes = { [LANE_DB] = { 8, 512 }, [LANE_FETCH] = { 1, 8 }, [LANE_UPLOAD] = { 1, 8 }, [LANE_KEY] = { 1, 8 } } };
	const struct server_app app = { on_head, on_request, on_sent, on_refusal, NULL };
	struct server *s;
	sigset_t end;
	int sig;

	memset(body, 'x', sizeof body);
	how.listen = arena_concat(cli->arena, STR("127.0.0.1:"), cli->args[0]);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &end, NULL);
	TRY(server_start(cli->arena, &how, &app, &s));
	TRY(cli_print(cli, STR("ready\n")));
	sigwait(&end, &sig);
	server_stop(s, 1000);
	return NULL;
}
