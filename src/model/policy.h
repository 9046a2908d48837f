/* model/policy.h: whose notifications somebody wants: at once, held back as a request, or not at all; a pure rule.
 * https://docs.joinmastodon.org/entities/NotificationPolicy/ */
#pragma once
#include "model/enums.h"

/* What becomes of notifications from people who… */
struct notification_policy {
	enum policy_action not_following;         /* one does not follow */
	enum policy_action not_followers;         /* do not follow one, or not for three days yet */
	enum policy_action new_accounts;          /* are here for less than 30 days */
	enum policy_action private_mentions;      /* write directly without being asked */
	enum policy_action limited_accounts;      /* moderators have limited */
	enum policy_action bots;                  /* are automated */
};
/* Of whoever has chosen nothing. */
extern const struct notification_policy policy_default;

#define POLICY_NEW_FOLLOWER_US (3 * 86400 * INT64_C(1000000))
#define POLICY_NEW_ACCOUNT_US (30 * 86400 * INT64_C(1000000))

/* What the sender is to the one who would be told. */
struct policy_facts {
	bool following;           /* they are followed */
	bool follower;            /* they follow, for POLICY_NEW_FOLLOWER_US at least */
	bool permitted;           /* a request of theirs was accepted */
	bool new_account, limited, bot;
	bool unsolicited;         /* a direct post that answers nothing in which they were mentioned */
	bool staff;               /* of this server, and above the one who would be told */
};
/* The strictest of what applies. Types that nobody else causes by themselves (polls, edits, posts one asked for) always pass, as does what
 * staff writes; who is followed is held up by not_followers alone. */
enum policy_action policy_judge(const struct notification_policy *p, const struct policy_facts *f, enum notification_type type);
/* Held back, this makes a request. */
bool policy_makes_request(enum notification_type type);
