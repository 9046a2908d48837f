/* wire/words.h: a text as the words by which it is found; the index of posts is made of these, and so is what is asked of it, so both
 * engines find the same (docs/decisions/0011-words-in-c.md).
 *
 * Words are runs of letters, marks and digits, folded as text_fold() does, Latin and Greek letters without their accents. Scripts that put
 * no blanks between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) and Korean are taken in pairs of neighbouring characters: what is
 * asked is found wherever its pairs stand in a row. No word holds a blank, a quote, a colon or '='. */
#pragma once
#include "base/arena.h"

enum { WORD_BYTES_MAX = 120, WORDS_PHRASES_MAX = 32 };        /* longer words are cut, at both ends of the search alike */

/* "hello wörld" is "hello world", "東京都" is "東京 京都 東 京 都": words by blanks, at most max of them, single characters of pairs last. */
struct str words_of(struct arena *a, struct str text, size_t max);
/* What somebody asks for as one: phrases whose words must stand in a row, of which each must be found; at most WORDS_PHRASES_MAX. "e-mail" is
 * "e mail", "東京都" is "東京 京都", "東" is itself, "SQLite入門" is two. None where there is no word in it. */
size_t words_asked(struct arena *a, struct str text, struct str **ret);
