/* model/status.h: a post or a boost, with what belongs to it. */
#pragma once
#include "base/str.h"
#include "model/enums.h"
#include "model/ids.h"

struct status {
	status_id id;
	struct str uri, url;
	account_id account;
	status_id reply_to;
	account_id reply_to_account;
	struct str reply_to_uri;      /* remote, not fetched yet */
	status_id thread;             /* the first post of the conversation */
	status_id reblog_of;          /* a boost: everything below is empty */
	enum visibility visibility;
	struct str text;              /* local: what was typed */
	struct str content;           /* HTML: made from text, or sanitized */
	struct str spoiler_text;
	bool sensitive;
	struct str language;
	struct str emojis;            /* JSON, as in struct account */
	poll_id poll;
	quote_id quote;               /* none: quotes nothing */
	int64_t quote_policy;         /* who may quote it: model/quote.h */
	card_id card;                 /* the page it links to, looked up or not */
	app_id app;
	bool local;
	bool local_only;              /* stays on this server */
	int64_t collections;          /* how many collections of people it links to, as it is read with the row */
	enum content_type content_type;               /* how text is meant */
	int64_t created_us, edited_us;
	int64_t version;
	int64_t replies_count, reblogs_count, favourites_count, quotes_count;
};

struct mention {
	status_id status;
	account_id account;
	bool silent;                  /* in the audience, not in the text */
	struct str username, domain, url;
	bool untold;                  /* in the text, not in the audience: not notified; not stored */
};

struct tag {
	tag_id id;
	struct str name;              /* as first written */
};

struct status_tag {
	status_id status;
	tag_id tag;
	struct str name;              /* as first written */
};

/* The picture that stands for a film or a sound. */
struct media_preview {
	struct str file, blurhash;
	int64_t width, height;
};

struct media {
	media_id id;
	account_id account;
	status_id status;             /* none: not attached yet */
	int position;
	enum media_type type;
	enum media_state state;
	struct str mime, file, preview_file;          /* names in storage; none for remote ones not cached */
	struct str remote_url, remote_preview_url;
	struct str description, blurhash;
	double focus_x, focus_y;
	bool has_focus;
	int64_t width, height, preview_width, preview_height;
	int64_t bytes;
	struct str content_hash;      /* of what was uploaded */
	int64_t created_us;
	/* Films and sounds. While they wait, file and preview_file are names that are taken but where nothing stands yet. */
	struct str original;          /* as it was uploaded, kept until it is converted: a name in storage that is never served */
	int64_t duration_ms;          /* 0: not known; as all that follows */
	struct str frame_rate;        /* "25/1" */
	int64_t bitrate;              /* bits a second, all streams together */
	int64_t audio_rate;           /* samples a second; 0: no sound */
};
/* Of a gifv of another server: it was a GIF there, and the film is one that is made here; else the file there is the film. */
static inline bool media_is_made(const struct media *m) { return m->type == MEDIA_GIFV && !m->file.n && m->frame_rate.n > 0; }
/* A film of another server, and a film or a sound of one. */
static inline bool media_is_film_elsewhere(const struct media *m)
{
	return (m->type == MEDIA_VIDEO || (m->type == MEDIA_GIFV && !media_is_made(m))) && !m->file.n && m->remote_url.n > 0;
}
static inline bool media_plays_elsewhere(const struct media *m)
{
	return media_is_film_elsewhere(m) || (m->type == MEDIA_AUDIO && !m->file.n && m->remote_url.n > 0);
}
/* A film or sound of another server that comes with a picture. */
static inline bool media_has_preview_elsewhere(const struct media *m) { return media_plays_elsewhere(m) && m->remote_preview_url.n > 0; }
/* What is let in of films and sounds, as the instance document says. */
enum { FILM_BYTES_MAX = 40 * 1024 * 1024, FILM_AREA_MAX = 8294400, FILM_RATE_MAX = 120, FILM_FRAMES_MAX = 36000 };

struct poll {
	poll_id id;
	status_id status;
	account_id account;
	int64_t expires_us;           /* 0: never */
	bool multiple, hide_totals;
	int64_t votes_count, voters_count;            /* voters -1: not said */
	int64_t closed_us;
};

struct poll_option {
	poll_id poll;
	int position;
	struct str title;
	int64_t votes_count;
};

/* What a viewer has done with a status. */
struct status_facts {
	status_id status;
	bool favourited, reblogged, bookmarked, pinned, muted;
	bool follows_author, followed_by_author;      /* only asked where its quote policy hangs on it */
};
