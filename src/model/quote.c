#include "model/quote.h"

int64_t quote_policy_of(enum quote_policy chosen)
{
	switch (chosen) {
	case QUOTE_POLICY_PUBLIC:
		return quote_policy_bits(QUOTE_PUBLIC, 0);
	case QUOTE_POLICY_FOLLOWERS:
		return quote_policy_bits(QUOTE_FOLLOWERS, 0);
	case QUOTE_POLICY_NOBODY:
	case QUOTE_POLICY_COUNT:
		break;
	}
	return 0;
}

static bool among(int64_t people, const struct quote_facts *f)
{
	return (people & QUOTE_PUBLIC) || ((people & QUOTE_FOLLOWERS) && f->follows_author) ||
	       ((people & QUOTE_FOLLOWING) && f->followed_by_author);
}

enum quote_right rule_quote(enum visibility v, int64_t policy, const struct quote_facts *f)
{
	int64_t automatic = quote_policy_automatic(policy), manual = quote_policy_manual(policy);

	if (!f->is_person || v == VISIBILITY_DIRECT || v == VISIBILITY_LIMITED)
		return QUOTE_RIGHT_DENIED;
	if (f->is_author)
		return QUOTE_RIGHT_AUTOMATIC;
	/* What only some may read is not passed on by others. */
	if (v == VISIBILITY_PRIVATE)
		return QUOTE_RIGHT_DENIED;
	if (among(automatic, f))
		return QUOTE_RIGHT_AUTOMATIC;
	if (among(manual, f))
		return QUOTE_RIGHT_MANUAL;
	return (automatic | manual) & QUOTE_UNSUPPORTED ? QUOTE_RIGHT_UNKNOWN : QUOTE_RIGHT_DENIED;
}
