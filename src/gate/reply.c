/* Answers: bodies, errors, the headers every answer carries. */
#include "gate/gate_priv.h"

#include "conf/conf.h"
#include "wire/date.h"
#include "wire/json.h"

enum { LINK_MAX = 2048 };

void req_status(struct req *r, int status) { r->out->status = status; }
void req_header(struct req *r, const char *name, struct str value) { reply_header(r->out, name, value); }

void req_body(struct req *r, const char *content_type, struct str body)
{
	struct reply *out = r->out;

	if (!out->status)
		out->status = 200;
	out->body = body;
	/* An error's page takes the place of its JSON. */
	for (size_t i = 0; i < out->headers_n; i++)
		if (str_ieq(out->headers_v[i].name, STR("Content-Type"))) {
			out->headers_v[i].value = str_z(content_type);
			return;
		}
	reply_header(out, "Content-Type", str_z(content_type));
}

void req_json(struct req *r, struct str json)
{
	req_body(r, "application/json; charset=utf-8", json);
}

void req_redirect(struct req *r, int status, struct str url)
{
	r->out->status = status;
	reply_header(r->out, "Location", url);
}

struct str req_said(const struct req *r, const char *name) { return request_header(r->http, name); }

int64_t req_id(const struct req *r, const char *name)
{
	int64_t v;

	return str_i64(params_get(r->params, name), &v) && v > 0 ? v : 0;
}

bool gate__is_api(struct str path)
{
	return str_has_prefix(path, STR("/api/")) || str_has_prefix(path, STR("/oauth/token")) || str_has_prefix(path, STR("/oauth/revoke")) ||
	       str_has_prefix(path, STR("/oauth/userinfo")) || str_has_prefix(path, STR("/.well-known/")) || str_has_prefix(path, STR("/nodeinfo/")) ||
	       str_eqz(path, "/inbox") || str_has_suffix(path, STR("/inbox")) || str_has_prefix(path, STR("/ap/"));
}

static const struct header *header_of(const struct reply *out, const char *name)
{
	for (size_t i = 0; i < out->headers_n; i++)
		if (str_ieq(out->headers_v[i].name, str_z(name)))
			return &out->headers_v[i];
	return NULL;
}

static void header_default(struct reply *out, const char *name, struct str value)
{
	if (!header_of(out, name))
		reply_header(out, name, value);
}

/* CORS (Fetch standard, 3.2): everybody may, without credentials of a browser. */
bool gate__cors(const struct request *http, struct reply *out)
{
	struct str p = http->path;

	if (!str_has_prefix(p, STR("/api/")) && !str_has_prefix(p, STR("/.well-known/")) && !str_has_prefix(p, STR("/nodeinfo/")) &&
	    !str_has_prefix(p, STR("/oauth/token")) && !str_has_prefix(p, STR("/oauth/revoke")) && !str_has_prefix(p, STR("/oauth/userinfo")) &&
	    !str_has_prefix(p, STR("/@")) && !str_has_prefix(p, STR("/users/")) && !str_has_prefix(p, STR("/ap/")) && !str_has_prefix(p, STR("/media")))
		return false;
	reply_header(out, "Access-Control-Allow-Origin", STR("*"));
	reply_header(out, "Access-Control-Expose-Headers",
		     STR("Link, Mastodon-Async-Refresh, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, X-Search-Behind"));
	if (http->method == METHOD_OPTIONS) {
		struct str wanted = request_header(http, "Access-Control-Request-Headers");

		reply_header(out, "Access-Control-Allow-Methods", STR("GET, POST, PUT, PATCH, DELETE, OPTIONS"));
		reply_header(out, "Access-Control-Allow-Headers", wanted.n ? wanted : STR("*"));
		reply_header(out, "Access-Control-Max-Age", STR("7200"));
	}
	return true;
}

/* "2026-08-01T12:35:00.123456Z" */
static struct str iso_us(struct arena *a, int64_t us)
{
	struct str s = date_iso_s(a, us);

	return arena_printf(a, STR_FMT ".%06dZ", (int)(s.n - 1), s.p, (int)(us % US_PER_S));
}

void gate__headers(struct call *c, struct req *r)
{
	struct reply *out = r->out;

	gate__cors(r->http, out);
	r->id = call_random_hex(c, 8);
	reply_header(out, "X-Request-Id", r->id);
	header_default(out, "X-Content-Type-Options", STR("nosniff"));
	header_default(out, "Referrer-Policy", STR("same-origin"));
	header_default(out, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'; form-action 'none'"));
	if (gate__is_api(r->http->path)) {
		bool known = r->viewer.kind == VIEWER_PERSON || r->viewer.app.v;
		bool lasting = !known && r->http->method == METHOD_GET && out->status == 200;

		header_default(out, "Cache-Control", lasting ? STR("public, max-age=15") : STR("private, no-store"));
		header_default(out, "Vary", STR("Authorization, Origin, Accept"));
	} else {
		header_default(out, "Cache-Control", STR("private, no-store"));
	}
	if (c->limit.limit && str_has_prefix(r->http->path, STR("/api"))) {
		reply_header(out, "X-RateLimit-Limit", arena_printf(c->arena, "%lld", (long long)c->limit.limit));
		reply_header(out, "X-RateLimit-Remaining", arena_printf(c->arena, "%lld", (long long)c->limit.left));
		reply_header(out, "X-RateLimit-Reset", iso_us(c->arena, c->limit.reset_us));
	}
}

/* "Validation failed: Username is reserved" without its head, as Rails joins several. */
static struct str sentence_of(const struct err *e)
{
	static const struct str head = STRC("Validation failed: ");

	return str_has_prefix(e->text, head) ? str_from(e->text, head.n) : e->text;
}

/* And without the field's name: "is reserved". */
static struct str complaint_of(const struct err *e)
{
	struct str what = sentence_of(e);

	return what.n > e->field.n + 1 && what.p[e->field.n] == ' ' ? str_from(what, e->field.n + 1) : what;
}

static void write_details(struct jw *w, const struct err *e)
{
	jw_key(w, "details");
	jw_obj(w);
	for (; e; e = e->next) {
		if (!e->field.n)
			continue;
		jw_key_str(w, e->field);
		jw_arr(w);
		jw_obj(w);
		jw_kz(w, "error", e->detail ? e->detail : "ERR_INVALID");
		jw_kstr(w, "description", complaint_of(e));
		jw_obj_end(w);
		jw_arr_end(w);
	}
	jw_obj_end(w);
}

static struct str whole_text(struct call *c, const struct err *e)
{
	struct str text = e->text;

	for (const struct err *next = e->next; next; next = next->next)
		text = arena_concat(c->arena, text, STR(", "), sentence_of(next));
	return text;
}

static struct str error_json(struct call *c, const struct req *r, const struct err *e)
{
	struct buf b = buf_init(c->arena, 64 * 1024);
	struct jw w = jw_init(&b);
	bool oauth = str_has_prefix(r->http->path, STR("/oauth/")) && e->detail && !e->field.n;

	jw_obj(&w);
	if (oauth) {
		jw_kz(&w, "error", e->detail);
		jw_kstr(&w, "error_description", e->text);
	} else {
		bool within = e->field.n && r->endpoint && r->endpoint->fault_within;

		if (within) {
			jw_key(&w, "error");
			jw_obj(&w);
		}
		jw_kstr(&w, "error", whole_text(c, e));
		if (e->field.n)
			write_details(&w, e);
		if (within)
			jw_obj_end(&w);
	}
	jw_obj_end(&w);
	return buf_str(&b);
}

void gate__write_error(struct call *c, struct req *r, const struct err *e)
{
	struct reply *out = r->out;

	out->status = err_http(e->code);
	if (out->fd >= 0)
		out->fd_size = 0;
	if (e->code == ERR_UNAUTHORIZED && gate__is_api(r->http->path))
		reply_header(out, "WWW-Authenticate",
			     arena_printf(c->arena, "Bearer realm=\"Doorkeeper\", error=\"%s\", error_description=\"" STR_FMT "\"",
					  e->detail ? e->detail : "invalid_token", STR_ARG(e->text)));
	if (out->status == 503 || out->status == 429) {
		int64_t reset = c->limit.limit && !c->limit.left ? (c->limit.reset_us - c->now_us) / US_PER_S + 1 : 5;

		reply_header(out, "Retry-After", arena_printf(c->arena, "%lld", (long long)(e->retry_after_s ? e->retry_after_s : reset)));
	}
	req_json(r, error_json(c, r, e));
}

struct page req_page(const struct req *r, int limit_default, int limit_max)
{
	return (struct page){
		.max_id = req_id(r, "max_id"), .since_id = req_id(r, "since_id"), .min_id = req_id(r, "min_id"),
		.limit = (int)param_limit(params_find(r->params, "limit"), limit_default, limit_max),
	};
}

/* The request's own query without its cursors, ended with '&' if anything is left. */
static struct str kept_query(struct call *c, const struct req *r)
{
	struct str rest = r->http->query, pair, name, value;
	struct buf b = buf_init(c->arena, LINK_MAX);

	while (str_next(&rest, '&', &pair)) {
		str_cut(pair, '=', &name, &value);
		if (!pair.n || str_eqz(name, "max_id") || str_eqz(name, "min_id") || str_eqz(name, "since_id") || str_eqz(name, "offset") ||
		    str_eqz(name, "access_token"))
			continue;
		buf_add(&b, pair);
		buf_addc(&b, '&');
	}
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

void req_links(struct call *c, struct req *r, const char *prev, int64_t first, int64_t last, bool has_next)
{
	struct str query = kept_query(c, r), at = conf_url(c->arena, c->conf, arena_strz(c->arena, r->http->path));
	struct buf b = buf_init(c->arena, 2 * LINK_MAX + 1024);

	if (first == 0)
		return;
	if (has_next)
		buf_addf(&b, "<" STR_FMT "?" STR_FMT "max_id=%lld>; rel=\"next\", ", STR_ARG(at), STR_ARG(query), (long long)last);
	buf_addf(&b, "<" STR_FMT "?" STR_FMT "%s=%lld>; rel=\"prev\"", STR_ARG(at), STR_ARG(query), prev, (long long)first);
	reply_header(r->out, "Link", buf_str(&b));
}

void req_offset_links(struct call *c, struct req *r, int64_t offset, int limit, bool has_next)
{
	struct str query = kept_query(c, r), at = conf_url(c->arena, c->conf, arena_strz(c->arena, r->http->path));
	struct buf b = buf_init(c->arena, 2 * LINK_MAX + 1024);

	if (has_next)
		buf_addf(&b, "<" STR_FMT "?" STR_FMT "offset=%lld>; rel=\"next\"", STR_ARG(at), STR_ARG(query), (long long)offset + limit);
	if (offset > 0)
		buf_addf(&b, "%s<" STR_FMT "?" STR_FMT "offset=%lld>; rel=\"prev\"", b.n ? ", " : "", STR_ARG(at), STR_ARG(query),
			 (long long)(offset > limit ? offset - limit : 0));
	if (b.n)
		reply_header(r->out, "Link", buf_str(&b));
}
