/* wire/text_priv.h: kinds of characters, for the scanner and the folder. */
#pragma once
#include "wire/text.h"

bool text__is_word(uint32_t c);           /* letters, marks, decimal digits, connectors such as '_' */
bool text__is_letter(uint32_t c);         /* and marks */
bool text__is_separator(uint32_t c);      /* may stand inside a hashtag: middle dots, the zero-width non-joiner */
bool text__is_space(uint32_t c);
struct str text__utf8(struct arena *a, struct str s); /* malformed bytes and NUL become U+FFFD */
char text__unaccented(uint32_t c);        /* the ASCII letter of a small accented one from U+00E0 to U+017F; 0 where there is none */
