#include "acts/warning.h"

#include "acts/notify.h"
#include "base/buf.h"
#include "store/account.h"
#include "store/severance.h"
#include "wire/json.h"
#include "wire/text.h"

enum { ID_TEXT_MAX = 24 };

static struct err *write(struct call *c, void *arg)
{
	const struct account_warning *w = arg;

	TRY(account_warning_add(c, w));
	return acts_notify_own(c, NOTIFICATION_WARNING, w->account, w->id.v);
}

static struct str list(struct call *c, const status_id *ids, size_t n)
{
	struct buf b = buf_init(c->arena, n * ID_TEXT_MAX + ID_TEXT_MAX);
	struct jw w = jw_init(&b);

	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		jw_id(&w, ids[i].v);
	jw_arr_end(&w);
	return buf_str(&b);
}

struct err *acts_account_warn(struct call *c, const struct warning_new *what, warning_id *ret)
{
	struct account_warning w = { .account = what->to, .by = what->by, .action = what->action, .created_us = c->now_us };
	struct account *to;

	TRY(account_find(c, what->to, &to));
	if (!to || !to->local || to->deleted_us)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	w.text = text_tidy(c->arena, what->text);
	if (text_graphemes(c->arena, w.text) > WARNING_TEXT_MAX)
		return FAIL_FIELD(c->arena, "text", "ERR_TOO_LONG", "is too long (maximum is %d characters)", WARNING_TEXT_MAX);
	if (what->statuses_n > WARNING_STATUSES_MAX)
		return FAIL_FIELD(c->arena, "status_ids", "ERR_TOO_LONG", "has too many entries (maximum is %d)", WARNING_STATUSES_MAX);
	w.id = *ret = ID(warning_id, id_next(c));
	w.status_ids = list(c, what->statuses, what->statuses_n);
	return store_tx(c, write, &w);
}
