/* acts/relay.h: relays: servers that pass public posts on among all who ask them to. We ask with a Follow of the public, as Mastodon does;
 * once a relay agrees, public posts of ours go to it, and what it announces is fetched. */
#pragma once
#include "base/call.h"

/* inbox: the relay's; by: who says so, for the audit log. Fails: INVALID  it is no address, or ours; there are RELAYS_MAX (store/relay.h).
 * Asking again changes nothing. */
MUST struct err *acts_relay_add(struct call *c, struct str inbox, struct str by);
/* The relay hears an Undo. NOT_FOUND: there is none with this inbox. */
MUST struct err *acts_relay_remove(struct call *c, struct str inbox, struct str by);
/* Somebody at `place` ("https://relay.example/") says yes or no to what has this id. *ret_was: a relay there was asked so. */
MUST struct err *acts_relay_answered(struct call *c, struct str place, struct str follow_uri, bool yes, bool *ret_was);
