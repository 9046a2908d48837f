/* acts/invite.h: invitations to join: made by people (where the setting invites says so), moderators, or on the command line. */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

enum { INVITES_OPEN_MAX = 100 };

struct invite_new {
	account_id by;                /* none: the command line */
	enum role role;               /* of whom */
	int64_t max_uses;             /* 0: any number */
	int64_t lives_s;              /* 0: for ever */
};
/* May somebody of this role invite? */
bool acts_invites_allowed(const struct call *c, enum role role);
/* Fails: FORBIDDEN  people may not invite here; INVALID  there are INVITES_OPEN_MAX of theirs that may still be used, or a number is out of
 * bounds. */
MUST struct err *acts_invite_create(struct call *c, const struct invite_new *in, struct str *ret_code);
/* Ends it. Fails: NOT_FOUND  there is none of theirs that may still be used. */
MUST struct err *acts_invite_end(struct call *c, account_id who, int64_t id);
