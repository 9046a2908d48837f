/* wire/charset.h: pages in the encodings of their time, made UTF-8. */
#pragma once
#include "base/arena.h"

/* bytes, which their sender says are in `charset` (a name such as "shift_jis"; none: not said), as valid UTF-8 without NUL. What is valid
 * UTF-8 is taken for it, whatever was said; an unknown name is taken for windows-1252; what cannot be read becomes U+FFFD or is
 * left out. At most max bytes come out. */
struct str charset_to_utf8(struct arena *a, struct str bytes, struct str charset, size_t max);
