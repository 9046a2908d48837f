/* For whom documents are written. */
#include "conf/conf.h"
#include "fed/fed_priv.h"
#include "fed/verify.h"

struct err *fed__reader(struct call *c, struct req *r, bool needed, struct viewer *ret, bool *ret_again)
{
	struct fed_signed_by by;
	struct err *e;

	*ret = VIEWER_ANYBODY;
	*ret_again = false;
	TRY(fed_refuse_suspended(c, r));
	/* A signature is only looked at where something hangs on it: checking one may mean asking its server for the key, which may ask
	 * us for ours before it gives it. */
	if (!needed && !c->conf->authorized_fetch)
		return NULL;
	if (!fed_is_signed(r))
		return c->conf->authorized_fetch ? FAIL(c->arena, ERR_UNAUTHORIZED, "Request not signed") : NULL;
	e = fed_verify(c, r, &by, ret_again);
	if (*ret_again)
		return NULL;
	if (e)
		return c->conf->authorized_fetch ? e : NULL;
	/* We do not read ourselves through others. */
	if (by.account->suspended_us || by.account->local)
		return c->conf->authorized_fetch ? FAIL_DEFAULT(c->arena, ERR_FORBIDDEN) : NULL;
	*ret = (struct viewer){ .kind = VIEWER_REMOTE, .account = by.account->id, .domain = by.account->domain };
	return NULL;
}
