/* Who may sign in, as whoever runs the server decides. */
#include "acts/notify.h"
#include "acts/signup.h"
#include "store/event.h"
#include "store/user.h"

struct standing {
	account_id who;
	bool approve, disable, enable;
};

static struct err *decide(struct call *c, void *arg)
{
	const struct standing *s = arg;
	struct user u;
	bool found;

	TRY(user_find(c, s->who, &u, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	if (s->disable && !u.disabled_us)
		u.disabled_us = c->now_us;
	if (s->enable)
		u.disabled_us = 0;
	if (s->approve && !u.approved && u.confirmed_us)
		TRY(acts_notify_staff(c, NOTIFICATION_ADMIN_SIGN_UP, s->who, 0));
	TRY(user_standing_put(c, s->who, u.approved || s->approve, u.disabled_us));
	/* Open streams look again at whom they belong to, and close where that is somebody shut out. */
	return store_event_add(c, EVENT_ACCOUNT_CHANGED, s->who.v, STR("accounts"), STR_NONE);
}

struct err *acts_account_approve(struct call *c, account_id who)
{
	return store_tx(c, decide, &(struct standing){ .who = who, .approve = true });
}

struct err *acts_account_disable(struct call *c, account_id who, bool disabled)
{
	return store_tx(c, decide, &(struct standing){ .who = who, .disable = disabled, .enable = !disabled });
}
