/* web/assets.h: the files of static/, embedded at build time by tools/embed_files.py. */
#pragma once
#include <stddef.h>

struct asset {
	const char *name;
	const unsigned char *data;
	size_t size;
	const char *etag;             /* quoted; changes with the content */
};
extern const struct asset web_assets[];       /* ends with a row without a name */
