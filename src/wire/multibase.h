/* wire/multibase.h: bytes as text that says how it is written (draft-multiformats-multibase), as in Multikeys and integrity proofs:
 * 'z' and base58 in Bitcoin's alphabet, which is what is written; 'u' and base64url is read too. */
#pragma once
#include "base/arena.h"

enum { MULTIBASE_BYTES_MAX = 1200 };      /* an RSA key of 8192 bits; base58 takes the square of its length */

struct str multibase_encode(struct arena *a, struct str bytes);       /* none where there are more than MULTIBASE_BYTES_MAX */
bool multibase_decode(struct arena *a, struct str text, struct str *ret);
