/* media/helper.h: the server's side of howdah-media, the process that decodes strangers' pictures (mediad/README.md). Processes start
 * at the first job, leave by themselves when idle, and are killed and replaced when they overstep.
 *
 * Shared by all threads; guarded inside. At most `processes` jobs run and `waiting_max` wait; more are told BUSY at once. */
#pragma once
#include "base/call.h"
#include "media/types.h"

struct helper;

struct helper_how {
	struct str bin;               /* none: HOWDAH_MEDIA_BIN, else howdah-media beside this program, else where a build tree has it */
	int processes;                /* 0: 1 */
	int waiting_max;              /* 0: 16 */
	int idle_s;                   /* 0: 60; how long an unused process stays */
	struct str ffmpeg_dir;        /* none: where a system has it */
};

/* Starts no process yet, so it cannot fail. Lives in a. */
struct helper *helper_start(struct arena *a, const struct helper_how *how);
/* Waits for jobs under way (each is bounded), ends the processes. Jobs asked for afterwards get LATER. */
void helper_stop(struct helper *h);
/* Ends the conversions under way, which are begun anew at the next start; later ones get LATER. For a server that is about to stop. */
void helper_films_end(struct helper *h);
/* Whether ffmpeg is there, so that films and sounds can be taken. */
bool helper_has_films(const struct helper *h);

enum helper_purpose {
	HELPER_ATTACHMENT,            /* 8,294,400 px, preview of 230,400 px */
	HELPER_AVATAR,                /* 400x400, cropped to fill */
	HELPER_HEADER,                /* 1500x500, cropped to fill */
	HELPER_EMOJI,                 /* 262,144 px, 256 kB */
	HELPER_REMOTE,                /* another server's attachment: 8,294,400 px, no preview */
	HELPER_CARD,                  /* the picture of a preview card: 230,400 px */
	HELPER_PURPOSES
};

/* Descriptors stay the caller's; read and written from their start. The input must be a regular file. */
struct helper_job {
	enum helper_purpose purpose;
	int in_fd;
	int out_fd;                   /* emptied first; after an error its content is rubbish */
	int preview_fd;               /* attachments: the preview; others: a still picture, written only where the output moves */
	int64_t timeout_ms;           /* 0: 30000; of the work, beside waiting for a free process as long again */
};

struct helper_result {
	enum file_type type, preview_type;
	int width, height;
	int preview_width, preview_height; /* 0: no preview was written */
	int64_t size, preview_size;   /* bytes */
	bool animated;
	struct str blurhash;
};

/* Makes of any JPEG, PNG, GIF, WebP, HEIC or AVIF a JPEG, PNG, GIF or WebP of ours: upright, sRGB, without metadata, within its
 * purpose's bounds. What moves stays a GIF, or, as an emoji, a WebP. Blocks; honours c->deadline_us.
 * Fails: INVALID  the file is none of these, is damaged, too large in pixels or too long; or it made the helper crash, overstep its
 *                 walls or its time. Texts are for users;
 *        BUSY     too many wait;  LATER  the helper cannot be started, no process came free in time, or the disk is full. */
MUST struct err *helper_image(struct call *c, struct helper *h, const struct helper_job *job, struct helper_result *ret);
