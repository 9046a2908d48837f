#include "acts/synchronize.h"

#include "acts/follow.h"
#include "acts/outbound.h"
#include "base/map.h"
#include "store/account.h"
#include "store/collection.h"
#include "store/relation.h"

struct pair {
	const struct account *who;
	account_id whom;
};

static struct err *tell_tx(struct call *c, void *arg)
{
	const struct pair *p = arg;

	return acts_outbound_undo_follow(c, p->who->id, p->whom, acts_uri(c, p->who->uri, "follows", id_next(c)));
}

/* They hold somebody of ours for a follower who is none here. */
static struct err *not_following(struct call *c, struct pair *p)
{
	struct follow f;
	bool asked;

	TRY(follow_find(c, FOLLOW_REQUESTED, p->who->id, p->whom, &f, &asked));
	return asked ? acts_follow_accepted(c, p->whom, p->who->id, STR_NONE) : store_tx(c, tell_tx, p);
}

struct err *acts_followers_synchronize(struct call *c, account_id whom, const account_id *said, size_t n, int64_t asked_us)
{
	struct map *is_said = map_create(c->arena), *follows = map_create(c->arena);
	struct local_follower *here;
	size_t here_n, told = 0;

	for (size_t i = 0; i < n; i++)
		map_put_i64(is_said, said[i].v, is_said);
	TRY(local_followers(c, whom, SYNCHRONIZE_MAX, &here, &here_n));
	for (size_t i = 0; i < here_n; i++) {
		map_put_i64(follows, here[i].account.v, &here[i]);
		if (!map_find_i64(is_said, here[i].account.v) && here[i].since_us < asked_us)
			TRY(acts_unfollow(c, here[i].account, whom));
	}
	for (size_t i = 0; i < n && told < SYNCHRONIZE_UNDO_MAX; i++) {
		struct account *a;

		if (map_find_i64(follows, said[i].v))
			continue;
		TRY(account_find(c, said[i], &a));
		told++;
		if (a && a->local)
			TRY(not_following(c, &(struct pair){ a, whom }));
	}
	return NULL;
}
