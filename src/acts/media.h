/* acts/media.h: attachments: added once their files stand in storage, described, attached by acts/post.h, dropped. The files are
 * the business of the room media: what is said here to be gone, it drops. https://docs.joinmastodon.org/methods/media/ */
#pragma once
#include "base/call.h"
#include "model/status.h"

enum { MEDIA_DESCRIPTION_CHARS_MAX = 10000 };
/* What was uploaded and never attached is kept this long. */
#define MEDIA_LOOSE_KEPT_US US_PER_DAY

/* What a person may say of an attachment. */
struct media_words {
	struct str description;       /* none: unchanged; "": none any more */
	struct str focus;             /* "x,y", each within -1..1; none: unchanged */
};
/* Takes the words over into *m. Fails: INVALID  field errors. */
MUST struct err *acts_media_describe(struct call *c, const struct media_words *words, struct media *m);

/* Takes a preview over into *m where p names a file. */
void acts_media_take_preview(const struct media_preview *p, struct media *m);

/* Adds m's row, ready and loose; uploaded: the bytes as they came, for content_hash. Sets m's id, created_us and content_hash. */
MUST struct err *acts_media_add(struct call *c, struct str uploaded, struct media *m);
/* The same of a film or a sound, whose original stands in storage: it waits, and JOB_FILM is queued for due_us (0: now). */
MUST struct err *acts_media_add_film(struct call *c, struct str uploaded, int64_t due_us, struct media *m);
/* Writes what came of the conversion: m->state READY or FAILED. *ret_took: it was there and waiting. */
MUST struct err *acts_media_converted(struct call *c, const struct media *m, bool *ret_took);
/* Another server's film at that address makes no sound: it is a gifv from now on, and its post is shown anew, also to those who watch. */
MUST struct err *acts_media_silent(struct call *c, media_id id, struct str remote_url);
/* The original has been dropped from storage. */
MUST struct err *acts_media_original_gone(struct call *c, media_id id);
/* Changes the words of one of who's that no post has yet, and its preview where p names a file; *ret is as it then stands. The file of the
 * preview before belongs to nobody then. Fails: NOT_FOUND; INVALID. */
MUST struct err *acts_media_update(struct call *c, account_id who, media_id id, const struct media_words *words, const struct media_preview *p,
				   struct media *ret);
/* *ret names the files that belong to nobody now. Fails: NOT_FOUND; INVALID  it is attached to a post. */
MUST struct err *acts_media_delete(struct call *c, account_id who, media_id id, struct media *ret);
/* Drops the rows of at most max loose ones that nobody attached in MEDIA_LOOSE_KEPT_US: their files belong to nobody now. */
MUST struct err *acts_media_forget_loose(struct call *c, int max, struct media **ret, size_t *ret_n);
