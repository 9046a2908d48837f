/* crypt/digest.h: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104). None of these fails. To compare with a secret use
 * str_eq_secret() of base/str.h. */
#pragma once
#include "base/arena.h"

enum { DIGEST_SHA256_SIZE = 32 };

void digest_sha256(struct str data, uint8_t ret[DIGEST_SHA256_SIZE]);
struct str digest_sha256_hex(struct arena *a, struct str data);      /* 64 lower-case digits */
struct str digest_sha256_base64(struct arena *a, struct str data);   /* 44 characters, as in "Digest: SHA-256=..." */
void digest_hmac_sha256(struct str key, struct str data, uint8_t ret[DIGEST_SHA256_SIZE]);

/* What is stored of an access token, an authorization code or a session id: 64 hex digits. The tokens themselves carry 256
 * random bits, so no salt and no slow hash is needed. */
struct str token_hash(struct arena *a, struct str token);
