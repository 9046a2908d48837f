/* model/rules.h: who may see and do what; pure, from facts that were loaded before. The queries of store say the same
 * in SQL, and a test holds both against each other (tests "the rule and the query agree").
 * Facts: what `viewer` and `author` are to each other, and whether the viewer is mentioned. */
#pragma once
#include "model/account.h"
#include "model/status.h"

struct see_facts {
	bool is_author, is_follower, is_mentioned;
	bool author_blocks_viewer, viewer_blocks_author;
	bool author_gone;             /* suspended or deleted */
	bool stays_home;              /* the post stays on this server, and the viewer is nobody of it */
	bool viewer_is_person;        /* false: anybody */
};

/* May the viewer open this status at its address? Public and unlisted: everybody the author does not block; private: followers
 * and those mentioned; direct and limited: those mentioned; always: the author. What stays on this
 * server: people of it alone. */
bool rule_may_see(enum visibility v, const struct see_facts *f);
/* Boost: what one may see and is public or unlisted, or one's own private post; never direct ones. */
bool rule_may_reblog(enum visibility v, const struct see_facts *f);

struct home_facts {
	bool is_own;                  /* the entry is the reader's own */
	bool follows_author;          /* the entry's author: of a boost, the booster */
	bool shows_reblogs;           /* of that follow */
	bool is_reblog;
	bool muted_author, blocked_either;            /* of the entry's author */
	bool original_muted, original_blocked_either; /* of a boost's original author; their domain blocked counts */
	bool domain_blocked;          /* of a boost's original author */
	bool is_reply;
	bool reply_to_self_thread;    /* the reply answers its own author */
	bool reply_to_reader, follows_replied;
	bool may_see;                 /* rule_may_see of what is shown */
	bool language_wanted;         /* the follow's languages, if any, include the post's */
	enum visibility visibility;
	bool mentions_reader;
	bool follows_tag;             /* the reader follows one of the post's tags */
	bool author_silenced, author_domain_blocked;
	bool kept_in_list;            /* the author is in a list of the reader's that keeps its people's posts out of home */
};
/* Does an entry belong into this reader's home timeline? */
bool rule_home_admits(const struct home_facts *f);

struct list_facts {
	bool holds_author, holds_replied;     /* the list: the entry's author, the author of what it answers */
	enum list_replies replies;
};
/* And into a list of the reader's? What home would take from a follow, but nothing direct; then the list's own policy of replies. */
bool rule_list_admits(const struct home_facts *f, const struct list_facts *l);

/* A local username: 1 to 30 of a-z 0-9 _ in any case. */
bool rule_username_ok(struct str username);
/* The visibility of a boost: asked for, never wider than what is boosted. */
enum visibility rule_reblog_visibility(enum visibility asked, enum visibility original);
/* How many accounts one may follow: 7500, or 1.1 times one's followers where that is more. */
int64_t rule_follow_max(int64_t followers, int64_t base);
