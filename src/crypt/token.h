/* crypt/token.h: what is handed out and must not be guessed or forged. Access tokens, codes and session ids are stored as
 * token_hash() (crypt/digest.h). */
#pragma once
#include "base/call.h"

struct seal_ring;

enum { TOKEN_SIZE = 43 };
/* 256 random bits as 43 characters of base64url, from the call's randomness. (In hex: call_random_hex() of base.) */
struct str token_random(struct call *c);

/* PKCE, RFC 7636, method S256: whether the verifier (43 to 128 unreserved characters) belongs to the challenge. */
bool token_pkce_ok(struct str verifier, struct str challenge);
/* Whether a challenge has the form of S256's: 43 characters of base64url. */
bool token_pkce_is_challenge(struct str challenge);

/* A form's token, bound to the session and to what the form is for: HMAC(session token, purpose). */
struct str token_csrf(struct arena *a, struct str session_token, struct str purpose);
bool token_csrf_ok(struct str session_token, struct str purpose, struct str given);

/* A value signed with the ring and readable by its holder, good until expires_us: addresses in mails, forms before sign-in.
 * Tied to its purpose; safe in a URL. Anyone who holds it may use it as often as they like until it expires. */
enum token_state { TOKEN_GOOD, TOKEN_EXPIRED, TOKEN_FORGED };
enum { TOKEN_VALUE_MAX = 4096 };
/* The value is at most TOKEN_VALUE_MAX bytes, which is the caller's to see to. */
struct str token_sign(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str value, int64_t expires_us);
/* *ret_value is set where it is GOOD. */
enum token_state token_open(struct call *c, const struct seal_ring *ring, struct str purpose, struct str token, struct str *ret_value);
