/* acts/follow.h: following, asking to, and their undoing, whoever begins it: a client of ours or another server.
 * https://docs.joinmastodon.org/methods/accounts/#follow and ActivityPub 7.5 to 7.7. Each act is one transaction: the rows, the counters,
 * the notification, the activity for the other server. Doing one twice changes nothing more. */
#pragma once
#include "acts/choice.h"
#include "base/call.h"
#include "model/ids.h"

enum follow_result {
	FOLLOW_MADE,
	FOLLOW_ASKED,                 /* whom has to agree */
	FOLLOW_STOOD,                 /* it stood already, or is asked for */
	FOLLOW_REFUSED,               /* of another server's: answered with a Reject */
	FOLLOW_UNDONE,                /* of another server's: its Undo was here before it */
};

struct follow_options {
	enum choice reblogs, notify;  /* KEEP on a new follow: shown, not notified */
	bool has_languages;           /* else they are kept */
	struct str languages;         /* "de,en"; none: all */
	bool brought;                 /* by an import: not counted against the day's limit */
};

/* Makes who, one of ours, follow whom, or ask to where whom is locked or remote, or who is silenced. Where it stands, the options change.
 * Fails: NOT_FOUND  whom is unknown or suspended;
 *        FORBIDDEN  whom is who, has moved, or one blocks the other, or who hides whom's domain;
 *        INVALID    who follows as many as one may;
 *        LIMITED    400 new ones in a day; c->limit is tightened. */
MUST struct err *acts_follow(struct call *c, account_id who, account_id whom, const struct follow_options *how, enum follow_result *ret);
/* Ends what stands or is asked for. NOT_FOUND: whom is unknown. */
MUST struct err *acts_unfollow(struct call *c, account_id who, account_id whom);
/* whom no longer follows who. */
MUST struct err *acts_follower_remove(struct call *c, account_id who, account_id whom);
/* NOT_FOUND: nothing is asked. */
MUST struct err *acts_follow_authorize(struct call *c, account_id who, account_id follower);
MUST struct err *acts_follow_reject(struct call *c, account_id who, account_id follower);

/* From other servers. uri: of the Follow, none where it says none; a repeated Follow is answered again, under its newest URI.
 * The notes of what was not asked for, or is gone, change nothing. */
MUST struct err *acts_follow_receive(struct call *c, account_id follower, account_id target, struct str uri, enum follow_result *ret);
/* `by` says yes or no to a follow of ours: of `follower`, or where that is none, the one with that uri. No ends what stood, too. */
MUST struct err *acts_follow_accepted(struct call *c, account_id by, account_id follower, struct str uri);
MUST struct err *acts_follow_rejected(struct call *c, account_id by, account_id follower, struct str uri);
/* follower takes it back; target none: the one with that uri. Where there is none yet, the Follow of that uri makes none when it comes. */
MUST struct err *acts_follow_undone(struct call *c, account_id follower, account_id target, struct str uri);
