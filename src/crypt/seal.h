/* crypt/seal.h: secrets at rest: private keys, TOTP seeds, the VAPID key. XChaCha20-Poly1305 under a key of the key file
 * (setting secret_key_file), the same on all nodes. Text form: "v1:<key id>:<base64 of nonce and ciphertext>". The purpose is
 * authenticated too, so that a sealed text moved to another column or row does not open there: name both, as "account 7 key".
 *
 * The file: one key a line, 32 bytes in base64; the first is the current one, later ones still open what they sealed. Empty
 * lines and lines that begin with '#' are skipped. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum { SEAL_KEYS_MAX = 16, SEAL_SECRET_MAX = 64 * 1024 };

struct seal_ring;

/* The ring lives in a, wiped when that ends; read-only after this, safe from any thread.
 * Fails: NOT_FOUND  there is no such file; INVALID  it may be read by others, belongs to somebody else, or line n is no key. */
MUST struct err *seal_ring_load(struct arena *a, const char *path, const struct seal_ring **ret);

/* Makes the file with one new key, mode 0600, on disk when this returns; whole or not at all, also where two processes try at
 * once. *ret_made: false where it already existed, which is no error. Fails: INTERNAL, with the system's reason. */
MUST struct err *seal_ring_create_file(struct arena *a, const char *path, bool *ret_made);

/* Fails: TOO_LARGE  the secret is longer than SEAL_SECRET_MAX. */
MUST struct err *seal(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str secret, struct str *ret);
/* The secret is wiped when a ends. Fails: INTERNAL  damaged, sealed for another purpose, or by a key that is not in the ring. */
MUST struct err *unseal(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str sealed, struct str *ret);
/* Whether a text was sealed by an earlier key than the current one, or is not in today's form. */
bool seal_needs_reseal(const struct seal_ring *ring, struct str sealed);
/* A keyed digest under the current key, as 64 hex digits: stands for an address or an e-mail in a row, where only equality matters. */
struct str seal_digest(struct arena *a, const struct seal_ring *ring, struct str purpose, struct str data);
