#include "model/collection.h"

#include "model/quote.h"

int64_t feature_policy_of(const struct account *whom)
{
	if (!whom->local)
		return whom->feature_policy;
	return whom->discoverable ? quote_policy_bits(whom->locked ? QUOTE_FOLLOWERS : QUOTE_PUBLIC, 0) : 0;
}

static bool among(int64_t people, const struct feature_facts *f)
{
	return (people & QUOTE_PUBLIC) || ((people & QUOTE_FOLLOWERS) && (f->follows || f->is_self)) || ((people & QUOTE_FOLLOWING) && f->followed_by);
}

enum feature_right rule_feature(const struct account *whom, const struct feature_facts *f)
{
	int64_t policy = feature_policy_of(whom), automatic = quote_policy_automatic(policy), manual = quote_policy_manual(policy);

	if (!f->is_person || f->blocked || whom->suspended_us || whom->deleted_us)
		return FEATURE_RIGHT_DENIED;
	if (policy == 0)
		return whom->local ? FEATURE_RIGHT_DENIED : FEATURE_RIGHT_MISSING;
	if (among(automatic, f))
		return FEATURE_RIGHT_AUTOMATIC;
	if (among(manual, f))
		return FEATURE_RIGHT_MANUAL;
	return (automatic | manual) & QUOTE_UNSUPPORTED ? FEATURE_RIGHT_UNKNOWN : FEATURE_RIGHT_DENIED;
}
