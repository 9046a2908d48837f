/* acts/notify.h: telling people here what others did. What happens queues a NOTIFY job in its own transaction; the job applies what people
 * do not want to hear of (notifications_admitted of store), makes the rows and tells the streams. The same cause twice makes one.
 *
 * The job's row: arg is the word of the type, ref_id the post, payload "<from> <to> <to> ..."; for those who boosted or quoted an edited
 * post "<from> boosters", for moderators "<from> about:<id> staff", as also where it is about a row of another table: "<from> about:<id> <to>". */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"
#include "model/jobs.h"

/* In a transaction. `about` none where it is about no post; of a boost, a favourite: the post that was boosted, favourited. Where `to` is
 * remote, or does not want it, the job ends without a word. */
MUST struct err *acts_notify_add(struct call *c, enum notification_type type, account_id to, account_id from, status_id about);

/* In a transaction. The same for many: all whom a post mentions, all who asked to be told of somebody's posts, all voters. */
struct notify_many {
	enum notification_type type;
	account_id from;
	status_id about;
	const account_id *to;
	size_t n;
};
MUST struct err *acts_notify_many(struct call *c, const struct notify_many *what);
/* The same, for at most 200, as a job to be added with others. */
struct job_new acts_notify_job(struct call *c, const struct notify_many *what);
/* In a transaction. A post was edited: everybody here who boosted it gets an `update`, and who quoted it a `quoted_update` about their own
 * post, in place of earlier ones. */
MUST struct err *acts_notify_edited(struct call *c, account_id author, status_id edited);

/* In a transaction. Everybody who moderates is told of what `from` did: signed up. extra_id: the row it is about; 0: none. */
MUST struct err *acts_notify_staff(struct call *c, enum notification_type type, account_id from, int64_t extra_id);
/* In a transaction. About a severance or a warning of theirs, which nobody in particular caused. */
MUST struct err *acts_notify_own(struct call *c, enum notification_type type, account_id whose, int64_t extra_id);

/* In a transaction. `from` put these (at most 200) into a collection, or changed what it is called. Whom it is about no more hears nothing. */
MUST struct err *acts_notify_collection(struct call *c, enum notification_type type, account_id from, collection_id about, const account_id *to,
					size_t n);
/* In a transaction. These (at most 320) are in it no longer, or it goes: so do their notifications of it. */
MUST struct err *acts_notify_collection_drop(struct call *c, account_id from, collection_id about, const int64_t *whose, size_t n);

/* In a transaction. What caused it was taken back: the notification goes. (Those about a deleted post go with the post.) */
MUST struct err *acts_notify_drop(struct call *c, enum notification_type type, account_id to, account_id from, status_id about);

/* What the reader puts away. NOT_FOUND: there is none. */
MUST struct err *acts_notifications_clear(struct call *c, account_id who);
MUST struct err *acts_notification_dismiss(struct call *c, account_id who, notification_id id);
/* Of these (at most 320) those that are theirs. */
MUST struct err *acts_notifications_dismiss(struct call *c, account_id who, const int64_t *ids, size_t n);
/* A group's key, or "ungrouped-<id>". */
MUST struct err *acts_notification_group_dismiss(struct call *c, account_id who, struct str group_key);

job_fn acts_job_notify;
