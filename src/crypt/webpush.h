/* crypt/webpush.h: sealing and signing of Web Push messages: RFC 8291 (aes128gcm) and, for subscriptions made without
 * "standard", draft-ietf-webpush-encryption-04 (aesgcm); VAPID, RFC 8292. Sends nothing. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

/* So that the sealed message fits one record of 4096 bytes, which every push service takes. */
enum { WEBPUSH_PAYLOAD_MAX = 3993 };

/* The server's VAPID key pair (P-256). */
struct webpush_keys {
	struct str public_key;    /* the uncompressed point in base64url, as clients want it: 87 characters */
	struct str private_key;   /* 32 bytes in base64url. Seal it before storing */
};
/* Fails: INTERNAL. */
MUST struct err *webpush_keys_create(struct arena *a, struct webpush_keys *ret);

/* Where to: a subscription's keys as the client gave them, base64url with or without padding. */
struct webpush_to {
	struct str p256dh, auth;
	bool standard;            /* RFC 8291; otherwise the draft that older clients expect */
};
/* Whether p256dh is a point on P-256 and auth 16 bytes. */
bool webpush_to_ok(const struct webpush_to *to);

struct webpush_sealed {
	struct str body;
	struct str content_encoding;      /* "aes128gcm" or "aesgcm" */
	struct str encryption;            /* the header Encryption; none where standard */
	struct str crypto_key;            /* "dh=...", to which webpush_vapid() adds; none where standard */
};
/* Fails: INVALID  the subscription's keys; TOO_LARGE  the payload; INTERNAL. */
MUST struct err *webpush_seal(struct arena *a, const struct webpush_to *to, struct str payload, struct webpush_sealed *ret);

/* Whose message it is. */
struct webpush_claim {
	struct str audience;      /* the endpoint's origin: "https://push.example" */
	struct str subject;       /* "mailto:..." or "https://..." */
	int64_t expires_s;        /* since 1970; at most 24 hours ahead, says RFC 8292 */
};
/* Fills *ret_authorization, and for older subscriptions completes sealed->crypto_key.
 * Fails: INVALID  keys or claim; INTERNAL. */
MUST struct err *webpush_vapid(struct arena *a, const struct webpush_keys *keys, const struct webpush_claim *claim, struct webpush_sealed *sealed,
			       struct str *ret_authorization);
