/* acts/oauth.h: applications, authorization codes and access tokens (RFC 6749, RFC 7636 S256, RFC 7009). Secrets, codes and tokens are handed
 * out once and stored as hashes.
 *
 * Errors of the token endpoint carry OAuth's own code in err->detail ("invalid_grant"), which gate writes as {"error", "error_description"};
 * their status is 400, 401 or 403 by err->code. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { APP_NAME_MAX = 60, APP_URI_MAX = 2000, APP_URIS_MAX = 20, CODE_LIVES_S = 600 };
#define OAUTH_OOB "urn:ietf:wg:oauth:2.0:oob"

struct app_new {
	struct str name, website, scopes;     /* scopes none: "read" */
	const struct str *redirect_uris;
	size_t redirect_uris_n;
};
struct app_made {
	app_id id;
	struct str client_id, client_secret;
	struct str name, website, scopes;
	struct str redirect_uris;             /* separated by newlines */
};
/* Fails: INVALID with Mastodon's texts. */
MUST struct err *acts_app_create(struct call *c, const struct app_new *in, struct app_made *ret);

/* What a person has agreed to. */
struct grant {
	app_id app;
	account_id account;
	struct str scopes, redirect_uri;
	struct str challenge;                 /* S256's; none without PKCE */
};
/* A code, to be exchanged once within CODE_LIVES_S. The grant's scopes and address have been checked against the application. */
MUST struct err *acts_code_issue(struct call *c, const struct grant *in, struct str *ret_code);

struct token_request {
	struct str grant_type, client_id, client_secret;
	struct str code, redirect_uri, verifier;
	struct str scopes;                    /* client_credentials; none: "read" */
};
struct token_made {
	struct str token, scopes;
	int64_t created_us;
};
/* POST /oauth/token. */
MUST struct err *acts_token_request(struct call *c, const struct token_request *in, struct token_made *ret);

/* A token without a code: the command line's (app none). */
MUST struct err *acts_token_create(struct call *c, app_id app, account_id account, struct str scopes, struct token_made *ret);

/* POST /oauth/revoke: an unknown token is no error. Its streams are closed (EVENT_TOKEN_REVOKED). */
MUST struct err *acts_token_revoke(struct call *c, struct str client_id, struct str client_secret, struct str token);

/* Takes back what somebody agreed to: all tokens that this application has of theirs (none: those of the command line); their streams close. */
MUST struct err *acts_app_revoke(struct call *c, account_id who, app_id app);
