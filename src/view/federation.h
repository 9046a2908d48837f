/* view/federation.h: what the room fed writes its documents from: actors and posts as structs, with the URIs that other servers know
 * them by, and the collections around them. Posts are judged here for the viewer as everywhere; another server (VIEWER_REMOTE) sees
 * what is public, what somebody there follows, and what somebody there is mentioned in. */
#pragma once
#include "base/call.h"
#include "model/account.h"
#include "model/dialect.h"
#include "model/page.h"
#include "model/quote.h"
#include "model/status.h"
#include "model/viewer.h"

/* One of ours, by id or by name in any case. NOT_FOUND: none such, or not one of ours; GONE: deleted. */
MUST struct err *view_actor(struct call *c, account_id id, struct account **ret);
MUST struct err *view_actor_named(struct call *c, struct str name, struct account **ret);
MUST struct err *view_instance_actor(struct call *c, struct account **ret);

/* Anybody known, ours or not; NULL where there is none. Deleted and suspended ones are there. */
MUST struct err *view_account_by_id(struct call *c, account_id id, struct account **ret);
MUST struct err *view_account_by_uri(struct call *c, struct str uri, struct account **ret);
MUST struct err *view_account_by_handle(struct call *c, struct str name, struct str domain, struct account **ret);

/* A key of an account of ours, or one that others sign with. sealed: none for keys of others, and for those of ours that are rotated out. */
struct actor_key {
	account_id account;
	enum key_algorithm algorithm;
	struct str uri, public_pem, sealed;
	int64_t created_us;
};
/* The keys of ours that are shown; and the newest of them of an algorithm that is signed with. NOT_FOUND: it has none. */
MUST struct err *view_actor_keys(struct call *c, account_id id, struct actor_key **ret, size_t *ret_n);
MUST struct err *view_actor_key(struct call *c, account_id id, enum key_algorithm algorithm, struct actor_key *ret);
MUST struct err *view_key_by_uri(struct call *c, struct str uri, struct actor_key *ret, bool *ret_found);
MUST struct err *view_key_and_owner(struct call *c, struct str uri, struct actor_key *ret, struct account **ret_owner, bool *ret_found);

/* A post with all that its document says. */
struct note {
	const struct status *status;
	const struct account *author;
	const struct status *boosted;             /* of a boost; then nothing of the rest is set */
	const struct account *boosted_author;
	struct str reply_to_uri;                  /* none: answers nothing */
	bool began_here;                          /* the conversation: its first post is one of ours */
	const struct media *media;
	const struct account *const *mentioned;   /* silent ones too: */
	const bool *silently;                     /* beside mentioned: in the audience, not in the text */
	const struct status_tag *tags;
	const struct str *collections;            /* URIs of collections of people that it links to */
	const struct poll *poll;                  /* NULL: none */
	const struct poll_option *options;
	const struct quote *quote;                /* NULL: quotes nothing */
	size_t media_n, mentioned_n, tags_n, collections_n, options_n;
};
/* NOT_FOUND: unknown or not for this viewer. The author's own: VIEWER_PERSON. */
MUST struct err *view_note(struct call *c, const struct viewer *v, status_id id, struct note *ret);
/* Without a viewer, for what is told in the author's name. NULL status: there is none any more. */
MUST struct err *view_note_told(struct call *c, status_id id, struct note *ret);
/* Quotes. */
MUST struct err *view_quote(struct call *c, quote_id id, struct quote *ret, bool *ret_found);
MUST struct err *view_quote_of_request(struct call *c, struct str request_uri, struct quote *ret, bool *ret_found);
/* Those that rest on this authorization, of one quoted author's (none: of anybody's). */
MUST struct err *view_quotes_approved(struct call *c, struct str approval_uri, account_id quoted_account, struct quote **ret, size_t *ret_n);
/* What the authorization of a quote says, or must say. *ret_found: false where one of its posts is not there. */
struct authorization {
	struct str uri, author_uri, quoting_uri, quoted_uri;
};
MUST struct err *view_authorization(struct call *c, quote_id id, struct quote *ret, struct authorization *ret_says, bool *ret_found);
/* May this account, of here or elsewhere, quote the post without being asked about? */
MUST struct err *view_may_quote(struct call *c, account_id who, const struct status *s, bool *ret);

MUST struct err *view_status_by_id(struct call *c, status_id id, struct status **ret);     /* NULL: there is none */
/* A post by its URI; NULL: not known here. deleted: a tombstone stands there; not asked for where it is NULL. */
MUST struct err *view_status_by_uri(struct call *c, struct str uri, struct status **ret, bool *ret_deleted);

/* Collections. Pages as in model/page.h. */
struct uri_page {
	struct str *v;
	size_t n;
	int64_t last;             /* the cursor for the next page */
};
MUST struct err *view_outbox(struct call *c, account_id of, const struct page *p, int64_t **ret_ids, size_t *ret_n);
MUST struct err *view_featured(struct call *c, account_id of, int64_t **ret_ids, size_t *ret_n);
/* Followers of one of ours at one place ("https://example.org/"), and ours of somebody elsewhere, by their URIs. At most max. */
MUST struct err *view_followers_at(struct call *c, account_id of, struct str prefix, int max, struct str **ret, size_t *ret_n);
MUST struct err *view_followers_here(struct call *c, account_id of, int max, struct str **ret, size_t *ret_n);
MUST struct err *view_follow_uris(struct call *c, account_id of, bool followers, const struct page *p, struct uri_page *ret);
/* The public and unlisted posts of a conversation, by its first; oldest first. */
MUST struct err *view_thread_uris(struct call *c, status_id root, const struct page *p, struct uri_page *ret);
MUST struct err *view_reply_uris(struct call *c, status_id to, bool others, const struct page *p, struct uri_page *ret);

/* NodeInfo's numbers. */
struct usage {
	int64_t users, active_month, active_half_year, posts;
};
MUST struct err *view_usage(struct call *c, struct usage *ret);

/* Where the people of a domain are at home, which need not be the domain: of one of them. None: nobody is known. */
MUST struct err *view_host_of_domain(struct call *c, struct str domain, struct str *ret);

/* Who must be told: inboxes elsewhere, each once; a page of followers' after `after`. */
MUST struct err *view_all_inboxes(struct call *c, struct str after, int max, struct str **ret, size_t *ret_n);
MUST struct err *view_follower_inboxes(struct call *c, account_id of, struct str after, int max, struct str **ret, size_t *ret_n);
enum { VIEW_INBOXES_MAX = 1000 };
/* Of whom somebody of ours mentioned, or began or asked to follow, in the last two days. At most VIEW_INBOXES_MAX. */
MUST struct err *view_recent_inboxes(struct call *c, account_id of, struct str **ret, size_t *ret_n);
MUST struct err *view_note_inboxes(struct call *c, const struct note *n, bool everybody_concerned, struct str **ret, size_t *ret_n);
/* Inboxes of relays that agreed, which get what is public; and is this account such a relay? */
MUST struct err *view_relay_inboxes(struct call *c, struct str **ret, size_t *ret_n);
MUST struct err *view_is_relay(struct call *c, const struct account *a, bool *ret);
MUST struct err *view_followed_here(struct call *c, account_id id, bool *ret);
/* Does the author of this post block who, of another server, or hide their domain? */
MUST struct err *view_is_shunned(struct call *c, const struct status *s, const struct account *who, bool *ret);

/* Inbound. key: of the activity's id and its inbox. */
MUST struct err *view_activity_seen(struct call *c, struct str key, bool *ret);
/* A stored body, whose it is, what the host reads that it is for, and the key of whose it is. Fails: NOT_FOUND  there is none. */
struct delivery {
	struct str body;
	account_id account;
	bool to_followers;        /* for them alone, and whoever is mentioned */
	enum dialect dialect;
	struct str key_uri, key_sealed;
};
MUST struct err *view_delivery(struct call *c, int64_t id, struct str host, struct delivery *ret, bool *ret_found);
/* Which signatures that host reads. */
MUST struct err *view_host_dialect(struct call *c, struct str host, enum dialect *ret);
