#include "acts/conversation.h"

#include "acts/conversation_priv.h"
#include "store/conversation.h"
#include "store/event.h"

static struct err *tell(struct call *c, account_id of, conversation_id id)
{
	return store_event_add(c, EVENT_CONVERSATION, id.v, arena_printf(c->arena, "direct:%lld", (long long)of.v), STR_NONE);
}

struct err *acts__conversation_add(struct call *c, const struct status *s, account_id of)
{
	conversation_id id;

	if (s->visibility != VISIBILITY_DIRECT || s->reblog_of.v)
		return NULL;
	TRY(conversation_post(c, s, of, &id));
	return id.v ? tell(c, of, id) : NULL;
}

struct err *acts__conversation_again(struct call *c, const struct status *s)
{
	int64_t *of;
	size_t n;

	if (s->visibility != VISIBILITY_DIRECT)
		return NULL;
	TRY(conversations_take_out(c, s->id, &of, &n));
	for (size_t i = 0; i < n; i++)
		TRY(acts__conversation_add(c, s, ID(account_id, of[i])));
	return NULL;
}

struct change {
	account_id who;
	conversation_id id;
	bool unread, was;
};

static struct err *mark(struct call *c, void *arg)
{
	struct change *x = arg;

	TRY(conversation_mark(c, x->who, x->id, x->unread, &x->was));
	return x->was ? tell(c, x->who, x->id) : NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	struct change *x = arg;

	return conversation_drop(c, x->who, x->id, &x->was);
}

static struct err *run(struct call *c, sql_tx_fn *fn, struct change *x)
{
	TRY(store_tx(c, fn, x));
	return x->was ? NULL : FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
}

struct err *acts_conversation_mark(struct call *c, account_id who, conversation_id id, bool unread)
{
	return run(c, mark, &(struct change){ .who = who, .id = id, .unread = unread });
}

struct err *acts_conversation_drop(struct call *c, account_id who, conversation_id id)
{
	return run(c, drop, &(struct change){ .who = who, .id = id });
}
