/* wire/base64.h: bytes as text (RFC 4648): base64, base64url and hexadecimal. Decoding is strict: no blanks, no stray bits,
 * padding exactly where it belongs; so that one value has one text. */
#pragma once
#include "base/arena.h"

struct str base64_encode(struct arena *a, struct str bytes);          /* with padding */
struct str base64url_encode(struct arena *a, struct str bytes);       /* without padding */
bool base64_decode(struct arena *a, struct str text, struct str *ret);
bool base64url_decode(struct arena *a, struct str text, struct str *ret); /* padding may be there or not */

struct str hex_encode(struct arena *a, struct str bytes);             /* lower case */
bool hex_decode(struct arena *a, struct str text, struct str *ret);   /* either case */
