/* fed/sign.h: signing what leaves: draft-cavage-http-signatures-12 with RSA and SHA-256, as every server of the fediverse reads it. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* Somebody of ours who signs, with the private key opened; lives in the call's arena. */
struct fed_signer {
	struct str key_uri, private_pem;
};
/* Fails: NOT_FOUND  it has no key; INTERNAL  the key cannot be unsealed. */
MUST struct err *fed_signer_get(struct call *c, account_id who, struct fed_signer *ret);
MUST struct err *fed_signer_instance(struct call *c, struct fed_signer *ret);

enum { FED_HEADERS_MAX = 8 };
/* The headers of a signed request, "Name: value" and NULL at the end: Date, Signature, and for a body Digest and Content-Type; or else
 * Accept. Fails: INVALID  the address is none. */
MUST struct err *fed_sign(struct call *c, const struct fed_signer *who, struct str url, struct str body, const char *ret[FED_HEADERS_MAX]);

#define FED_ACCEPT "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""
