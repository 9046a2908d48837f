/* crypt/webauthn.h: passkeys: what browsers bring from an authenticator (Web Authentication Level 3, sections 7.1 and 7.2), checked with
 * OpenSSL. Attestation is not asked for ("none"), so a key is as true as the form it came with, and is taken as browsers hand it out
 * (SubjectPublicKeyInfo, from getPublicKey()); no CBOR is read. Keys: P-256, Ed25519, RSA of 2048 to 4096 bits.
 *
 * All texts are base64url, as the page's script sends them. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { WEBAUTHN_CREDENTIAL_MAX = 1023, WEBAUTHN_KEY_MAX = 1024 };

struct webauthn_site {
	struct str host;              /* the relying party's id: "howdah.example" */
	struct str origin;            /* "https://howdah.example" */
};
struct webauthn_made {
	struct str credential;        /* its id */
	struct str public_key;
	int64_t sign_count;
};
/* The challenge of a reply, as it was given to the page (the bytes, not their base64url); none where there is none to be read. */
struct str webauthn_challenge(struct arena *a, struct str client_data);
/* A new passkey. The challenge is the caller's to judge. Fails: INVALID, saying what does not fit. */
MUST struct err *webauthn_check_new(struct arena *a, const struct webauthn_site *site, struct str client_data, struct str authenticator_data,
				    struct str public_key, struct webauthn_made *ret);
/* A use of one: by somebody whom the authenticator has verified (a PIN, a finger). *ret_count: its counter, 0 where it has none.
 * Fails: INVALID  it does not fit, or the signature is not that key's. */
MUST struct err *webauthn_check_use(struct arena *a, const struct webauthn_site *site, struct str client_data, struct str authenticator_data,
				    struct str signature, struct str public_key, int64_t *ret_count);
