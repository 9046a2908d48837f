/* model/scope.h: OAuth scopes, hierarchical by prefix: "read" covers "read:statuses"; "follow" (deprecated) covers reading and
 * writing of blocks, follows and mutes. https://docs.joinmastodon.org/api/oauth-scopes/ */
#pragma once
#include "base/str.h"

/* Sets are texts, words separated by spaces. */
bool scope_known(struct str scope);
bool scopes_known(struct str set);                            /* every word is known, and there is at least one */
bool scopes_subset(struct str set, struct str of);            /* every word of set is covered by `of` */
bool scopes_allow(struct str set, struct str want);           /* one wanted scope is covered by the set */
/* One wanted scope or several alternatives separated by '|': "read:accounts|profile". */
bool scopes_allow_any(struct str set, struct str alternatives);
extern const char *const scope_names[];                       /* all of them, NULL-terminated, for the metadata document */
