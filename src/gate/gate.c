#include "gate/gate_priv.h"

#include "base/log.h"
#include "base/metrics.h"
#include "conf/current.h"

struct gate {
	struct gate_how how;
	struct router *router;
};

enum { BODY_DEFAULT = 1 << 20, BODY_OF_GET = 64 * 1024 };
static const int64_t deadline_ms[LANES] = { [LANE_DB] = 15000, [LANE_FETCH] = 40000, [LANE_UPLOAD] = 90000, [LANE_KEY] = 15000,
					   [LANE_PICTURE] = 40000 };

struct match {
	const struct endpoint *endpoint;
	struct str args[PATH_ARGS];
};

const char *gate_method_name(enum method m)
{
	static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER" };

	return names[m];
}

static void call_begin(struct gate *g, struct call *c, struct arena *a)
{
	*c = (struct call){ .arena = a, .world = g->how.world, .db = g->how.db, .ids = g->how.ids, .house = g->how.house };
	c->now_us = c->world->now_us(c->world);
	c->conf = conf_take(g->how.house->conf);
}

static bool wants_page(const struct request *http)
{
	return !gate__is_api(http->path) &&
	       accept_choose(request_header(http, "Accept"), ACCEPT_HTML | ACCEPT_JSON, ACCEPT_JSON) == ACCEPT_HTML;
}

static void refuse(struct gate *g, struct request *http, struct reply *out, const struct err *e)
{
	struct req r = { .http = http, .out = out, .endpoint = NULL, .params = params_create(http->arena) };
	struct call c;

	call_begin(g, &c, http->arena);
	gate__write_error(&c, &r, e);
	if (g->how.html_error && wants_page(http))
		g->how.html_error(&c, &r, e);
	gate__headers(&c, &r);
	conf_give(g->how.house->conf, c.conf);
}

static bool on_head(void *ctx, struct request *http, struct admission *ret, struct reply *now)
{
	struct gate *g = ctx;
	struct match *m = arena_new(http->arena, struct match);
	struct str allowed;

	if (http->method == METHOD_OPTIONS && gate__cors(http, now)) {
		now->status = 204;
		return false;
	}
	m->endpoint = gate__route(g->router, http->arena, http, m->args, &allowed);
	if (!m->endpoint) {
		struct err *e = allowed.n ? FAIL_DEFAULT(http->arena, ERR_METHOD) : FAIL(http->arena, ERR_NOT_FOUND, "Not Found");

		if (allowed.n)
			reply_header(now, "Allow", allowed);
		refuse(g, http, now, e);
		return false;
	}
	http->route = m;
	*ret = (struct admission){
		.lane = m->endpoint->lane,
		.body_max = m->endpoint->body_max ? m->endpoint->body_max :
			    http->method == METHOD_GET || http->method == METHOD_HEAD ? BODY_OF_GET : BODY_DEFAULT,
		.deadline_ms = deadline_ms[m->endpoint->lane],
	};
	return true;
}

static struct err *take_params(struct call *c, struct req *r, const struct match *m)
{
	int64_t began = world_thread_cpu_us();

	r->params = params_create(c->arena);
	TRY(params_add_query(r->params, r->http->query));
	if (!m->endpoint->raw_body)
		TRY(params_add_body(r->params, request_header(r->http, "Content-Type"), r->http->body));
	for (size_t i = 0; i < PATH_ARGS && m->args[i].p; i++) {
		r->path_arg[i] = m->args[i];
		params_set(r->params, gate__arg_name(m->endpoint, i), m->args[i]);
	}
	c->spent_us[SPENT_PARSE] += world_thread_cpu_us() - began;
	return NULL;
}

static bool brings_token(const struct req *r) { return request_header(r->http, "Authorization").n > 0; }

/* By address: everybody but those who bring a token, which is counted once it is known to be one. */
static struct err *address_limit(struct call *c, const struct req *r)
{
	struct limit_caller who = { r->http->peer, 0, 0 };

	if (!c->conf->rate_limits || !str_has_prefix(r->http->path, STR("/api/")))
		return NULL;
	return limit_take(c, LIMIT_API_ADDRESS, &who) ? NULL : FAIL_DEFAULT(c->arena, ERR_LIMITED);
}

static struct err *callers_limits(struct call *c, const struct req *r)
{
	struct limit_caller who = { r->http->peer, r->viewer.account.v, r->viewer.token.v };
	bool api = str_has_prefix(r->http->path, STR("/api/"));
	bool paging = params_has(r->params, "max_id") || params_has(r->params, "min_id") || params_has(r->params, "since_id");
	bool ok = true;

	if (!c->conf->rate_limits)
		return NULL;
	if (api && who.token)
		ok = limit_take(c, LIMIT_API_TOKEN, &who) && (!who.user || limit_take(c, LIMIT_API_USER, &who));
	else if (brings_token(r))
		TRY(address_limit(c, r));
	if (ok && api && paging)
		ok = limit_take(c, LIMIT_PAGING, &who);
	if (ok)
		ok = limit_take(c, r->endpoint->limit, &who);
	return ok ? NULL : FAIL_DEFAULT(c->arena, ERR_LIMITED);
}

static struct err *authenticate(struct call *c, struct req *r)
{
	struct err *e = r->endpoint->auth(c, r);

	/* What was no token counts by address, or guessing would be free. */
	if (e && brings_token(r) && !r->viewer.token.v)
		TRY(address_limit(c, r));
	return e;
}

/* The gates, in order. */
static struct err *run(struct call *c, struct req *r, const struct match *m)
{
	if (!brings_token(r))
		TRY(address_limit(c, r));
	TRY(take_params(c, r, m));
	TRY(authenticate(c, r));
	if (r->out->again)
		return NULL;
	TRY(callers_limits(c, r));
	TRY(gate__bind(c, r));
	return r->endpoint->handler(c, r);
}

static void report(struct call *c, const struct req *r, const struct err *e)
{
	static const char *const parts[SPENT_KINDS] = { "parse", "signature", "db", "render" };

	for (int i = 0; i < SPENT_KINDS; i++)
		if (c->spent_us[i])
			metric_add(METRIC_cpu_microseconds_total, str_z(parts[i]), c->spent_us[i]);
	metric_add(METRIC_http_requests_total,
		   arena_printf(c->arena, "%s %s %d", gate_method_name(r->endpoint->method), r->endpoint->path, r->out->status), 1);
	if (e && e->code == ERR_INTERNAL)
		log_error("request.failed", KV("method", gate_method_name(r->http->method)), KV("path", r->http->path), KV("why", e->text),
			  KV("at", e->file), KV("line", e->line));
	log_info("request", KV("method", gate_method_name(r->http->method)), KV("path", r->http->path), KV("status", r->out->status),
		 KV("us", world_monotonic_us() - r->http->began_us), KV("queries", c->queries), KV("account", r->viewer.account.v),
		 KV("id", r->id), KV("why", e ? e->text : STR("-")));
}

/* What a caller hears of an error: of what the database and the disk said, only that it happened. The log has the rest. */
static const struct err *told(struct call *c, const struct err *e)
{
	bool inner = e->code == ERR_INTERNAL || e->code == ERR_LATER || e->code == ERR_CONFLICT;

	return inner ? FAIL_DEFAULT(c->arena, e->code) : e;
}

static void on_request(void *ctx, struct request *http, struct reply *out)
{
	struct gate *g = ctx;
	const struct match *m = http->route;
	struct req *r = arena_new(http->arena, struct req);
	struct call_reads reads = { 0 };
	struct call c;
	struct err *e;

	call_begin(g, &c, http->arena);
	c.reads = http->lane == LANE_DB ? &reads : NULL;
	c.deadline_us = c.now_us + deadline_ms[http->lane] * US_PER_MS;
	*r = (struct req){ .http = http, .endpoint = m->endpoint, .out = out };
	e = run(&c, r, m);
	call_reads_end(&c);
	if (!e && out->again) {
		conf_give(g->how.house->conf, c.conf);
		return;
	}
	if (e) {
		gate__write_error(&c, r, told(&c, e));
		if (g->how.html_error && m->endpoint->accept == ACCEPT_HTML)
			g->how.html_error(&c, r, told(&c, e));
	}
	if (!out->status)
		out->status = 200;
	gate__headers(&c, r);
	report(&c, r, e);
	conf_give(g->how.house->conf, c.conf);
}

static void on_refusal(void *ctx, const struct request *http, struct reply *out)
{
	struct gate *g = ctx;
	enum err_code code = out->status == 408 ? ERR_TIMEOUT : out->status == 413 || out->status == 414 || out->status == 431 ? ERR_TOO_LARGE :
			     out->status == 503 ? ERR_BUSY : ERR_BAD_REQUEST;
	int status = out->status;

	refuse(g, (struct request *)(uintptr_t)http, out, FAIL_DEFAULT(http->arena, code));
	out->status = status;
}

struct gate *gate_create(struct arena *a, const struct gate_how *how)
{
	struct gate *g = arena_new(a, struct gate);

	g->how = *how;
	g->router = gate__router_create(a, how->tables);
	return g;
}

static void on_sent(void *ctx, struct request *http, int status, bool whole, int64_t took_us)
{
	struct gate *g = ctx;
	const struct match *m = http->route;

	(void)g;
	if (m && m->endpoint->sent && http->state)
		m->endpoint->sent(http->state, status, whole, took_us);
}

struct server_app gate_app(struct gate *g)
{
	return (struct server_app){ on_head, on_request, on_sent, on_refusal, g };
}

void gate_each(const struct gate *g, void (*fn)(void *arg, const struct endpoint *e), void *arg)
{
	gate__routes_each(g->router, fn, arg);
}
