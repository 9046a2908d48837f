/* mediad/blurhash.h: a picture's blur in 36 letters (https://github.com/woltapp/blurhash, Algorithm.md), 4 by 4 components. */
#pragma once
#include <stddef.h>

enum { BLURHASH_LENGTH = 36 };

/* rgb: width * height pixels of three bytes, sRGB, rows without gaps. Small pictures (64 on a side) give the same letters as large ones.
 * ret holds BLURHASH_LENGTH letters and a NUL. */
void blurhash_encode(const unsigned char *rgb, int width, int height, char ret[BLURHASH_LENGTH + 1]);
