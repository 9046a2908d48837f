#include "mediad/png.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SIGNATURE = 8, FRAME = 12 };       /* a chunk's length, type and checksum */

static bool is_text(const unsigned char *type)
{
	return memcmp(type, "tEXt", 4) == 0 || memcmp(type, "zTXt", 4) == 0 || memcmp(type, "iTXt", 4) == 0;
}

size_t png_without_texts(unsigned char *p, size_t n)
{
	size_t from = SIGNATURE, to = SIGNATURE;

	while (n >= FRAME && from <= n - FRAME) {
		const unsigned char *at = p + from;
		size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];

		if (length > n - FRAME - from)
			break;
		length += FRAME;
		if (!is_text(at + 4)) {
			memmove(p + to, p + from, length);
			to += length;
		}
		from += length;
	}
	if (from >= n)
		return from > n ? n : to;
	memmove(p + to, p + from, n - from);
	return to + (n - from);
}
