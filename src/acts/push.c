#include "acts/push.h"

#include "conf/conf.h"
#include "crypt/seal.h"
#include "crypt/webpush.h"
#include "store/push.h"
#include "wire/base64.h"
#include "wire/url.h"

enum { ENDPOINT_MAX = 2000, TICKET_MAX = 1000 };

static const struct str ticket_purpose = STRC("push ticket");

struct str acts_push_purpose(struct arena *a, token_id token)
{
	return arena_printf(a, "push token %lld", (long long)token.v);
}

static struct err *check(struct call *c, const struct push_endpoint *to, struct url *ret_url)
{
	struct webpush_to keys = { to->p256dh, to->auth, to->standard };

	if (!to->url.n)
		return FAIL_FIELD(c->arena, "endpoint", "ERR_BLANK", "can't be blank");
	if (to->url.n > ENDPOINT_MAX || !url_parse(c->arena, to->url, ret_url) || (!str_eqz(ret_url->scheme, "https") && !conf_is_lab(c->conf)))
		return FAIL_FIELD(c->arena, "endpoint", "ERR_INVALID", "is not a valid URL");
	if (!webpush_to_ok(&keys))
		return FAIL(c->arena, ERR_INVALID, "Validation failed: the keys are not a P-256 point and 16 bytes of base64url");
	return NULL;
}

static struct err *put(struct call *c, void *arg) { return push_put(c, arg); }

struct err *acts_push_subscribe(struct call *c, const struct viewer *v, const struct push_endpoint *to, const struct push_wants *wants)
{
	struct push_subscription s = { .id = ID(push_id, id_next_short(c)), .token = v->token, .account = v->account, .p256dh = to->p256dh,
				       .auth = to->auth, .standard = to->standard, .alerts = wants->alerts, .policy = wants->policy, .created_us = c->now_us };
	struct url url;

	TRY(check(c, to, &url));
	s.endpoint = to->url;
	s.host = url.domain;
	TRY(seal(c->arena, c->house->ring, acts_push_purpose(c->arena, v->token), to->token, &s.token_sealed));
	return store_tx(c, put, &s);
}

struct changing {
	token_id token;
	push_id id;
	const struct push_wants *wants;
	bool was;
};

static struct err *change(struct call *c, void *arg)
{
	struct changing *x = arg;

	return push_change(c, x->token, x->wants->alerts, x->wants->policy, &x->was);
}

struct err *acts_push_change(struct call *c, token_id token, const struct push_wants *wants)
{
	struct changing x = { .token = token, .wants = wants };

	TRY(store_tx(c, change, &x));
	return x.was ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "Not Found");
}

static struct err *drop(struct call *c, void *arg)
{
	struct changing *x = arg;

	return x->token.v ? push_drop_token(c, x->token) : push_drop(c, x->id);
}

struct err *acts_push_unsubscribe(struct call *c, token_id token)
{
	return store_tx(c, drop, &(struct changing){ .token = token });
}

struct err *acts_push_ticket(struct call *c, push_id id, struct str *ret)
{
	struct str sealed;

	TRY(seal(c->arena, c->house->ring, ticket_purpose,
		 arena_printf(c->arena, "%lld %lld", (long long)id.v, (long long)(c->now_us + PUSH_TICKET_US)), &sealed));
	*ret = base64url_encode(c->arena, sealed);
	return NULL;
}

struct err *acts_push_ticket_used(struct call *c, struct str ticket)
{
	struct changing x = { 0 };
	struct str sealed, text, id, until;
	int64_t until_us;

	if (ticket.n > TICKET_MAX || !base64url_decode(c->arena, ticket, &sealed) || unseal(c->arena, c->house->ring, ticket_purpose, sealed, &text))
		return NULL;
	if (!str_cut(text, ' ', &id, &until) || !str_i64(id, &x.id.v) || !str_i64(until, &until_us) || until_us < c->now_us)
		return NULL;
	return store_tx(c, drop, &x);
}

struct err *acts_job_push_gone(struct call *c, const struct job *job, bool *ret_later)
{
	(void)ret_later;
	return store_tx(c, drop, &(struct changing){ .id = ID(push_id, job->ref_id) });
}
