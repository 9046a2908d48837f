/* view/app.h: OAuth applications, and who a browser's session is. https://docs.joinmastodon.org/entities/CredentialApplication/ */
#pragma once
#include "base/call.h"
#include "model/viewer.h"
#include "view/token.h"

/* What consent pages show and check against. */
struct app_view {
	app_id id;
	struct str name, website, scopes;
	struct str redirect_uris;     /* separated by newlines */
};
MUST struct err *view_app_find(struct call *c, struct str client_id, struct app_view *ret, bool *ret_found);
/* Is this address, byte for byte, one of those registered? */
bool view_app_has_redirect(const struct app_view *app, struct str uri);

/* The Application of a token. NOT_FOUND: made by the command line. */
MUST struct err *view_app_json(struct call *c, app_id id, struct str *ret_json);
/* The CredentialApplication, with what is told only once. */
MUST struct err *view_app_secret_json(struct call *c, app_id id, struct str client_id, struct str client_secret, struct str *ret_json);

/* hash: crypt's token_hash of the cookie. seen_us: when the session was last noted as used. One query. */
MUST struct err *view_session(struct call *c, struct str hash, struct token_view *ret, bool *ret_found);

/* /oauth/userinfo. https://openid.net/specs/openid-connect-core-1_0.html#UserInfo */
MUST struct err *view_userinfo_json(struct call *c, account_id who, struct str *ret_json);
MUST struct err *view_user_confirmed(struct call *c, account_id who, bool *ret);      /* has their address been proven? */
