/* acts/remote_emoji.h: custom emoji of other servers. Their posts and profiles name them, with an address each; what is known of them here, by domain
 * and shortcode, says what the media proxy may fetch. Of two that say different things of one the later counts, unless it says that it is older.
 *
 * Room is bounded: at most REMOTE_EMOJIS_MAX, and REMOTE_EMOJIS_DOMAIN_MAX of a domain, of which those go first that were neither named nor
 * looked at for longest. Who reads an old post that names one of these sees its shortcode, until somebody there uses it again. */
#pragma once
#include "base/call.h"

enum { REMOTE_EMOJIS_MAX = 200000, REMOTE_EMOJIS_DOMAIN_MAX = 10000, REMOTE_EMOJIS_NAMED_MAX = 100 };

/* emojis: as the post or profile keeps them (model/status.h); the first REMOTE_EMOJIS_NAMED_MAX are read. One query, and a transaction of its own
 * only where something is new, so that nobody waits for another's post. */
MUST struct err *acts_remote_emojis_meet(struct call *c, struct str domain, struct str emojis);
/* Somebody looked, so its picture was fetched: it is there, or there is none. id: of store/remote_emoji.h; one that is gone by now is nothing. */
MUST struct err *acts_remote_emoji_fetched(struct call *c, int64_t id, bool there);
/* Recurring: drops those over REMOTE_EMOJIS_MAX. */
MUST struct err *acts_clean_remote_emojis(struct call *c);
