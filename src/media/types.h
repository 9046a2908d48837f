/* media/types.h: which types of file are served, by extension and by first bytes. What has no row in types.def is not served.
 * Compiled into howdah-media as well, so that both sides of the wall read the same table. */
#pragma once
#include "base/str.h"

enum media_type {
#define MEDIA_TYPE(KIND, ext, mime) MEDIA_##KIND,
#include "media/types.def"
	MEDIA_TYPES
};

enum { MEDIA_HEAD = 16 };     /* bytes that media_type_sniff() wants to see; fewer only where the file is shorter */

const char *media_type_ext(enum media_type t);                /* "jpg" */
const char *media_type_mime(enum media_type t);               /* "image/jpeg" */
/* The type a stored name's extension stands for ("ab/cd/0123.jpg"); false where it is none of ours: answer 404. */
bool media_type_by_name(struct str name, enum media_type *ret);
/* The type whose magic the first bytes of a file carry; false where it is none of ours. */
bool media_type_sniff(struct str head, enum media_type *ret);
