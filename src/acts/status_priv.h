/* acts/status_priv.h: what posting, editing and receiving share. Everything marked so runs in a transaction. */
#pragma once
#include "acts/compose.h"
#include "acts/status.h"
#include "model/account.h"
#include "model/quote.h"
#include "model/rules.h"

/* A post with all its parts, as it is to be stored: ours, or another server's. */
struct status_whole {
	struct status s;
	const struct account *author;
	const struct mention *mentions;       /* domain empty: ours, who are told */
	size_t mentions_n;
	const struct str *tag_keys, *tag_names;
	size_t tags_n;
	const struct poll *poll;              /* NULL: none */
	const struct poll_option *options;
	size_t options_n;
	const media_id *media;                /* ours: uploaded before */
	const struct media *new_media;        /* another server's: rows to be added */
	size_t media_n;
	const struct quote *quote;            /* NULL: none */
	const struct str *collection_uris;    /* another server's: the collections of people that it links to; ours are found in its text */
	size_t collections_n;
	struct str link;                      /* as in acts/remote_status.h */
	bool quiet;                           /* old news: nobody is told */
};
/* In a transaction: rows, counters, jobs and the event of a new post. INVALID: its media are no longer loose. */
MUST struct err *acts__status_write(struct call *c, const struct status_whole *w);
/* In a transaction: w->s replaces `old`, whose state becomes a row of its history. w->media is what is attached from now on; the poll
 * has been dealt with before. Mentions that are gone stay in the audience, silently. */
MUST struct err *acts__status_rewrite(struct call *c, const struct status *old, const struct status_whole *w);
/* In a transaction: a post or a boost is gone, ours or theirs: rows, counters, tombstone, the event; of ours also the Delete or Undo. */
MUST struct err *acts__status_remove(struct call *c, const struct status *s);

/* In a transaction: the event of an edit or a deletion: to public streams, and to those whose home may show it. Call before its rows are
 * dropped. (A new post's event is acts__status_write's: to public streams, and to those it is addressed to directly; home streams learn
 * of it from its fan-out.) */
MUST struct err *acts__status_event(struct call *c, enum event_kind kind, const struct status *s);

/* The post by its id where this account may see it, what it boosts instead of a boost; NOT_FOUND "Not Found". ret_see may be NULL. */
MUST struct err *acts__status_visible(struct call *c, account_id who, status_id id, struct status **ret, struct see_facts *ret_see);
/* One's own, no boost unless so said; NOT_FOUND "Record not found". */
MUST struct err *acts__status_own(struct call *c, account_id who, status_id id, struct status **ret);

/* Who may quote a post here, from its word, or the author's default where none is said; nobody, where not everybody may see it. INVALID. */
MUST struct err *acts__quote_policy(struct call *c, struct str word, const struct user *u, enum visibility v, int64_t *ret);

/* In a transaction: one use of a limit that holds for an account over restarts and nodes; tightens c->limit. LIMITED. */
MUST struct err *acts__family_limit(struct call *c, const char *family, account_id who, int64_t window_us, int64_t max);
MUST struct err *acts__statuses_limit(struct call *c, account_id who);

/* What was typed, checked. */
struct draft {
	const struct account *author;
	struct str text, spoiler_text, language;
	enum content_type content_type;
	bool sensitive;
	struct poll poll;
	struct poll_option *options;          /* none: no poll */
	size_t options_n;
	struct media *media;                  /* in display order */
	size_t media_n;
	media_id *media_ids;
	const struct status *quoted;          /* NULL: quotes nothing */
	const struct account *quoted_author;
	struct composed made;
};
/* Texts, language and poll. INVALID. */
MUST struct err *acts__draft_texts(struct call *c, const struct status_in *in, const struct user *u, struct draft *d);
/* The rows of in->media, in their order; only the author's. INVALID: too many, or not there. */
MUST struct err *acts__draft_media(struct call *c, const struct status_in *in, struct draft *d);
/* INVALID: attached to another post than this, a mixture that cannot be, not ready. */
MUST struct err *acts__draft_media_free(struct call *c, const struct draft *d, status_id post);
MUST struct err *acts__draft_compose(struct call *c, struct draft *d);
/* In a transaction: lookups of handles that are not known here, and the end of the poll. */
MUST struct err *acts__draft_jobs(struct call *c, const struct draft *d, status_id post);
/* In a transaction. */
MUST struct err *acts__poll_close_job(struct call *c, poll_id id, int64_t expires_us);

/* What tells a second press of "post" from a second post. */
struct once {
	struct str key;                       /* Idempotency-Key, hashed; none: without one */
	struct str fingerprint;               /* none: the guard is off */
};
/* Since when keys count. */
int64_t acts__keys_since(const struct call *c);
/* The guard against pressing "post" again while the server hangs: what stands already, by the fingerprint; else leaves both as they are. */
MUST struct err *acts__pressed_before(struct call *c, account_id who, const struct once *o, status_id *ret, scheduled_id *ret_later);

/* A post for later, judged: keeps it with its media. ret->later, or what stood already. INVALID: too soon, too many. */
MUST struct err *acts__schedule(struct call *c, const struct viewer *v, const struct status_in *in, const struct draft *d, int64_t at_us,
				const struct once *once, struct status_posted *ret);
/* Posts what waited, and removes it from what waits, in one transaction; nothing where it does not wait any more. */
MUST struct err *acts__status_publish(struct call *c, const struct viewer *v, const struct status_in *in, scheduled_id was,
				      struct status_posted *ret);
