#include "acts/undo.h"

#include "acts/block.h"
#include "acts/follow.h"
#include "acts/interact.h"
#include "acts/undo_priv.h"
#include "base/log.h"
#include "store/interact.h"
#include "store/relation.h"
#include "store/status.h"
#include "store/store.h"
#include "wire/url.h"

/* One in so many is counted, whichever by chance: a row that each of them wrote would make a large server's wait for one another. */
enum { COUNTED_OF = 16 };

struct err *acts__end_foretold(struct call *c, struct str uri)
{
	struct str domain = url_domain(c->arena, uri), registered = domain_registered(c->arena, domain), key;
	uint8_t chance;
	int64_t used;

	key = arena_concat(c->arena, STR("ends:"), registered.n ? registered : domain);
	TRY(limit_used(c, key, US_PER_DAY, &used));
	if (used >= ENDS_DAY_MAX / COUNTED_OF) {
		log_warn("ends.too_many", KV("of", str_from(key, 5)));
		return NULL;
	}
	call_random(c, &chance, sizeof chance);
	if (chance % COUNTED_OF == 0)
		TRY(limit_use(c, key, US_PER_DAY, &used));
	return tombstone_add(c, uri);
}

static struct err *note(struct call *c, void *arg)
{
	const struct str *uri = arg;

	return acts__end_foretold(c, *uri);
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
