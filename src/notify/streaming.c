/* The endpoints of streams: one WebSocket for all of somebody's streams, or an event stream for each.
 * https://docs.joinmastodon.org/methods/streaming/ */
#include "crypt/digest.h"
#include "model/scope.h"
#include "net/server.h"
#include "notify/hub_priv.h"
#include "view/token.h"

/* ---- who ---- */

struct entry {
	struct viewer viewer;
	struct str hash;
	struct str protocol;          /* to be echoed; none if the token came otherwise */
};

static struct str first_word(struct str list)
{
	struct str head, tail;

	str_cut(list, ',', &head, &tail);
	return str_trim(head);
}

static struct str token_of(const struct req *r, struct str *ret_protocol)
{
	struct str header = request_header(r->http, "Authorization"), kind, token;

	*ret_protocol = first_word(request_header(r->http, "Sec-WebSocket-Protocol"));
	if (header.n && str_cut(header, ' ', &kind, &token) && str_ieq(kind, STR("Bearer")))
		return str_trim(token);
	token = params_get(r->params, "access_token");
	return token.n ? token : *ret_protocol;
}

static struct err *refuse(struct call *c, struct req *r, const char *why)
{
	reply_header(r->out, "X-Error-Message", str_z(why));
	return FAIL(c->arena, ERR_UNAUTHORIZED, "%s", why);
}

static struct err *identify(struct call *c, struct req *r, struct entry *ret)
{
	struct str token = token_of(r, &ret->protocol);
	struct token_view t;
	bool found;

	if (!token.n)
		return refuse(c, r, "Missing access token");
	ret->hash = token_hash(c->arena, token);
	TRY(view_token(c, ret->hash, &t, &found));
	if (!found || t.viewer.kind != VIEWER_PERSON || t.disabled || t.suspended || !t.confirmed || !t.approved)
		return refuse(c, r, "Invalid access token");
	if (!scopes_allow(t.viewer.scopes, STR("read:statuses")) && !scopes_allow(t.viewer.scopes, STR("read:notifications")))
		return refuse(c, r, "Access token does not have the required scopes");
	ret->viewer = r->viewer = t.viewer;
	return NULL;
}

/* ---- what a client says ---- */

void notify__complain(struct open *o, const char *why, int status)
{
	AUTO_ARENA(a);
	struct buf b = buf_init(a, 1024);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	jw_kz(&w, "error", why);
	jw_ki64(&w, "status", status);
	jw_obj_end(&w);
	notify__send(o, buf_str(&b));
}

/* Malformed texts and unknown types are ignored, as Mastodon does. */
static void on_text(struct stream *s, void *arg, struct str text)
{
	AUTO_ARENA(a);
	struct open *o = arg;
	const struct json *said;
	struct subscription want;
	struct str type, tag;

	(void)s;
	if (json_parse(a, text, &said))
		return;
	type = json_get_s(said, "type");
	tag = json_get_s(said, "tag");
	if (!str_eqz(type, "subscribe") && !str_eqz(type, "unsubscribe"))
		return;
	want = notify__subscription(a, &o->viewer, json_get_s(said, "stream"), tag.n ? tag : json_get_s(said, "list"));
	if (want.refused)
		notify__complain(o, want.refused, want.status);
	else if (want.kind == STREAM_LIST && !notify__ask_list(o, tag.n ? tag : json_get_s(said, "list"), str_eqz(type, "subscribe")))
		notify__complain(o, "The server is busy, please try again", 503);
	else if (want.kind == STREAM_LIST)
		return;
	else if (str_eqz(type, "unsubscribe"))
		notify__unsubscribe(o, &want);
	else if (!notify__subscribe(o, &want))
		notify__complain(o, "Too many subscriptions", 400);
}

static void on_close(struct stream *s, void *arg)
{
	(void)s;
	notify__open_drop(arg);
}

static void on_open(struct stream *s, void *arg)
{
	struct open *o = arg;

	if (!s) {
		notify__open_drop(o);
		return;
	}
	stream_bind(s, &(struct stream_calls){ on_text, on_close, o });
	notify__open_ready(o, s);
}

/* ---- the endpoints ---- */

static struct err *begin(struct call *c, struct req *r, const struct entry *who, const struct subscription *want)
{
	struct open *o;

	if (!c->house->hub)
		return FAIL_DEFAULT(c->arena, ERR_BUSY);
	o = notify__open_create(c->house->hub, &who->viewer, who->hash, !!request_header(r->http, "Upgrade").n);
	if (want && want->refused)
		notify__complain(o, want->refused, want->status);
	else if (want)
		notify__subscribe(o, want);
	notify__open_add(o);
	r->out->on_open = on_open;
	r->out->on_open_arg = o;
	r->out->stream_protocol = who->protocol;
	return NULL;
}

static struct err *websocket(struct call *c, struct req *r)
{
	struct str stream = params_get(r->params, "stream"), tag = params_get(r->params, "tag");
	struct entry who = { 0 };
	struct subscription want;

	if (!str_ieq(str_trim(request_header(r->http, "Upgrade")), STR("websocket")))
		return FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
	TRY(identify(c, r, &who));
	want = notify__subscription(c->arena, &who.viewer, stream, tag.n ? tag : params_get(r->params, "list"));
	TRY(notify__list_judge(c, &who.viewer, &want));
	return begin(c, r, &who, stream.n ? &want : NULL);
}

/* "/api/v1/streaming/public/local" is "public:local"; only_media makes it "public:local:media". */
static struct err *events(struct call *c, struct req *r)
{
	struct str tag = params_get(r->params, "tag"), rest = str_from(str_z(r->endpoint->path), sizeof "/api/v1/streaming/" - 1), piece;
	struct buf name = buf_init(c->arena, 64);
	struct subscription want;
	struct entry who = { 0 };

	TRY(identify(c, r, &who));
	who.protocol = STR_NONE;
	while (str_next(&rest, '/', &piece)) {
		if (name.n)
			buf_addc(&name, ':');
		buf_add(&name, piece);
	}
	if (str_has_prefix(buf_str(&name), STR("public")) && param_bool(params_find(r->params, "only_media"), false))
		buf_addz(&name, ":media");
	want = notify__subscription(c->arena, &who.viewer, buf_str(&name), tag.n ? tag : params_get(r->params, "list"));
	TRY(notify__list_judge(c, &who.viewer, &want));
	if (want.refused)
		return FAIL(c->arena, want.status == 401 ? ERR_UNAUTHORIZED : want.status == 404 ? ERR_NOT_FOUND : ERR_BAD_REQUEST, "%s", want.refused);
	return begin(c, r, &who, &want);
}

static struct err *health(struct call *c, struct req *r)
{
	(void)c;
	req_body(r, "text/plain; charset=utf-8", STR("OK"));
	return NULL;
}

#define EVENTS(path) { METHOD_GET, "/api/v1/streaming/" path, auth_none, NULL, LIMIT_NONE, LANE_DB, events }
const struct endpoint streaming_endpoints[] = {
	{ METHOD_GET, "/api/v1/streaming", auth_none, NULL, LIMIT_NONE, LANE_DB, websocket },
	{ METHOD_GET, "/api/v1/streaming/health", auth_none, NULL, LIMIT_NONE, LANE_DB, health },
	EVENTS("user"),
	EVENTS("user/notification"),
	EVENTS("public"),
	EVENTS("public/local"),
	EVENTS("public/remote"),
	EVENTS("hashtag"),
	EVENTS("hashtag/local"),
	EVENTS("list"),
	EVENTS("direct"),
	{ 0 }
};
