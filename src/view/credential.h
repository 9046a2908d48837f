/* view/credential.h: what somebody sees of their own account: CredentialAccount, Profile, Preferences.
 * https://docs.joinmastodon.org/entities/Account/#CredentialAccount */
#pragma once
#include "base/call.h"
#include "model/ids.h"

MUST struct err *view_credential_json(struct call *c, account_id me, struct str *ret_json);
MUST struct err *view_profile_json(struct call *c, account_id me, struct str *ret_json);
MUST struct err *view_preferences_json(struct call *c, account_id me, struct str *ret_json);
