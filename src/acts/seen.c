#include "acts/seen.h"

#include "acts/home.h"
#include "store/token.h"
#include "store/user.h"

static struct err *note(struct call *c, void *arg)
{
	const struct viewer *v = arg;
	struct user u;
	bool found;

	TRY(token_seen(c, v->token));
	if (v->kind != VIEWER_PERSON)
		return NULL;
	TRY(user_find(c, v->account, &u, &found));
	if (found && u.last_active_us < c->now_us - HOME_KEPT_US)
		TRY(acts_home_stale(c, v->account));
	return user_seen(c, v->account, c->now_us);
}

struct err *acts_token_seen(struct call *c, const struct viewer *v)
{
	struct viewer copy = *v;

	return store_tx(c, note, &copy);
}
