#include "acts/people_priv.h"

#include "acts/home.h"
#include "acts/outbound.h"
#include "store/account.h"
#include "store/endorse.h"
#include "store/job.h"
#include "store/list.h"

struct err *acts__person(struct call *c, account_id id, bool must_stand, const struct account **ret)
{
	struct account *a;

	TRY(account_find(c, id, &a));
	if (!a || a->deleted_us || (must_stand && (a->suspended_us || a->pending)))
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	*ret = a;
	return NULL;
}

struct err *acts__follow_counted(struct call *c, account_id follower, account_id target, int by)
{
	/* In the order of their ids, so that two people who follow each other at once do not wait for each other's rows. */
	if (follower.v < target.v) {
		TRY(account_count(c, follower, 0, 0, by, 0));
		return account_count(c, target, 0, by, 0, 0);
	}
	TRY(account_count(c, target, 0, by, 0, 0));
	return account_count(c, follower, 0, 0, by, 0);
}

struct err *acts__home_clean(struct call *c, const struct account *reader, account_id author)
{
	struct job_new job = { .kind = JOB_ACCOUNT_CLEAN, .ref_id = reader->id.v, .arg = arena_printf(c->arena, "author:%lld", (long long)author.v) };

	return reader->local ? job_add(c, &job) : NULL;
}

struct err *acts__home_fill(struct call *c, const struct account *reader)
{
	return reader->local ? acts_home_refill(c, reader->id) : NULL;
}

static struct err *tell(struct call *c, const struct account *from, const struct account *to, struct str uri)
{
	if (from->local && !to->local)
		return acts_outbound_undo_follow(c, from->id, to->id, uri);
	if (!from->local && to->local)
		return acts_outbound_reject_follow(c, to->id, from->id, uri);
	return NULL;
}

struct err *acts__sever(struct call *c, const struct account *from, const struct account *to, int flags, bool *ret_was)
{
	struct follow f;
	bool stood = false, asked;

	if (!(flags & SEVER_REQUESTS))
		TRY(follow_drop(c, FOLLOW_STANDING, from->id, to->id, &f, &stood));
	if (stood) {
		TRY(acts__follow_counted(c, from->id, to->id, -1));
		TRY(notifications_drop_kind(c, to->id, from->id, NOTIFICATION_FOLLOW));
		TRY(endorsement_drop(c, from->id, to->id));
		TRY(acts__home_clean(c, from, to->id));
		if (flags & SEVER_TELL)
			TRY(tell(c, from, to, f.uri));
	}
	TRY(follow_drop(c, FOLLOW_REQUESTED, from->id, to->id, &f, &asked));
	if (asked) {
		TRY(notifications_drop_kind(c, to->id, from->id, NOTIFICATION_FOLLOW_REQUEST));
		if (flags & SEVER_TELL)
			TRY(tell(c, from, to, f.uri));
	}
	*ret_was = stood || asked;
	return *ret_was && from->local ? list_member_drop_everywhere(c, from->id, to->id) : NULL;
}
