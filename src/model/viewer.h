/* model/viewer.h: for whom something is read. Every read names one. */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

enum viewer_kind {
	VIEWER_PUBLIC,        /* nobody in particular: sees what is public and unlisted */
	VIEWER_PERSON,        /* a local account */
	VIEWER_REMOTE,        /* another server: what is public, and what its people are meant to get */
};

struct viewer {
	enum viewer_kind kind;
	account_id account;       /* PERSON */
	struct str domain;        /* REMOTE */
	struct str scopes;        /* of the token; none without one */
	token_id token;
	app_id app;               /* of the token, for PERSON and for application tokens */
	enum role role;
	/* What the look-up of the token saw on its way, true for this request and not longer; false says nothing. */
	bool home_built, no_filters;
};

#define VIEWER_ANYBODY ((struct viewer){ .kind = VIEWER_PUBLIC })
