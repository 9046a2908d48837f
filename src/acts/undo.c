#include "acts/undo.h"

#include "acts/block.h"
#include "acts/follow.h"
#include "acts/interact.h"
#include "store/interact.h"
#include "store/relation.h"
#include "store/status.h"

static struct err *note(struct call *c, void *arg)
{
	const struct str *uri = arg;

	return tombstone_add(c, *uri);
}

struct err *acts_undone(struct call *c, account_id actor, struct str uri)
{
	account_id who, whom;
	struct follow f;
	status_id what;
	bool found;

	TRY(favourite_find_uri(c, uri, &who, &what, &found));
	if (found)
		return id_eq(who, actor) ? acts_favourite_undone(c, actor, what, uri) : NULL;
	TRY(block_find_uri(c, uri, &who, &whom, &found));
	if (found)
		return id_eq(who, actor) ? acts_block_undone(c, actor, whom, uri) : NULL;
	TRY(follow_find_uri(c, FOLLOW_STANDING, uri, &f, &found));
	if (!found)
		TRY(follow_find_uri(c, FOLLOW_REQUESTED, uri, &f, &found));
	if (found)
		return id_eq(f.account, actor) ? acts_follow_undone(c, actor, f.target, uri) : NULL;
	return store_tx(c, note, &uri);
}
