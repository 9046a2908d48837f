/* view/account.h: accounts as the client API shows them. https://docs.joinmastodon.org/entities/Account/ */
#pragma once
#include "base/call.h"
#include "base/map.h"
#include "model/account.h"
#include "model/viewer.h"
#include "wire/json.h"

/* A set of accounts with what their JSON needs (those they moved to). */
struct account_page {
	struct map *by_id;        /* id.v -> struct account * */
	struct map *texts;        /* id.v -> struct str *: rendered already; such an account is no more than accounts_marks() knows. Or NULL */
	account_id viewer;        /* none: anybody */
	struct map *relations;    /* id.v -> struct relation *: what the viewer is to those whose consent depends on it; NULL where there are none */
};
/* For viewer (none: anybody), who may be let do with them what others may not. */
MUST struct err *view_accounts_load(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct account_page *ret);
/* For pages that only write them: who is in the render cache is not read again. */
MUST struct err *view_accounts_load_rendered(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct account_page *ret);
/* NULL where there is none, or it is deleted. Suspended ones are there, and written emptied. */
const struct account *view_account_of(const struct account_page *p, account_id id);
/* The Account entity; writes null where the account is not in the page. */
void view_account_write(struct call *c, const struct account_page *p, account_id id, struct jw *w);

/* One, for GET /accounts/:id and lookup. NOT_FOUND: unknown or deleted, or not let in yet. */
MUST struct err *view_account_json(struct call *c, account_id viewer, account_id id, struct str *ret_json);
/* By "name" or "name@host", folded and normalized here; NOT_FOUND: not known here (nothing is fetched). */
MUST struct err *view_account_lookup(struct call *c, struct str acct, struct account **ret);

/* "alice" or "bob@example.org". */
struct str view_acct(struct arena *a, const struct account *acc);
/* Addresses of pictures; never none ("missing.png" stands where there is none). */
struct str view_avatar_url(struct call *c, const struct account *a);
struct str view_avatar_still_url(struct call *c, const struct account *a);   /* of one that moves */
struct str view_header_url(struct call *c, const struct account *a);
/* "<base_url>/media/<file>" */
struct str view_media_url(struct call *c, struct str file);
