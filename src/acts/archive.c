#include "acts/archive.h"

#include "acts/acts_user_priv.h"
#include "store/archive.h"
#include "store/job.h"

struct asking {
	account_id who;
	bool took;
};

static struct err *ask(struct call *c, void *arg)
{
	struct asking *x = arg;

	TRY(archive_ask(c, x->who, c->now_us - ARCHIVE_DAYS * US_PER_DAY, &x->took));
	if (!x->took)
		return NULL;
	return job_add(c, &(struct job_new){ .kind = JOB_ARCHIVE, .ref_id = x->who.v,
					     .once_key = arena_printf(c->arena, "archive:%lld", (long long)x->who.v) });
}

struct err *acts_archive_ask(struct call *c, account_id who)
{
	struct asking x = { .who = who };

	TRY(store_tx(c, ask, &x));
	return x.took ? NULL : FAIL_FIELD(c->arena, "archive", "ERR_TAKEN", "can be asked for once in %d days", ARCHIVE_DAYS);
}

struct naming {
	account_id who;
	int64_t asked_us;
	struct str file;
	bool took;
};

static struct err *name(struct call *c, void *arg)
{
	struct naming *x = arg;

	return archive_name(c, x->who, x->asked_us, x->file, &x->took);
}

struct err *acts_archive_name(struct call *c, account_id who, int64_t asked_us, struct str file, bool *ret_took)
{
	struct naming x = { .who = who, .asked_us = asked_us, .file = file };

	TRY(store_tx(c, name, &x));
	*ret_took = x.took;
	return NULL;
}

struct making {
	struct own_archive *archive;
	bool took;
};

static struct err *ready(struct call *c, void *arg)
{
	struct making *x = arg;

	TRY(archive_ready(c, x->archive, &x->took));
	return x->took ? acts__mail(c, x->archive->account, "archive", STR_NONE) : NULL;
}

struct err *acts_archive_ready(struct call *c, struct own_archive *a, bool *ret_took)
{
	struct making x = { .archive = a };

	a->ready_us = c->world->now_us(c->world);
	TRY(store_tx(c, ready, &x));
	*ret_took = x.took;
	return NULL;
}

struct err *acts_archives_over(struct call *c, int max, struct own_archive **ret, size_t *ret_n)
{
	return archives_before(c, c->now_us - ARCHIVE_DAYS * US_PER_DAY, max, ret, ret_n);
}

static struct err *forget(struct call *c, void *arg)
{
	const struct own_archive *a = arg;

	return archive_drop(c, a->account, a->asked_us);
}

struct err *acts_archive_forget(struct call *c, const struct own_archive *a)
{
	struct own_archive row = *a;

	return store_tx(c, forget, &row);
}
