/* view/invite.h: invitations, for the page of whoever makes them, and for those who hold one. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { INVITES_SHOWN_MAX = 200 };
struct invite_view {
	int64_t id;
	struct str code, url;
	int64_t uses, max_uses;       /* max_uses 0: any number */
	int64_t expires_us;           /* 0: never */
	bool open;                    /* may still be used */
};
/* Newest first; who none: those of the command line. */
MUST struct err *view_invites(struct call *c, account_id who, struct invite_view **ret, size_t *ret_n);
/* NOT_FOUND: no such code. *ret_good: it may be used now. */
MUST struct err *view_invite_check(struct call *c, struct str code, bool *ret_good);
/* {"invite_code", "instance_api_url"}. Fails: as above; UNAUTHORIZED  it may not be used. */
MUST struct err *view_invite_json(struct call *c, struct str code, struct str *ret_json);
