#include "model/policy.h"

const struct notification_policy policy_default = { .private_mentions = POLICY_FILTER, .limited_accounts = POLICY_FILTER };

static bool filterable(enum notification_type type)
{
	return type == NOTIFICATION_MENTION || type == NOTIFICATION_REBLOG || type == NOTIFICATION_FOLLOW || type == NOTIFICATION_FOLLOW_REQUEST ||
	       type == NOTIFICATION_FAVOURITE || type == NOTIFICATION_QUOTE || type == NOTIFICATION_ADDED_TO_COLLECTION;
}

bool policy_makes_request(enum notification_type type)
{
	return type == NOTIFICATION_MENTION || type == NOTIFICATION_QUOTE;
}

static enum policy_action stricter(enum policy_action a, bool applies, enum policy_action b)
{
	return applies && b > a ? b : a;
}

enum policy_action policy_judge(const struct notification_policy *p, const struct policy_facts *f, enum notification_type type)
{
	enum policy_action got = POLICY_ACCEPT;

	if (!filterable(type) || f->permitted || (f->staff && policy_makes_request(type)))
		return POLICY_ACCEPT;
	got = stricter(got, !f->follower, p->not_followers);
	if (f->following)
		return got;
	got = stricter(got, true, p->not_following);
	got = stricter(got, f->new_account, p->new_accounts);
	got = stricter(got, f->unsolicited, p->private_mentions);
	got = stricter(got, f->limited, p->limited_accounts);
	return stricter(got, f->bot, p->bots);
}
