/* mediad/png.h: PNG files without the texts in them (PNG 1.2, 4.2.3: tEXt, zTXt, iTXt). Nobody is shown these, and a compressed one of some bytes
 * unpacks to megabytes, thousands of times in a file; the loader would read them all. Pure; no libvips. */
#pragma once
#include <stddef.h>

/* Takes them out of the n bytes of a file, in place, and says how many are left. What is no chunk ends it: all from there on stays as it is,
 * for the loader to judge. */
size_t png_without_texts(unsigned char *p, size_t n);
