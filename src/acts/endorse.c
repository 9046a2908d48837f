#include "acts/endorse.h"

#include "acts/people_priv.h"
#include "store/directory.h"
#include "store/endorse.h"

struct pair {
	account_id who, whom;
};

static struct err *endorse_tx(struct call *c, void *arg)
{
	const struct pair *p = arg;
	struct follow f;
	bool follows;

	TRY(relation_lock(c, p->who, p->whom));
	TRY(follow_find(c, FOLLOW_STANDING, p->who, p->whom, &f, &follows));
	if (!follows)
		return FAIL(c->arena, ERR_INVALID, "Validation failed: You must be already following the person you want to endorse");
	return endorsement_add(c, p->who, p->whom);
}

static struct err *unendorse_tx(struct call *c, void *arg)
{
	const struct pair *p = arg;

	return endorsement_drop(c, p->who, p->whom);
}

static struct err *dismiss_tx(struct call *c, void *arg)
{
	const struct pair *p = arg;

	return suggestion_dismiss(c, p->who, p->whom);
}

static struct err *run(struct call *c, sql_tx_fn *fn, account_id who, account_id whom)
{
	const struct account *other;

	TRY(acts__person(c, whom, false, &other));
	return store_tx(c, fn, &(struct pair){ who, whom });
}

struct err *acts_endorse(struct call *c, account_id who, account_id whom) { return run(c, endorse_tx, who, whom); }
struct err *acts_unendorse(struct call *c, account_id who, account_id whom) { return run(c, unendorse_tx, who, whom); }

struct err *acts_suggestion_dismiss(struct call *c, account_id who, account_id whom)
{
	struct err *e = run(c, dismiss_tx, who, whom);

	return e && e->code == ERR_NOT_FOUND ? NULL : e;
}
