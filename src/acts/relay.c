#include "acts/relay.h"

#include "acts/outbound.h"
#include "conf/conf.h"
#include "store/account.h"
#include "store/audit.h"
#include "store/relay.h"
#include "wire/url.h"

struct asking {
	account_id instance;
	struct relay relay;
	struct str place, by;
	bool was, full;
};

static struct err *instance(struct call *c, struct asking *a, struct account **ret)
{
	TRY(instance_actor_id(c, &a->instance));
	TRY(account_find(c, a->instance, ret));
	return *ret ? NULL : FAIL(c->arena, ERR_INTERNAL, "there is no instance actor");
}

static struct err *note(struct call *c, const struct asking *a, const char *what)
{
	return audit_add(c, &(struct audit_entry){ .by = a->by, .what = arena_concat(c->arena, str_z(what), a->relay.inbox_uri), .n = 1 });
}

static struct err *add(struct call *c, void *arg)
{
	struct asking *a = arg;
	struct relay *all;
	bool is_new;
	size_t n;

	TRY(relays_all(c, &all, &n));
	a->full = n >= RELAYS_MAX;
	if (a->full)
		return NULL;
	TRY(relay_add(c, &a->relay, &is_new));
	if (!is_new)
		return NULL;
	TRY(note(c, a, "relay add "));
	return acts_outbound_relay(c, a->instance, true, a->relay.inbox_uri, a->relay.follow_uri);
}

struct err *acts_relay_add(struct call *c, struct str inbox, struct str by)
{
	struct asking a = { .by = by, .relay = { .id = id_next(c), .state = RELAY_ASKED } };
	struct account *self;
	struct url u;

	if (!url_parse(c->arena, inbox, &u) || url_same_host(u.text, c->conf->base_url))
		return FAIL(c->arena, ERR_INVALID, "'" STR_FMT "' is not the inbox of a relay", STR_ARG(inbox));
	TRY(instance(c, &a, &self));
	a.relay.inbox_uri = u.text;
	a.relay.follow_uri = acts_uri(c, self->uri, "follows", a.relay.id);
	TRY(store_tx(c, add, &a));
	return a.full ? FAIL(c->arena, ERR_INVALID, "there are %d relays, which is as many as may be", RELAYS_MAX) : NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	struct asking *a = arg;

	TRY(relay_drop(c, a->relay.inbox_uri, &a->relay, &a->was));
	if (!a->was)
		return NULL;
	TRY(note(c, a, "relay remove "));
	return acts_outbound_relay(c, a->instance, false, a->relay.inbox_uri, a->relay.follow_uri);
}

struct err *acts_relay_remove(struct call *c, struct str inbox, struct str by)
{
	struct asking a = { .by = by };
	struct account *self;
	struct url u;

	a.relay.inbox_uri = url_parse(c->arena, inbox, &u) ? u.text : inbox;
	TRY(instance(c, &a, &self));
	TRY(store_tx(c, drop, &a));
	return a.was ? NULL : FAIL(c->arena, ERR_NOT_FOUND, "there is no relay with the inbox '" STR_FMT "'", STR_ARG(inbox));
}

static struct err *answer(struct call *c, void *arg)
{
	struct asking *a = arg;

	return relay_answer(c, a->relay.follow_uri, a->place, a->relay.state, &a->was);
}

struct err *acts_relay_answered(struct call *c, struct str place, struct str follow_uri, bool yes, bool *ret_was)
{
	struct asking a = { .place = place, .relay = { .follow_uri = follow_uri, .state = yes ? RELAY_ACCEPTED : RELAY_REJECTED } };
	struct err *e = store_tx(c, answer, &a);

	*ret_was = !e && a.was;
	return e;
}
