/* /metrics, in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "base/metrics.h"

#include "conf/conf.h"
#include "ops/ops.h"

enum { METRICS_BYTES_MAX = 8 << 20 };
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

static struct str render(struct arena *a)
{
	struct buf out = buf_init(a, METRICS_BYTES_MAX);

	metrics_write(&out);
	return buf_str(&out);
}

static struct err *metrics(struct call *c, struct req *r)
{
	struct str kind, token = STR("");

	if (c->conf->metrics_token.n == 0)
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	if (!str_cut(request_header(r->http, "Authorization"), ' ', &kind, &token) || !str_ieq(kind, STR("Bearer")) ||
	    !str_eq_secret(str_trim(token), c->conf->metrics_token))
		return FAIL_DEFAULT(c->arena, ERR_UNAUTHORIZED);
	req_body(r, METRICS_TYPE, render(c->arena));
	return NULL;
}

extern const struct endpoint metrics_endpoints[];
const struct endpoint metrics_endpoints[] = {
	{ METHOD_GET, "/metrics", auth_none, NULL, LIMIT_NONE, LANE_DB, metrics },
	{ 0 }
};

/* ---- the listener of its own: two paths, no gates ---- */

static bool on_head(void *ctx, struct request *r, struct admission *ret, struct reply *now)
{
	bool known = str_eqz(r->path, "/metrics") || str_eqz(r->path, "/health");

	(void)ctx;
	if (!known || (r->method != METHOD_GET && r->method != METHOD_HEAD)) {
		now->status = known ? 405 : 404;
		now->body = STR("there is /metrics here, and /health\n");
		return false;
	}
	*ret = (struct admission){ .lane = LANE_DB, .body_max = 1024, .deadline_ms = 5000 };
	return true;
}

static void on_request(void *ctx, struct request *r, struct reply *out)
{
	bool health = str_eqz(r->path, "/health");

	(void)ctx;
	reply_header(out, "Content-Type", health ? STR("text/plain; charset=utf-8") : STR(METRICS_TYPE));
	out->status = 200;
	out->body = health ? STR("OK") : render(r->arena);
}

static void on_sent(void *ctx, struct request *r, int status, bool whole, int64_t took_us)
{
	(void)ctx;
	(void)r;
	(void)status;
	(void)whole;
	(void)took_us;
}

static void on_refusal(void *ctx, const struct request *r, struct reply *reply)
{
	(void)ctx;
	(void)r;
	reply->body = STR("refused\n");
}

struct err *ops_listen(struct arena *a, struct str listen, struct server **ret)
{
	struct server_how how = {
		.listen = listen, .io_threads = 1, .connections_max = 16, .idle_timeout_s = 30,
		.lanes = { [LANE_DB] = { 1, 8 }, [LANE_FETCH] = { 1, 1 }, [LANE_UPLOAD] = { 1, 1 }, [LANE_KEY] = { 1, 1 },
			   [LANE_PICTURE] = { 1, 1 } },
	};
	struct server_app app = { on_head, on_request, on_sent, on_refusal, NULL };

	return server_start(a, &how, &app, ret);
}
