/* acts/language.h: which language a post is said to be in. */
#pragma once
#include "base/str.h"

/* The code in its one form ("en", "zh-TW") where it is one that clients offer: ISO 639-1, and what of 639-3 and of regions they know.
 * Else none. */
struct str acts_language(struct str code);
