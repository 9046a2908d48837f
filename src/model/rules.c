#include "model/rules.h"

bool rule_may_see(enum visibility v, const struct see_facts *f)
{
	if (f->author_gone || f->stays_home)
		return false;
	if (f->is_author)
		return true;
	if (f->author_blocks_viewer)
		return false;
	switch (v) {
	case VISIBILITY_PUBLIC:
	case VISIBILITY_UNLISTED:
		return true;
	case VISIBILITY_PRIVATE:
		return f->viewer_is_person && (f->is_follower || f->is_mentioned);
	case VISIBILITY_DIRECT:
	case VISIBILITY_LIMITED:
		return f->viewer_is_person && f->is_mentioned;
	case VISIBILITY_COUNT:
		break;
	}
	return false;
}

bool rule_may_reblog(enum visibility v, const struct see_facts *f)
{
	if (!rule_may_see(v, f) || !f->viewer_is_person)
		return false;
	if (v == VISIBILITY_PUBLIC || v == VISIBILITY_UNLISTED)
		return !f->viewer_blocks_author;
	return v == VISIBILITY_PRIVATE && f->is_author;
}

static bool shunned(const struct home_facts *f) { return f->muted_author || f->blocked_either; }
static bool shows_boost(const struct home_facts *f) { return !(f->is_reblog && f->original_blocked_either); }

static bool by_follow(const struct home_facts *f)
{
	if (!f->follows_author)
		return false;
	if ((f->visibility == VISIBILITY_DIRECT || f->visibility == VISIBILITY_LIMITED) && !f->mentions_reader)
		return false;
	if (f->is_reblog)
		return f->shows_reblogs && !f->original_muted && !f->original_blocked_either && !f->domain_blocked;
	if (!f->language_wanted)
		return false;
	if (f->is_reply)
		return f->reply_to_self_thread || f->reply_to_reader || f->follows_replied;
	return true;
}

static bool by_tag(const struct home_facts *f)
{
	return f->follows_tag && f->visibility == VISIBILITY_PUBLIC && !f->is_reblog && !f->author_silenced && !f->author_domain_blocked;
}

bool rule_home_admits(const struct home_facts *f)
{
	if (!f->may_see)
		return false;
	if (f->is_own)
		return shows_boost(f);
	return !shunned(f) && !f->kept_in_list && (by_follow(f) || by_tag(f));
}

bool rule_list_admits(const struct home_facts *f, const struct list_facts *l)
{
	if (!f->may_see || !l->holds_author || f->visibility == VISIBILITY_DIRECT || f->visibility == VISIBILITY_LIMITED)
		return false;
	if (f->is_own ? !shows_boost(f) : shunned(f) || !by_follow(f))
		return false;
	if (!f->is_reply || f->reply_to_self_thread || f->reply_to_reader)
		return true;
	return l->replies == LIST_REPLIES_FOLLOWED || (l->replies == LIST_REPLIES_LIST && l->holds_replied);
}

bool rule_username_ok(struct str username)
{
	for (size_t i = 0; i < username.n; i++) {
		char c = username.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return username.n >= 1 && username.n <= 30;
}

enum visibility rule_reblog_visibility(enum visibility asked, enum visibility original)
{
	if (original == VISIBILITY_PRIVATE || asked == VISIBILITY_DIRECT || asked == VISIBILITY_LIMITED)
		return VISIBILITY_PRIVATE;
	return asked;
}

int64_t rule_follow_max(int64_t followers, int64_t base)
{
	int64_t by_followers = followers + followers / 10;

	return by_followers > base ? by_followers : base;
}
