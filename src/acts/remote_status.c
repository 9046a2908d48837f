#include "acts/remote_priv.h"
#include "store/account.h"
#include "store/event.h"
#include "store/status.h"

struct err *acts__status_forget(struct call *c, status_id id)
{
	struct status *s;
	bool gone;

	TRY(status_find(c, id, &s));
	if (!s)
		return NULL;
	if (s->reply_to.v)
		TRY(status_count(c, s->reply_to, -1, 0, 0));
	if (s->reblog_of.v)
		TRY(status_count(c, s->reblog_of, 0, -1, 0));
	TRY(account_count(c, s->account, -1, 0, 0, 0));
	TRY(status_drop(c, s, &gone));
	return gone ? store_event_add(c, EVENT_STATUS_DELETED, id.v, STR("public public:remote"), STR_NONE) : NULL;
}
