/* fed/verify.h: who signed a request. Both dialects are read: draft-cavage-http-signatures-12 and RFC 9421. Cheapest refusal first: form,
 * time window, what is covered, digest; then the key, from the database or (on lane KEY) from its server; then the signature. */
#pragma once
#include "gate/endpoint.h"
#include "model/account.h"
#include "model/dialect.h"

struct fed_signed_by {
	struct account *account;
	struct str key_uri;
	enum dialect dialect;
	struct str signature;     /* its bytes */
};

bool fed_is_signed(const struct req *r);
/* Before anything else is done with a signed request: is it signed by a server that is suspended here? FORBIDDEN, as Mastodon answers. It is
 * not known yet whether it really is by that server, but neither does it matter. */
MUST struct err *fed_refuse_suspended(struct call *c, const struct req *r);
/* The part that needs no key: may be called before fed_verify() to refuse early.
 * Fails: UNAUTHORIZED  unsigned, stale, or it does not cover what it must; BAD_REQUEST  it cannot be read. */
MUST struct err *fed_verify_form(struct call *c, const struct req *r);
/* *ret_again: the key has to be fetched, and r->out says that this is to be run once more on lane KEY; return at once.
 * Fails: as above; UNAUTHORIZED  the signature does not hold; REMOTE  the key could not be fetched; GONE  its owner is. */
MUST struct err *fed_verify(struct call *c, struct req *r, struct fed_signed_by *ret, bool *ret_again);
