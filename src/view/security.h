/* view/security.h: who may act as somebody: the browsers and the applications that they let in, for the pages of their settings. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { SESSIONS_SHOWN_MAX = 100, APPS_SHOWN_MAX = 200 };

struct session_view {
	int64_t id;
	struct str user_agent;        /* none: not known */
	int64_t created_us, seen_us;
	bool here;                    /* the one that asks */
	bool same_network;            /* as the one that asks; which, is not kept */
};
/* Seen since then, the one that asks first, then the last one seen. */
MUST struct err *view_sessions(struct call *c, account_id who, int64_t here, int64_t since_us, struct session_view **ret, size_t *ret_n);

struct app_use_view {
	app_id app;                   /* none: tokens made on the command line */
	struct str name, website;
	struct str scopes;            /* of all its tokens, each once */
	int64_t created_us, used_us;  /* the first token; the last use, 0: never */
};
/* The application let in last goes first. */
MUST struct err *view_apps_of(struct call *c, account_id who, struct app_use_view **ret, size_t *ret_n);

enum { PASSKEYS_SHOWN_MAX = 50 };
struct passkey_view {
	int64_t id;
	struct str name, credential;
	int64_t created_us, used_us;  /* used_us 0: never */
};
/* In the order they were made. */
MUST struct err *view_passkeys(struct call *c, account_id who, struct passkey_view **ret, size_t *ret_n);

/* How somebody signs in. */
struct security_view {
	struct str username, email;
	struct str new_email;         /* wanted, and not confirmed yet; none */
	bool totp;                    /* signing in takes a code of an app */
	int64_t recovery_codes;       /* that are left */
};
MUST struct err *view_security(struct call *c, account_id who, struct security_view *ret);
