/* Who is asking: tokens (RFC 6750) and the standing of their owners. */
#include "acts/seen.h"
#include "crypt/digest.h"
#include "gate/gate_priv.h"
#include "model/scope.h"
#include "view/token.h"

enum need { NEED_NOTHING, NEED_TOKEN, NEED_USER };

static struct str bearer(const struct req *r)
{
	struct str h = request_header(r->http, "Authorization"), kind, token;

	if (h.n && str_cut(h, ' ', &kind, &token) && str_ieq(kind, STR("Bearer")))
		return str_trim(token);
	if (params_get(r->params, "access_token").n)
		return params_get(r->params, "access_token");
	return params_get(r->params, "bearer_token");
}

static struct err *standing(struct call *c, const struct token_view *t)
{
	/* Who has moved may look at their settings, and come back, but act here no more. */
	if (t->disabled || t->suspended || t->moved)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently disabled");
	if (!t->confirmed)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is missing a confirmed e-mail address");
	if (!t->approved)
		return FAIL(c->arena, ERR_FORBIDDEN, "Your login is currently pending approval");
	return NULL;
}

static struct err *by_token(struct call *c, struct req *r, enum need need, bool any_standing)
{
	struct str token = bearer(r);
	struct token_view t;
	bool found;

	if (!token.n) {
		if (need == NEED_NOTHING)
			return NULL;
		return FAIL_DEFAULT(c->arena, ERR_UNAUTHORIZED);
	}
	TRY(view_token(c, token_hash(c->arena, token), &t, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_UNAUTHORIZED);
	if (need == NEED_USER && t.viewer.kind != VIEWER_PERSON)
		return FAIL(c->arena, ERR_INVALID, "This method requires an authenticated user");
	r->viewer = t.viewer;
	r->token = token;
	if (t.viewer.kind == VIEWER_PERSON && !any_standing)
		TRY(standing(c, &t));
	if (r->endpoint->scope && !scopes_allow_any(t.viewer.scopes, str_z(r->endpoint->scope)))
		return FAIL(c->arena, ERR_FORBIDDEN, "This action is outside the authorized scopes");
	if (t.seen_us < c->now_us - US_PER_HOUR) {
		TRY(acts_token_seen(c, &t.viewer));
		r->viewer.home_built = false;     /* whoever comes back after long has theirs built again */
	}
	return NULL;
}

struct err *auth_none(struct call *c, struct req *r)
{
	(void)c;
	(void)r;
	return NULL;
}

struct err *auth_optional(struct call *c, struct req *r) { return by_token(c, r, NEED_NOTHING, false); }
struct err *auth_token(struct call *c, struct req *r) { return by_token(c, r, NEED_TOKEN, false); }
struct err *auth_user(struct call *c, struct req *r) { return by_token(c, r, NEED_USER, false); }
struct err *auth_user_any_standing(struct call *c, struct req *r) { return by_token(c, r, NEED_USER, true); }

struct err *auth_app_only(struct call *c, struct req *r)
{
	TRY(by_token(c, r, NEED_TOKEN, false));
	if (r->viewer.kind == VIEWER_PERSON)
		return FAIL_DEFAULT(c->arena, ERR_FORBIDDEN);
	return NULL;
}
