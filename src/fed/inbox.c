/* The inbox: from a signed POST to a stored activity, cheapest refusal first. Nothing is fetched on lane DB, and nothing is remembered of
 * what was not verified. ActivityPub 5.2 and 7; statuses as Mastodon 4.6 answers. */
#include "acts/inbound.h"
#include "conf/conf.h"
#include "base/metrics.h"
#include "fed/fed_priv.h"
#include "fed/fetch.h"
#include "fed/synchronize.h"
#include "fed/verify.h"
#include "wire/link.h"
#include "wire/url.h"

enum { INBOX_BODY_MAX = 1 << 20, ID_MAX = 2048 };

struct arrived {
	const struct json *doc;
	struct str id, type, actor, object;
	account_id inbox_of;
};

static struct err *read_shape(struct call *c, const struct req *r, struct arrived *ret)
{
	struct str type = request_header(r->http, "Content-Type"), body = r->http->body;
	int64_t began = world_thread_cpu_us();
	struct err *e;

	if (!mime_is_json(c->arena, type))
		return FAIL(c->arena, ERR_MEDIA_TYPE, "an activity is application/activity+json");
	e = str_is_utf8(body) ? json_parse(c->arena, body, &ret->doc) : FAIL(c->arena, ERR_BAD_REQUEST, "the activity is not UTF-8");
	c->spent_us[SPENT_PARSE] += world_thread_cpu_us() - began;
	TRY(e);
	ret->id = json_get_s(ret->doc, "id");
	ret->type = json_kind(json_get(ret->doc, "type")) == JSON_ARRAY ? json_str(json_at(json_get(ret->doc, "type"), 0)) : json_get_s(ret->doc, "type");
	ret->actor = fed_id_of(json_get(ret->doc, "actor"));
	ret->object = fed_id_of(json_get(ret->doc, "object"));
	if (json_kind(ret->doc) != JSON_OBJECT || !ret->type.n || ret->type.n > 100 || !url_domain(c->arena, ret->actor).n || ret->actor.n > ID_MAX)
		return FAIL(c->arena, ERR_BAD_REQUEST, "the activity lacks a type or an actor");
	if (ret->id.p && (ret->id.n > ID_MAX || !url_domain(c->arena, ret->id).n))
		return FAIL(c->arena, ERR_BAD_REQUEST, "the activity's id is no address");
	return NULL;
}

static struct err *find_inbox(struct call *c, const struct req *r, account_id *ret)
{
	struct str name = params_get(r->params, "name");
	int64_t id = req_id(r, "id");
	struct account *a;

	*ret = ID_NONE(account_id);
	if (name.n)
		TRY(view_actor_named(c, name, &a));
	else if (params_has(r->params, "id"))
		TRY(view_actor(c, ID(account_id, id), &a));
	else
		return NULL;
	*ret = a->id;
	return NULL;
}

static void accepted(struct req *r, const char *outcome)
{
	metric_add(METRIC_inbound_total, str_z(outcome), 1);
	r->out->again = false;
	req_body(r, "text/plain; charset=utf-8", STR(""));
	req_status(r, 202);
}

/* Servers tell everybody when an account is deleted; of those we never knew there is nothing to delete, and no key to ask for. */
static struct err *is_about_a_stranger(struct call *c, const struct arrived *a, bool *ret)
{
	struct account *known;

	*ret = false;
	if (!(str_eqz(a->type, "Delete") || str_eqz(a->type, "Update")) || !str_eq(a->actor, a->object))
		return NULL;
	TRY(view_account_by_uri(c, a->actor, &known));
	*ret = known == NULL || known->deleted_us;
	return NULL;
}

/* A Follow is answered each time. What somebody features comes and goes, and Mastodon gives neither Add nor Remove an id: each is as the
 * last one was, word for word. */
static bool may_say_again(const struct arrived *a)
{
	return str_eqz(a->type, "Follow") || (!a->id.p && (str_eqz(a->type, "Add") || str_eqz(a->type, "Remove")));
}

static struct err *accept(struct call *c, struct req *r, const struct arrived *a, const struct fed_signed_by *by)
{
	struct inbound_activity in = { .id = a->id, .body = r->http->body, .signer = by->account->id, .dialect = by->dialect,
				       .signer_host = url_domain(c->arena, by->account->inbox_uri), .inbox_of = a->inbox_of,
				       .stale = by->account->fetched_us < c->now_us - US_PER_DAY, .repeat = may_say_again(a), .signature = by->signature };
	bool is_new;

	/* Without an id, or with one of another server's, which is not its signer's to use up, it is known by what it says. */
	if (!in.id.p || !url_same_host(in.id, by->account->uri))
		in.id = r->http->body;
	TRY(fed__disagrees(c, r, by->account, &in.followers_url));
	TRY(acts_inbound_accept(c, &in, &is_new));
	accepted(r, is_new ? "accepted" : "repeated");
	return NULL;
}

static struct err *inbox(struct call *c, struct req *r)
{
	struct arrived a = { 0 };
	struct fed_signed_by by;
	bool stranger, seen = false, again;

	TRY(read_shape(c, r, &a));
	TRY(find_inbox(c, r, &a.inbox_of));
	if (!fed_is_signed(r))
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Request not signed");
	TRY(is_about_a_stranger(c, &a, &stranger));
	if (stranger) {
		accepted(r, "stranger");
		return NULL;
	}
	if (a.id.p)
		TRY(view_activity_seen(c, acts_inbound_key(c, a.id, a.inbox_of), &seen));
	if (seen && !str_eqz(a.type, "Follow")) {
		/* A replay out of its time is refused like any other. */
		TRY(fed_verify_form(c, r));
		accepted(r, "repeated");
		return NULL;
	}
	TRY(fed_verify(c, r, &by, &again));
	if (again)
		return NULL;
	if (by.account->local)
		return FAIL(c->arena, ERR_FORBIDDEN, "this is one of ours");
	if (!fed__means_something(a.type)) {
		accepted(r, "meaningless");
		return NULL;
	}
	return accept(c, r, &a, &by);
}

#define INBOX(p) \
	{ .method = METHOD_POST, .path = p, .auth = auth_none, .limit = LIMIT_NONE, .lane = LANE_DB, .handler = inbox, \
	  .body_max = INBOX_BODY_MAX, .raw_body = true }
const struct endpoint fed_inbox_endpoints[] = {
	INBOX("/inbox"),
	INBOX("/actor/inbox"),
	INBOX("/ap/users/:id/inbox"),
	INBOX("/users/:name/inbox"),
	{ 0 }
};
