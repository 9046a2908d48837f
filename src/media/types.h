/* media/types.h: which types of file are served, by extension and by first bytes. What has no row in types.def is not served.
 * Compiled into howdah-media as well, so that both sides of the wall read the same table. */
#pragma once
#include "base/str.h"

enum file_type {
#define FILE_TYPE(KIND, ext, mime) FILE_##KIND,
#include "media/types.def"
	FILE_TYPES
};

enum { FILE_HEAD = 16 };     /* bytes that file_type_sniff() wants to see; fewer only where the file is shorter */

const char *file_type_ext(enum file_type t);                /* "jpg" */
const char *file_type_mime(enum file_type t);               /* "image/jpeg" */
/* The type a stored name's extension stands for ("ab/cd/0123.jpg"); false where it is none of ours: answer 404. */
bool file_type_by_name(struct str name, enum file_type *ret);
/* HEIC or AVIF, which are let in as pictures though none is stored. */
bool file_is_heif(struct str head);
/* Is it a GIF of more than one picture? whole: all its bytes. */
bool file_gif_moves(struct str whole);
/* The name of ffmpeg's demuxer for a film, a sound or a GIF that is let in; NULL where it is none. */
const char *file_demuxer(struct str head);
/* The type whose magic the first bytes of a file carry; false where it is none of ours. */
bool file_type_sniff(struct str head, enum file_type *ret);
