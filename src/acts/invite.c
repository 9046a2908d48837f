#include "acts/invite.h"

#include "conf/conf.h"
#include "store/invite.h"

enum { CODE_BYTES = 8, USES_MAX = 1000000 };
#define LIVES_S_MAX (10 * 366 * (US_PER_DAY / US_PER_S))

bool acts_invites_allowed(const struct call *c, enum role role) { return c->conf->invites || role != ROLE_USER; }

struct made {
	struct invite invite;
	bool too_many;
};

static struct err *add(struct call *c, void *arg)
{
	struct made *m = arg;
	int64_t open;

	TRY(invites_open_count(c, m->invite.account, &open));
	m->too_many = open >= INVITES_OPEN_MAX;
	return m->too_many ? NULL : invite_add(c, &m->invite);
}

struct err *acts_invite_create(struct call *c, const struct invite_new *in, struct str *ret_code)
{
	struct made m = { 0 };

	if (in->by.v && !acts_invites_allowed(c, in->role))
		return FAIL(c->arena, ERR_FORBIDDEN, "People cannot invite others here");
	if (in->max_uses < 0 || in->max_uses > USES_MAX || in->lives_s < 0 || in->lives_s > LIVES_S_MAX)
		return FAIL(c->arena, ERR_INVALID, "An invitation can be used 1 to %d times, for up to ten years", USES_MAX);
	*ret_code = call_random_hex(c, CODE_BYTES);
	m.invite = (struct invite){ .id = id_next(c), .account = in->by, .code = *ret_code, .max_uses = in->max_uses,
				    .expires_us = in->lives_s ? c->now_us + in->lives_s * US_PER_S : 0, .created_us = c->now_us };
	TRY(store_tx(c, add, &m));
	if (m.too_many)
		return FAIL(c->arena, ERR_INVALID, "There are %d invitations already that may still be used; end one first", INVITES_OPEN_MAX);
	return NULL;
}

struct ending {
	account_id who;
	int64_t id;
	bool was;
};

static struct err *end(struct call *c, void *arg)
{
	struct ending *e = arg;

	return invite_end(c, e->who, e->id, &e->was);
}

struct err *acts_invite_end(struct call *c, account_id who, int64_t id)
{
	struct ending e = { .who = who, .id = id };

	TRY(store_tx(c, end, &e));
	return e.was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}
