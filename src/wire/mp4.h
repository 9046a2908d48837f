/* wire/mp4.h: which tracks a film has, from a few pieces of its file: ISO base media (ISO 14496-12), as mp4 and mov are. The list of tracks
 * stands at the beginning or at the end, and says before each part how long it is; so the rest of the file need not be had. */
#pragma once
#include "base/str.h"

enum { MP4_PIECE_MIN = 64 };

struct mp4_tracks {
	int64_t at;               /* where in the file the next piece begins; 0 at first */
	int64_t end;              /* of the list of tracks; 0: not found yet */
	bool film, sound;
};
enum mp4_said {
	MP4_MORE,                 /* there is more to read, from ret->at on */
	MP4_DONE,                 /* film and sound say all that there is */
	MP4_BAD,                  /* it is no such file, or is broken */
};
/* piece: the file from ret->at on, MP4_PIECE_MIN bytes or all that is left of it. MORE always comes with a later `at`. */
enum mp4_said mp4_tracks_read(struct mp4_tracks *ret, struct str piece);
