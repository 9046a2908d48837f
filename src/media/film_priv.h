/* media/film_priv.h: steps of the work on a film or a sound, each a process of its own (mediad/film.h). */
#pragma once
#include "media/helper.h"

enum media__film_end {
	MEDIA__FILM_DONE,
	MEDIA__FILM_BAD,              /* the file is not what it should be, or it overstepped a limit */
	MEDIA__FILM_TIMED_OUT,
	MEDIA__FILM_NOT_NOW,          /* it could not start, or the server is about to stop */
};
/* step: "probe", "film", "sound", "still", "copy", "copysound"; demuxer as file_demuxer() names it. Blocks until it ends or until_us of
 * world_monotonic_us(). out_fd is emptied first. */
enum media__film_end media__film_step(struct helper *h, const char *step, const char *demuxer, int in_fd, int out_fd, int64_t until_us);

bool media__films_end(struct helper *h);
const char *media__ffmpeg_dir(const struct helper *h);
const char *media__helper_bin(const struct helper *h);
/* A scratch file that holds these bytes; closes with c's arena. Fails: LATER. */
MUST struct err *media__scratch_of(struct call *c, struct str bytes, int *ret_fd);
MUST struct err *media__append(struct call *c, int fd, struct str bytes);
