#include "acts/move.h"

#include "acts/outbound.h"
#include "acts/password.h"
#include "acts/people_priv.h"
#include "store/event.h"
#include "store/job.h"
#include "store/move.h"
#include "wire/json.h"

enum { ALIASES_JSON_MAX = 512 * 1024 };

/* ---- aliases ---- */

static const struct json *aliases(struct call *c, const struct account *a)
{
	const struct json *list;

	return a->also_known_as.n && !json_parse(c->arena, a->also_known_as, &list) ? list : NULL;
}

bool acts_alias_claims(struct call *c, const struct account *a, struct str uri)
{
	for (struct json_iter it = json_iter(aliases(c, a)); json_next(&it);)
		if (str_eq(json_str(it.value), uri))
			return true;
	return false;
}

struct alias {
	account_id who;
	struct str uri;
	bool add;
};

static struct err *alias_tx(struct call *c, void *arg)
{
	const struct alias *x = arg;
	struct buf b = buf_init(c->arena, ALIASES_JSON_MAX);
	struct jw w = jw_init(&b);
	const struct account *a;
	size_t n = 0;

	TRY(relation_lock(c, x->who, x->who));
	TRY(acts__person(c, x->who, false, &a));
	if (acts_alias_claims(c, a, x->uri) == x->add)
		return NULL;
	jw_arr(&w);
	for (struct json_iter it = json_iter(aliases(c, a)); json_next(&it); n++)
		if (!str_eq(json_str(it.value), x->uri))
			jw_str(&w, json_str(it.value));
	if (x->add && n >= ALIASES_MAX)
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "is one alias too many");
	if (x->add)
		jw_str(&w, x->uri);
	jw_arr_end(&w);
	TRY(account_aliases_put(c, x->who, buf_str(&b)));
	return acts_outbound_update_actor(c, x->who);
}

struct err *acts_alias_add(struct call *c, account_id who, account_id other)
{
	const struct account *a;

	TRY(acts__person(c, other, true, &a));
	if (id_eq(who, other))
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "cannot be current account");
	return store_tx(c, alias_tx, &(struct alias){ who, a->uri, true });
}

struct err *acts_alias_remove(struct call *c, account_id who, struct str uri)
{
	return store_tx(c, alias_tx, &(struct alias){ who, uri, false });
}

/* ---- moving ---- */

struct move {
	const struct account *from, *to;
	int64_t again_us;             /* no move younger than this may stand */
};

static struct err *queue(struct call *c, const struct account *from, const struct account *to, enum acquaintance kind, int64_t before)
{
	return job_add(c, &(struct job_new){ .kind = JOB_MOVE, .ref_id = from->id.v, .arg = arena_printf(c->arena, "%lld", (long long)to->id.v),
					     .payload = arena_printf(c->arena, "%d %lld", (int)kind, (long long)before) });
}

/* *ret_when: the time of a move that is too young for another; 0: none. */
static struct err *begin(struct call *c, const struct move *m, int64_t *ret_id, int64_t *ret_when)
{
	struct account_move last, row = { .id = id_next(c), .account = m->from->id, .target = m->to->id, .followers = m->from->followers_count,
					  .created_us = c->now_us };
	bool found;

	TRY(relation_lock(c, m->from->id, m->from->id));
	TRY(account_move_last(c, m->from->id, &last, &found));
	*ret_when = found && last.created_us > m->again_us ? last.created_us : 0;
	if (*ret_when)
		return NULL;
	*ret_id = row.id;
	TRY(account_move_add(c, &row));
	TRY(account_moved_put(c, m->from->id, m->to->id));
	TRY(store_event_add(c, EVENT_ACCOUNT_CHANGED, m->from->id.v, STR("accounts"), STR_NONE));
	return queue(c, m->from, m->to, ACQUAINTED_FOLLOWER, INT64_MAX);
}

static struct err *move_out_tx(struct call *c, void *arg)
{
	const struct move *m = arg;
	int64_t id, when;

	TRY(begin(c, m, &id, &when));
	if (when)
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "has to wait: you have moved within the last %d days", MOVE_COOLDOWN_DAYS);
	TRY(acts_outbound_update_actor(c, m->from->id));
	return acts_outbound_move(c, m->from->id, m->to->id, acts_uri(c, m->from->uri, "moves", id));
}

struct err *acts_move_out(struct call *c, account_id who, account_id to, struct str password)
{
	struct move m = { .again_us = c->now_us - MOVE_COOLDOWN_DAYS * US_PER_DAY };
	struct user u;

	TRY(acts__person(c, who, true, &m.from));
	TRY(acts__person(c, to, true, &m.to));
	if (id_eq(who, to))
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "cannot be current account");
	if (id_eq(m.from->moved_to_id, to))
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "is the same account you have already moved to");
	if (!acts_alias_claims(c, m.to, m.from->uri))
		return FAIL_FIELD(c->arena, "acct", "ERR_INVALID", "is not an alias of this account");
	TRY(acts_password_is(c, who, password, &u));
	return store_tx(c, move_out_tx, &m);
}

static struct err *move_end_tx(struct call *c, void *arg)
{
	const account_id *who = arg;

	TRY(account_moved_put(c, *who, ID_NONE(account_id)));
	TRY(store_event_add(c, EVENT_ACCOUNT_CHANGED, who->v, STR("accounts"), STR_NONE));
	return acts_outbound_update_actor(c, *who);
}

struct err *acts_move_end(struct call *c, account_id who) { return store_tx(c, move_end_tx, &who); }

static struct err *move_in_tx(struct call *c, void *arg)
{
	int64_t id, when;

	return begin(c, arg, &id, &when);
}

struct err *acts_move_receive(struct call *c, account_id from, account_id to)
{
	struct move m = { .again_us = c->now_us - MOVE_AGAIN_DAYS * US_PER_DAY };

	TRY(acts__person(c, from, true, &m.from));
	TRY(acts__person(c, to, true, &m.to));
	if (m.from->local || id_eq(from, to) || !acts_alias_claims(c, m.to, m.from->uri))
		return NULL;
	return store_tx(c, move_in_tx, &m);
}
