/* fed/sign.h: signing what leaves, with RSA and SHA-256: in draft-cavage-http-signatures-12, which every server of the fediverse reads,
 * or as RFC 9421 says (docs/decisions/0014). */
#pragma once
#include "base/call.h"
#include "model/dialect.h"
#include "model/ids.h"

/* Somebody of ours who signs, with the private key opened; lives in the call's arena. */
struct fed_signer {
	struct str key_uri, private_pem;
};
/* Fails: NOT_FOUND  it has no key; INTERNAL  the key cannot be unsealed. */
MUST struct err *fed_signer_get(struct call *c, account_id who, struct fed_signer *ret);
/* The same of a key that was read already. */
MUST struct err *fed_signer_open(struct call *c, account_id who, struct str key_uri, struct str key_sealed, struct fed_signer *ret);
MUST struct err *fed_signer_instance(struct call *c, struct fed_signer *ret);

enum { FED_HEADERS_MAX = 8 };
/* The headers of a signed request, "Name: value" and NULL at the end: Date, Signature, Signature-Input (RFC 9421), and for a body its
 * digest and Content-Type; or else Accept. In the draft's dialect unless RFC 9421 is asked for. Fails: INVALID  the address is none. */
MUST struct err *fed_sign(struct call *c, const struct fed_signer *who, enum dialect dialect, struct str url, struct str body,
			  const char *ret[FED_HEADERS_MAX]);

/* One more header, which is not signed, where there is room: whoever reads it believes nothing of it without asking. None: none. */
void fed_header_add(struct call *c, const char *headers[FED_HEADERS_MAX], struct str line);

/* What is known of a host decides which dialect is tried first; 400 and 401 are taken to mean that the other is worth a try. */
enum dialect fed_dialect_first(enum dialect known);
enum dialect fed_dialect_other(enum dialect first);
bool fed_dialect_refused(int status);

#define FED_ACCEPT "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""
