/* media/film.h: films and sounds: looked at as they are uploaded, converted afterwards by a job, with ffmpeg in a cage (mediad/film.h).
 *
 *   uploaded --film_take()--> WAITING --JOB_FILM--> READY  (mp4 or mp3 and a preview stand in storage, the original is dropped)
 *                                            \----> FAILED (nothing stands in storage)
 *
 * What makes no sound is a gifv, as with Mastodon, and so is what was a GIF.
 * A crash anywhere loses nothing and leaves nothing: the names in storage are in the row before anything stands under them, and the
 * job, which can run any number of times, ends only after the original is gone. */
#pragma once
#include "base/call.h"
#include "media/types.h"
#include "model/status.h"

/* Is it what film_take() wants: by its first bytes a film or a sound, or a GIF that moves, where this server can make a film of it? */
bool film_is(struct call *c, struct str uploaded);
/* Judges it and keeps it, WAITING; m brings its account, words and perhaps a preview, and leaves with all the row has. JOB_FILM is due at
 * due_us (0: now). Fails: INVALID  it is no film and no sound, is too large in bytes, pixels or frames, or this server takes none; LATER. */
MUST struct err *film_take(struct call *c, struct str uploaded, int64_t due_us, struct media *m);
enum film_patience {
	FILM_WAITING,                 /* somebody waits for the answer; what does not come in time is left to the job */
	FILM_JOB,                     /* what takes all the time there is has failed; what cannot be done now is for a later try */
	FILM_LAST,                    /* nothing is for later */
};
/* Converts it if it waits; *ret is as it then stands. Takes at most until c->deadline_us.
 * Fails: NOT_FOUND  it is gone; LATER  it waits still. */
MUST struct err *film_convert(struct call *c, media_id id, enum film_patience patience, struct media *ret);
/* Makes a film of another server's picture, of which key is our copy, and stores it: m->file, its size, type and times.
 * Fails: INVALID  it is no GIF that moves, or is too much to convert; LATER. */
MUST struct err *film_of_gif(struct call *c, struct str key, struct media *m);
/* The first picture of a film, of which `piece` is the beginning; a JPEG, which has been looked at by nobody yet.
 * Fails: INVALID  it is no film, or none whose beginning is enough; LATER. */
MUST struct err *film_frame(struct call *c, struct str piece, struct str *ret);
/* Stores another server's film or sound, of which fd is all: what it holds, as it is, in a container of ours, without its tags; what browsers play
 * in no such container, like a FLAC, becomes an mp3.
 * Fails: INVALID  it is none, or cannot be put there in half a minute; LATER. */
MUST struct err *film_pass_on(struct call *c, int fd, struct str *ret_file, enum file_type *ret_type, int64_t *ret_bytes);
/* Drops all that a row may have in storage: of films, sounds and pictures alike. */
void film_drop_files(struct call *c, const struct media *m);
