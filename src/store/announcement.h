/* store/announcement.h: announcements, who has read them, and reactions to them. */
#pragma once
#include "model/ids.h"
#include "store/store.h"

enum { ANNOUNCEMENTS_MAX = 100, ANNOUNCEMENT_REACTIONS_MAX = 8, ANNOUNCEMENT_STATUSES_MAX = 10 };

struct announcement {
	int64_t id;
	struct str text, content, emojis;         /* emojis: JSON as in struct status */
	struct str mentions, tags;                /* JSON arrays of the entity */
	bool all_day;
	int64_t starts_us, ends_us, scheduled_us; /* 0: not said */
	int64_t published_us;                     /* 0: nobody sees it */
	int64_t created_us, updated_us;
	bool read;                                /* by who asked */
};
/* The newest ANNOUNCEMENTS_MAX, in the order of when they are about. all: also those that nobody sees. */
MUST struct err *announcements_all(struct call *c, account_id reader, bool all, struct announcement **ret, size_t *ret_n);
MUST struct err *announcement_find(struct call *c, account_id reader, int64_t id, struct announcement *ret, bool *ret_found);

struct announcement_status { int64_t announcement; status_id status; struct str url; };
/* Posts that these name, public ones. At most 320 ids. */
MUST struct err *announcement_statuses_of(struct call *c, const int64_t *ids, size_t n, struct announcement_status **ret, size_t *ret_n);
struct announcement_reaction { int64_t announcement; struct str name; int64_t count; bool mine; };
/* Reactions to these, counted, in the order of the first of each. */
MUST struct err *announcement_reactions_of(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct announcement_reaction **ret,
					   size_t *ret_n);

/* In a transaction. put: adds, or changes what is there; its posts become these. */
MUST struct err *announcement_put(struct call *c, const struct announcement *a, const int64_t *statuses, size_t n);
MUST struct err *announcement_drop(struct call *c, int64_t id, bool *ret_was);
MUST struct err *announcement_read(struct call *c, account_id who, int64_t id);
/* *ret_added false: it stood already, or there are ANNOUNCEMENT_REACTIONS_MAX others. *ret_stood tells which. */
MUST struct err *announcement_reaction_add(struct call *c, account_id who, int64_t id, struct str name, bool *ret_added, bool *ret_stood);
MUST struct err *announcement_reaction_drop(struct call *c, account_id who, int64_t id, struct str name, bool *ret_was);
