/* acts/status.h: posting, editing, deleting. Rules and texts of errors are Mastodon 4.6's (POST /api/v1/statuses); beyond them, pressing
 * "post" twice makes one post (store/repeat.h). One transaction an act: rows, counters, jobs (fan-out, delivery, notifications) and the
 * event for open streams stand or fall together. */
#pragma once
#include "acts/answered.h"
#include "acts/media.h"
#include "base/call.h"
#include "model/jobs.h"
#include "model/status.h"
#include "model/viewer.h"

enum { IDEMPOTENCY_KEPT_S = 3600, GUARD_KEPT_S = 600, STATUSES_LIMIT = 300, POLL_SOONEST_S = 300, POLL_LATEST_S = 2629746 };

struct poll_in {
	const struct str *options;
	size_t n;
	int64_t expires_in_s;
	bool multiple, hide_totals;
};

/* What is changed about one attachment with an edit. */
struct media_in {
	media_id id;
	struct media_words words;
	struct media_preview preview; /* without a file: as it was */
};

struct status_in {
	struct str text, spoiler_text, language;
	struct str visibility;        /* its word; none: the author's default */
	int sensitive;                /* -1: not said */
	int64_t in_reply_to;          /* 0: no reply; -1: no id */
	const int64_t *media;         /* in display order */
	size_t media_n;
	const struct poll_in *poll;   /* NULL: none */
	bool only_allowed;            /* fail where anybody beside these would be mentioned */
	const int64_t *allowed;
	size_t allowed_n;
	struct str key;               /* Idempotency-Key; none without one */
	struct str scheduled_at;      /* a time ahead makes a post for later; one that is past says nothing */
	int64_t quoted;               /* 0: quotes nothing; -1: no id */
	struct str quote_policy;      /* who may quote it: its word; none: the author's default, or in edits as it was */
	struct str content_type;      /* its word; none: plain, or in edits as it was */
	bool local_only;              /* stays on this server; so does what answers or quotes such a post */
	const struct media_in *media_changes; /* edits */
	size_t media_changes_n;
};

struct status_posted {
	status_id id;
	scheduled_id later;           /* it waits for its time; id is none */
	bool repeated;                /* it stood already: this was the same request, or pressed twice */
	const int64_t *unexpected;    /* nothing was posted: these would have been mentioned */
	size_t unexpected_n;
	struct answer_note note;      /* for the endpoint's `sent` */
};
/* Fails: INVALID and NOT_FOUND with Mastodon's texts; LIMITED. With scheduled_at ahead it is judged as now, and kept: acts/scheduled.h. */
MUST struct err *acts_status_post(struct call *c, const struct viewer *v, const struct status_in *in, struct status_posted *ret);

/* Everything of `in` replaces what stands, but visibility, what it answers and what it quotes. What changes nothing is no edit, nor is another
 * quote policy. NOT_FOUND: not one's own. */
MUST struct err *acts_status_edit(struct call *c, const struct viewer *v, status_id id, const struct status_in *in);

/* NOT_FOUND: not one's own. Its media are loose again; drop_media: and are removed with the next cleaning. */
MUST struct err *acts_status_delete(struct call *c, const struct viewer *v, status_id id, bool drop_media);

/* A handle ("name@domain") that this post's text named was looked up: mentions the account, writes the text anew, tells its server. Nothing
 * where the post is gone, or says no such handle any more. */
MUST struct err *acts_mention_resolved(struct call *c, status_id id, struct str handle, account_id account);
