/* acts/remote_status.h: posts of other servers, as fed has read and judged them: received, edited, gone. In whatever order they come, and
 * how often, the rows end the same; a post that was deleted does not come back. */
#pragma once
#include "base/call.h"
#include "model/status.h"

enum { REMOTE_THREAD_MAX = 100, REMOTE_QUOTES_MAX = 3 };

struct remote_status {
	struct str uri, url;
	account_id author;
	const struct account *by;             /* the author as just read, nothing having been waited for since; NULL: is read */
	struct str reply_to_uri;              /* none: answers nothing */
	enum visibility visibility;
	struct str content, spoiler_text, language, emojis;   /* sanitized; emojis as in model/status.h */
	struct str link;                      /* a page that is attached: what is previewed; none: what the text links to */
	bool sensitive;
	int64_t created_us;
	int64_t edited_us;                    /* 0: never, or not said */
	const struct mention *mentions;       /* account, silent, domain */
	const struct str *tag_keys, *tag_names;
	const struct str *collection_uris;    /* the collections of people that it links to (FEP-7aa9) */
	const struct media *media;            /* without ids and owner */
	const struct poll *poll;              /* NULL: none; without ids */
	const struct poll_option *options;
	size_t mentions_n, tags_n, collections_n, media_n, options_n;
	struct str quote_uri;                 /* none: quotes nothing, or what has gone (quote_gone) */
	struct str quote_approval_uri;        /* where its authorization is said to be; to be verified */
	bool quote_legacy, quote_gone;        /* as in model/quote.h; what it quotes is a tombstone */
	int64_t quote_policy;
	bool quiet;                           /* fetched, not delivered: nobody is told */
	bool is_update;                       /* of an Update: what differs is an edit even where it does not say when */
	bool retold;                          /* somebody else says it once more: where it stands, only a later edit counts */
	struct str forward;                   /* the activity that says so, to be passed on (see below); none: it is not */
	int thread_depth;                     /* how many answers below it made us fetch it; at REMOTE_THREAD_MAX its parent is not fetched */
	int quote_depth;                      /* how many quotes of quotes made us fetch it; at REMOTE_QUOTES_MAX what it quotes is not fetched */
};

enum received { RECEIVED_NEW, RECEIVED_EDIT, RECEIVED_STOOD, RECEIVED_REFUSED };
/* Stores it, or brings it up to date where it stands: an edit where it is newer, else the counts of its poll. What it answers is linked; where
 * that is not known a FETCH_THREAD job is queued, and what already answered it is linked to it.
 * REFUSED: its URI is a deleted post's, or another account's; *ret is none then. */
MUST struct err *acts_status_receive(struct call *c, const struct remote_status *in, status_id *ret, enum received *ret_how);

/* What answers a public or unlisted post of ours, is public or unlisted itself, and comes in `forward`, is passed on to the followers elsewhere of
 * who wrote ours: the post, each edit of it, and its end, each once; an edit and the end also of what people here have boosted, to their followers.
 * Of one author at most FORWARDS_MAX an hour, of all below one registered domain FORWARDS_DOMAIN_MAX; past that it is kept here, and no more. */
enum { FORWARDS_MAX = 120, FORWARDS_DOMAIN_MAX = 5000 };

/* Its author deleted it. Where it is unknown a tombstone keeps it from coming. *ret_was: it stood. Another's post is left alone.
 * forward: as above. */
MUST struct err *acts_status_gone(struct call *c, account_id author, struct str uri, struct str forward, bool *ret_was);
