/* acts/remote_account.h: people of other servers, as their actor documents say they are. fed reads and judges the document
 * (its id, its handle, its HTML); here it becomes rows. */
#pragma once
#include "base/call.h"
#include "model/account.h"

enum { REMOTE_KEYS_MAX = 10 };

struct remote_key {
	struct str uri, public_pem;
	enum key_algorithm algorithm;
};

struct remote_account {
	/* Of a: uri, username, domain, url, actor_type, the collections, display_name, note, fields, emojis, pictures, flags,
	 * also_known_as, created_us are read. HTML is sanitized. */
	struct account a;
	struct str moved_to_uri, featured_tags_uri;       /* none: not said */
	const struct remote_key *keys;
	size_t keys_n;
};
/* Makes the account, or brings it up to date where its URI is known; a handle that another URI held moves here. Keys become
 * exactly these. Fails: GONE  it was deleted here. */
MUST struct err *acts_remote_account_put(struct call *c, const struct remote_account *in, account_id *ret);

/* It is gone over there: its posts, follows and keys go; a row of it stays, so that it does not come back by itself. Posts are
 * removed a batch at a time. Twice it changes nothing. */
MUST struct err *acts_remote_account_gone(struct call *c, account_id id);
