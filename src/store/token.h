/* store/token.h: applications, access tokens, authorization codes, and what arrives by mail. Secrets are here as
 * hashes only (crypt/digest.h, token_hash). */
#pragma once
#include "model/account.h"
#include "store/store.h"

struct app {
	app_id id;
	struct str client_id, secret_hash, name, website, redirect_uris /* separated by newlines */, scopes;
	int64_t created_us;
};
MUST struct err *app_add(struct call *c, const struct app *a);
MUST struct err *app_find_client(struct call *c, struct str client_id, struct app *ret, bool *ret_found);
MUST struct err *app_find(struct call *c, app_id id, struct app *ret, bool *ret_found);
MUST struct err *apps_by_ids(struct call *c, const int64_t *ids, size_t n, struct app **ret, size_t *ret_n);

struct token {
	token_id id;
	struct str hash, scopes;
	app_id app;               /* none: made by the CLI */
	account_id account;       /* none: an application's own */
	int64_t created_us, last_used_us;
};
MUST struct err *token_add(struct call *c, const struct token *t);

/* A token that is not revoked, with its owner's standing, in one query. */
struct token_owner {
	struct token token;
	enum role role;
	int64_t confirmed_us, disabled_us, suspended_us;
	bool moved;
	bool approved;
	int64_t last_active_us;
	struct str locale;
	bool home_built, has_filters;
};
MUST struct err *token_find(struct call *c, struct str hash, struct token_owner *ret, bool *ret_found);
MUST struct err *token_seen(struct call *c, token_id id);     /* last_used_us, at most once an hour */
/* *ret_was: false where there is none of that hash and app (app none: any). */
MUST struct err *token_revoke(struct call *c, struct str hash, app_id app, token_id *ret_id, bool *ret_was);
MUST struct err *token_owner_app(struct call *c, struct str hash, app_id *ret, bool *ret_found);   /* revoked ones too */

/* What somebody has let in: those tokens that are not revoked, one row for each application (none: the command line) and set of scopes. */
struct app_use {
	app_id app;
	struct str name, website, scopes;
	int64_t created_us, last_used_us;     /* of the first and the one used last; 0: never used */
};
MUST struct err *tokens_by_app(struct call *c, account_id who, int max, struct app_use **ret, size_t *ret_n);
/* Revokes; *ret: those that were good until now. In a transaction. */
MUST struct err *tokens_revoke_app(struct call *c, account_id who, app_id app, token_id **ret, size_t *ret_n);
MUST struct err *tokens_revoke_all(struct call *c, account_id who, token_id **ret, size_t *ret_n);

struct oauth_code {
	struct str hash, scopes, redirect_uri, challenge;
	app_id app;
	account_id account;
	int64_t created_us;
};
MUST struct err *code_add(struct call *c, const struct oauth_code *k);
/* Uses it up: found once only. */
MUST struct err *code_take(struct call *c, struct str hash, struct oauth_code *ret, bool *ret_found);

/* Links in mails: purpose "confirm", "password" or "email" (the change to another address). */
MUST struct err *mail_token_add(struct call *c, struct str hash, account_id id, const char *purpose, struct str email);
/* Uses it up, where it is not older than made_after_us. */
MUST struct err *mail_token_take(struct call *c, struct str hash, const char *purpose, int64_t made_after_us, account_id *ret, struct str *ret_email,
				 bool *ret_found);
