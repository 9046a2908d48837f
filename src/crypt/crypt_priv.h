/* crypt/crypt_priv.h: what the files of this room share: getting the libraries ready, memory for secrets, errors
 * with OpenSSL's reason, and hooks that let the tests of known vectors choose what is random otherwise. */
#pragma once
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/err.h"

struct seal_ring;
struct webpush_to;
struct webpush_sealed;

void crypt__ready(void);                                      /* once a process, from any thread */
const EVP_MD *crypt__sha256(void);                            /* fetched once: a fetch costs more than a short digest */

void *crypt__alloc_secret(struct arena *a, size_t n);        /* wiped when the arena ends */
/* An error that ends with OpenSSL's reason, whose queue it empties. */
struct err *crypt__fail(struct arena *a, enum err_code code, const char *what);

/* HMAC-SHA-256 under a key derived from the ring's key `id` (none: the current one), kept apart from sealing. *ret_id is the
 * id of the key that was used. False: no such key. */
bool seal__mac(const struct seal_ring *ring, struct str id, struct str data, uint8_t ret[32], struct str *ret_id);

struct webpush__sender {
	struct str public_key, private_key;   /* 65 and 32 bytes */
	struct str salt;                      /* 16 bytes */
};
MUST struct err *webpush__seal_with(struct arena *a, const struct webpush_to *to, const struct webpush__sender *from, struct str payload,
				    struct webpush_sealed *ret);
