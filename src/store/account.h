/* store/account.h: rows of accounts, their counters and keys. Lists are loaded whole, by a set of ids, in one query. */
#pragma once
#include "base/map.h"
#include "model/account.h"
#include "store/store.h"

/* By ids: *ret_by_id maps id.v -> struct account *; unknown ids are not in it. At most 320 ids. */
MUST struct err *accounts_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
/* The same, but of each only id, domain, version, silenced_us, suspended_us, deleted_us, moved_to_id and the counters: for whoever has the
 * rest rendered. */
MUST struct err *accounts_marks(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id);
/* One: NULL where there is none. Deleted and suspended ones are returned too: the rules judge them. */
MUST struct err *account_find(struct call *c, account_id id, struct account **ret);
/* domain "" for ours. Both are compared folded: pass username_key = text folded, domain = normalized. */
MUST struct err *account_find_handle(struct call *c, struct str username_key, struct str domain, struct account **ret);
MUST struct err *account_find_uri(struct call *c, struct str uri, struct account **ret);
/* Among these URIs, those known: map uri -> struct account *. */
MUST struct err *accounts_by_uris(struct call *c, const struct str *uris, size_t n, struct map **ret_by_uri);

/* In a transaction. The keys are folded texts that wire makes (username_key, display_key); CONFLICT: handle or URI taken. */
MUST struct err *account_add(struct call *c, const struct account *a, struct str username_key, struct str display_key);
/* Writes every column but id, username, domain, uri, created_us, silenced_us and suspended_us; raises version. */
MUST struct err *account_put(struct call *c, const struct account *a, struct str display_key);
/* What moderators say of this one account. What is read is that, or else what its server is under (store/server_block.h). */
MUST struct err *account_standing_put(struct call *c, account_id id, int64_t silenced_us, int64_t suspended_us);
/* In a transaction: the fields (raises version), and when their links are looked at again. */
MUST struct err *account_fields_put(struct call *c, account_id id, struct str fields);
MUST struct err *account_links_due_put(struct call *c, account_id id, int64_t due_us);
MUST struct err *accounts_links_delay(struct call *c, const int64_t *ids, size_t n, int64_t due_us);
/* Accounts whose links are due, longest due first. */
MUST struct err *accounts_links_due(struct call *c, int64_t now_us, int max, int64_t **ret, size_t *ret_n);
MUST struct err *account_touch(struct call *c, account_id id);        /* raises version: rendered copies are stale */

/* Its handle is another's now: frees it, under a name that nobody can ask for. */
MUST struct err *account_release_handle(struct call *c, account_id id);

/* Adds to counters (may be negative; they never go below 0). last_status_us 0: unchanged. */
MUST struct err *account_count(struct call *c, account_id id, int64_t statuses, int64_t followers, int64_t following, int64_t last_status_us);

/* Keys of an account: ours are sealed rows, others' are public only. */
struct account_key {
	int64_t id;
	account_id account;
	struct str uri;
	enum key_algorithm algorithm;
	struct str public_pem, private_sealed;
	int64_t created_us;
	int64_t retired_us;       /* of ours: nothing is signed with it; it is shown until then. 0: in use */
};
MUST struct err *account_key_add(struct call *c, const struct account_key *k);        /* in a transaction */
MUST struct err *account_key_find_uri(struct call *c, struct str uri, struct account_key *ret, bool *ret_found);
/* The same with whose it is. */
MUST struct err *account_key_find_owned(struct call *c, struct str uri, struct account_key *ret, struct account **ret_owner, bool *ret_found);
/* Those that are in use or still shown, oldest first. */
MUST struct err *account_keys(struct call *c, account_id id, struct account_key **ret, size_t *ret_n);
/* What of ours is in use is signed with no more and shown until then; its private part is gone. In a transaction. */
MUST struct err *account_keys_retire(struct call *c, account_id id, int64_t until_us);
MUST struct err *account_keys_drop_retired(struct call *c, int64_t *ret_n);
/* Accounts of ours after that one, lowest first: all with keys, or those of them that lack an Ed25519 key. */
struct key_owner {
	account_id id;
	struct str uri;
};
MUST struct err *account_key_owners(struct call *c, account_id after, int max, struct key_owner **ret, size_t *ret_n);
MUST struct err *account_keys_missing(struct call *c, account_id after, int max, struct key_owner **ret, size_t *ret_n);
/* Makes the keys of a remote account exactly these. In a transaction. */
MUST struct err *account_keys_replace(struct call *c, account_id id, const struct account_key *k, size_t n);

/* Our own keys after that id, oldest first; and one of them with its private part sealed anew (nothing, where it is no longer as in k). */
MUST struct err *account_keys_sealed(struct call *c, int64_t after_id, int max, struct account_key **ret, size_t *ret_n);
MUST struct err *account_key_reseal(struct call *c, const struct account_key *k, struct str sealed);

/* The instance actor: a local account of type Application whose username is the instance's; made at the first start. */
/* Of anybody of that domain; none: nobody is known. */
MUST struct err *account_uri_of_domain(struct call *c, struct str domain, struct str *ret);
MUST struct err *instance_actor_id(struct call *c, account_id *ret);  /* from meta "instance_actor" */
