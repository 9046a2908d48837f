/* Signing up by an application. https://docs.joinmastodon.org/methods/accounts/#create, https://docs.joinmastodon.org/methods/emails/ */
#include "acts/email.h"
#include "acts/signup.h"
#include "api/api.h"
#include "api/api_priv.h"
#include "reach/mail_hosts.h"
#include "view/app.h"
#include "view/invite.h"

struct create_in {
	struct str username, email, password, locale, reason, date_of_birth, invite_code;
	enum tri agreement;
};
static const struct param create_params[] = {
	PARAM_STR(struct create_in, username, "username"),
	PARAM_STR(struct create_in, email, "email"),
	PARAM_STR(struct create_in, password, "password"),
	PARAM_STR(struct create_in, locale, "locale", .max = 35),
	PARAM_STR(struct create_in, reason, "reason"),
	PARAM_STR(struct create_in, date_of_birth, "date_of_birth", .max = 100),
	PARAM_STR(struct create_in, invite_code, "invite_code", .max = 200),
	PARAM_TRI(struct create_in, agreement, "agreement"),
};

static struct err *create(struct call *c, struct req *r)
{
	const struct create_in *in = r->in;
	struct signup new = {
		.username = in->username, .email = in->email, .password = in->password, .locale = in->locale, .reason = in->reason,
		.agreement = in->agreement == TRI_TRUE, .date_of_birth = in->date_of_birth, .invite = in->invite_code,
		.app = r->viewer.app, .scopes = r->viewer.scopes,
	};
	struct signed_up made;

	TRY(reach_mail_hosts(c, in->email, &new.mail_hosts));
	TRY(acts_account_create(c, &new, &made));
	req_json(r, api__token_json(c, made.token, made.scopes, c->now_us));
	return NULL;
}

static struct err *invite(struct call *c, struct req *r)
{
	struct str json;

	TRY(view_invite_json(c, r->path_arg[0], &json));
	req_json(r, json);
	return NULL;
}

struct resend_in { struct str email; };
static const struct param resend_params[] = { PARAM_STR(struct resend_in, email, "email", .max = 1000) };

static struct err *resend(struct call *c, struct req *r)
{
	const struct resend_in *in = r->in;
	struct mail_hosts hosts;

	TRY(reach_mail_hosts(c, in->email, &hosts));
	TRY(acts_confirmation_resend(c, r->viewer.account, in->email, hosts));
	req_json(r, STR("{}"));
	return NULL;
}

static struct err *confirmed(struct call *c, struct req *r)
{
	bool is;

	TRY(view_user_confirmed(c, r->viewer.account, &is));
	req_json(r, is ? STR("true") : STR("false"));
	return NULL;
}

const struct endpoint accounts_create_endpoints[] = {
	{ METHOD_POST, "/api/v1/accounts", auth_app_only, "write:accounts", LIMIT_SIGN_UP, LANE_FETCH, create, PARAMS(struct create_in, create_params) },
	{ METHOD_GET, "/invite/:invite_code", auth_none, NULL, LIMIT_SIGN_IN, LANE_DB, invite, .accept = ACCEPT_JSON },
	{ METHOD_POST, "/api/v1/emails/confirmations", auth_user_any_standing, "write:accounts", LIMIT_SIGN_IN, LANE_FETCH, resend,
	  PARAMS(struct resend_in, resend_params) },
	{ METHOD_GET, "/api/v1/emails/check_confirmation", auth_user_any_standing, "read:accounts", LIMIT_NONE, LANE_DB, confirmed },
	{ 0 },
};
