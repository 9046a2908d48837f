/* The inbox: from a signed POST to a stored activity, cheapest refusal first. Nothing is fetched on lane DB, and nothing is remembered of
 * what was not verified. ActivityPub 5.2 and 7; statuses as Mastodon 4.6 answers. */
#include "acts/inbound.h"
#include "conf/limits.h"
#include "base/metrics.h"
#include "fed/fed_priv.h"
#include "fed/fetch.h"
#include "fed/said.h"
#include "fed/synchronize.h"
#include "fed/verify.h"
#include "wire/link.h"
#include "wire/url.h"

enum { INBOX_BODY_MAX = 1 << 20 };

struct arrived {
	struct activity_said said;
	account_id inbox_of;
};

static struct err *read_shape(struct call *c, const struct req *r, struct activity_said *ret)
{
	int64_t began = world_thread_cpu_us();
	struct err *e;

	if (!mime_is_json(c->arena, request_header(r->http, "Content-Type")))
		return FAIL(c->arena, ERR_MEDIA_TYPE, "an activity is application/activity+json");
	e = fed_activity_read(c, r->http->body, ret);
	c->spent_us[SPENT_PARSE] += world_thread_cpu_us() - began;
	return e;
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
	if (!(str_eqz(a->said.type, "Delete") || str_eqz(a->said.type, "Update")) || !str_eq(a->said.actor, a->said.object))
		return NULL;
	TRY(view_account_by_uri(c, a->said.actor, &known));
	*ret = known == NULL || known->deleted_us;
	return NULL;
}

/* A Follow is answered each time. What somebody features comes and goes, and Mastodon gives neither Add nor Remove an id: each is as the
 * last one was, word for word. */
static bool may_say_again(const struct arrived *a)
{
	return str_eqz(a->said.type, "Follow") || (!a->said.id.p && (str_eqz(a->said.type, "Add") || str_eqz(a->said.type, "Remove")));
}

static struct err *accept(struct call *c, struct req *r, const struct arrived *a, const struct fed_signed_by *by)
{
	struct str place = by->account->inbox_uri.n ? by->account->inbox_uri : by->account->uri;
	struct inbound_activity in = { .id = a->said.id, .body = r->http->body, .signer = by->account->id, .dialect = by->dialect,
				       .signer_host = url_domain(c->arena, place), .inbox_of = a->inbox_of,
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

	TRY(read_shape(c, r, &a.said));
	TRY(find_inbox(c, r, &a.inbox_of));
	if (!fed_is_signed(r))
		return FAIL(c->arena, ERR_UNAUTHORIZED, "Request not signed");
	TRY(fed_refuse_suspended(c, r));
	/* Passed on by somebody else, who has done nothing wrong. */
	if (conf_limits_of(c->conf, url_domain(c->arena, a.said.actor)).suspended) {
		accepted(r, "suspended");
		return NULL;
	}
	TRY(is_about_a_stranger(c, &a, &stranger));
	if (stranger) {
		accepted(r, "stranger");
		return NULL;
	}
	if (a.said.id.p)
		TRY(view_activity_seen(c, acts_inbound_key(c, a.said.id, a.inbox_of), &seen));
	if (seen && !str_eqz(a.said.type, "Follow")) {
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
	if (!fed__means_something(a.said.type)) {
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
