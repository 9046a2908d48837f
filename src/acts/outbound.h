/* acts/outbound.h: telling other servers. Each of these queues one PLAN job in the transaction of what it tells about; the job
 * (fed/plan.h) works out who must know, renders the activity once and queues its deliveries. Where nobody elsewhere is concerned
 * the job ends without a word, so callers do not ask. ActivityPub 6; the forms of ids are Mastodon's (4.6, "ActivityPub").
 *
 * The job's row: arg is the word of enum outbound, ref_id the status (or the account, for activities about people; or the collection, or who is in
 * one, while it stands), payload JSON
 *   {"actor": id of the one who acts, "target": id of whom it is about, "uri": of the activity or of what is undone,
 *    "object": uri, "visibility": word, "title": of a vote's option, or a tag's name, "instrument": uri of a quoting post, or of a
 *    collection, "result": uri of an authorization, "body": another's activity as it came, "also": ids of those whose
 *    followers hear it beside the actor's, "inboxes": [...]}
 * with what that activity needs and its rows may no longer say when the job runs. */
#pragma once
#include "base/call.h"
#include "model/collection.h"
#include "model/quote.h"
#include "model/status.h"

#define OUTBOUNDS(V) \
	V(OUTBOUND, CREATE, "Create") \
	V(OUTBOUND, UPDATE_NOTE, "Update") \
	V(OUTBOUND, DELETE_NOTE, "Delete") \
	V(OUTBOUND, ANNOUNCE, "Announce") \
	V(OUTBOUND, UNDO_ANNOUNCE, "Undo Announce") \
	V(OUTBOUND, LIKE, "Like") \
	V(OUTBOUND, UNDO_LIKE, "Undo Like") \
	V(OUTBOUND, FOLLOW, "Follow") \
	V(OUTBOUND, UNDO_FOLLOW, "Undo Follow") \
	V(OUTBOUND, ACCEPT_FOLLOW, "Accept Follow") \
	V(OUTBOUND, REJECT_FOLLOW, "Reject Follow") \
	V(OUTBOUND, BLOCK, "Block") \
	V(OUTBOUND, UNDO_BLOCK, "Undo Block") \
	V(OUTBOUND, UPDATE_ACTOR, "Update Actor") \
	V(OUTBOUND, VOTE, "Vote") \
	V(OUTBOUND, MOVE, "Move") \
	V(OUTBOUND, QUOTE_REQUEST, "QuoteRequest") \
	V(OUTBOUND, ACCEPT_QUOTE, "Accept QuoteRequest") \
	V(OUTBOUND, REJECT_QUOTE, "Reject QuoteRequest") \
	V(OUTBOUND, DELETE_AUTHORIZATION, "Delete QuoteAuthorization") \
	V(OUTBOUND, DELETE_ACTOR, "Delete Actor") \
	V(OUTBOUND, FLAG, "Flag") \
	V(OUTBOUND, ADD, "Add") \
	V(OUTBOUND, REMOVE, "Remove") \
	V(OUTBOUND, RELAY_FOLLOW, "Follow Relay") \
	V(OUTBOUND, RELAY_UNDO, "Undo Follow Relay") \
	V(OUTBOUND, REJECT_FEATURE, "Reject FeatureRequest") \
	V(OUTBOUND, FORWARD, "Forward") \
	V(OUTBOUND, ACCEPT_FEATURE, "Accept FeatureRequest") \
	V(OUTBOUND, FEATURE_REQUEST, "FeatureRequest") \
	V(OUTBOUND, ADD_COLLECTION, "Add Collection") \
	V(OUTBOUND, UPDATE_COLLECTION, "Update Collection") \
	V(OUTBOUND, REMOVE_COLLECTION, "Remove Collection") \
	V(OUTBOUND, ADD_ITEM, "Add Item") \
	V(OUTBOUND, REMOVE_ITEM, "Remove Item") \
	V(OUTBOUND, DELETE_FEATURE_AUTHORIZATION, "Delete FeatureAuthorization") \
	V(OUTBOUND, UNDO_FEATURE_REQUEST, "Undo FeatureRequest")
#define OUTBOUND_VALUE(PREFIX, NAME, word) PREFIX##_##NAME,
enum outbound { OUTBOUNDS(OUTBOUND_VALUE) OUTBOUND_COUNT };
#undef OUTBOUND_VALUE
const char *outbound_word(enum outbound what);
bool outbound_parse(struct str word, enum outbound *ret);

/* "<actor>#follows/12": the id of an activity that is a row: "follows", "likes", "blocks", "votes". Store it in the row. */
struct str acts_uri(struct call *c, struct str actor_uri, const char *what, int64_t row_id);

/* All of these: in a transaction. The actor is one of ours, but that is checked by the job: others' acts say nothing. */

/* Posts. The rows are there when the job runs; where they are not, there is nothing to tell. */
MUST struct err *acts_outbound_create(struct call *c, status_id id);
MUST struct err *acts_outbound_update_note(struct call *c, status_id id);
MUST struct err *acts_outbound_announce(struct call *c, status_id boost);
/* Counts of a poll, at most once in three minutes; at once where it has closed. */
MUST struct err *acts_outbound_update_question(struct call *c, status_id id, bool closed);
/* Before its rows are dropped: who was told of it is noted now, at most OUTBOUND_INBOXES_MAX inboxes beside those of followers. */
enum { OUTBOUND_INBOXES_MAX = 1000 };
MUST struct err *acts_outbound_delete_note(struct call *c, const struct status *s);
/* Before or after the row is dropped. original: what was boosted. */
MUST struct err *acts_outbound_undo_announce(struct call *c, const struct status *boost, const struct status *original);

/* uri: of the row, made with acts_uri(). */
MUST struct err *acts_outbound_like(struct call *c, account_id who, const struct status *what, struct str uri);
MUST struct err *acts_outbound_undo_like(struct call *c, account_id who, const struct status *what, struct str uri);
/* One for each option that was chosen. question: the post of the poll. */
MUST struct err *acts_outbound_vote(struct call *c, account_id who, const struct status *question, struct str title, struct str uri);

/* follow_uri: the Follow's own id; for ours made with acts_uri(), for theirs as they sent it (none if they sent none). */
MUST struct err *acts_outbound_follow(struct call *c, account_id who, account_id whom, struct str follow_uri);
MUST struct err *acts_outbound_undo_follow(struct call *c, account_id who, account_id whom, struct str follow_uri);
/* The same as a job to be added with others: OUTBOUND_FOLLOW or OUTBOUND_UNDO_FOLLOW. */
struct job_new acts_outbound_follow_job(struct call *c, enum outbound what, account_id who, account_id whom, struct str follow_uri);
/* who: ours, the one followed. Also for a follower who is removed later (reject). */
MUST struct err *acts_outbound_accept_follow(struct call *c, account_id who, account_id follower, struct str follow_uri);
MUST struct err *acts_outbound_reject_follow(struct call *c, account_id who, account_id follower, struct str follow_uri);
MUST struct err *acts_outbound_block(struct call *c, account_id who, account_id whom, struct str uri);
MUST struct err *acts_outbound_undo_block(struct call *c, account_id who, account_id whom, struct str uri);

/* who lives at whom's address from now on; uri: made with acts_uri(). */
MUST struct err *acts_outbound_move(struct call *c, account_id who, account_id whom, struct str uri);
/* The same, said again to these. */
MUST struct err *acts_outbound_move_again(struct call *c, account_id who, account_id whom, struct str uri, const struct str *inboxes, size_t n);
/* who is gone: everybody hears it who may know them. */
MUST struct err *acts_outbound_delete_actor(struct call *c, account_id who);

/* Of a post of ours that quotes another server's: asks its author. */
MUST struct err *acts_outbound_quote_request(struct call *c, status_id quoting);
/* who: ours, who is quoted. q: its request_uri, quoted_uri and status; what it quotes with need not be known (status none). */
MUST struct err *acts_outbound_accept_quote(struct call *c, account_id who, account_id asker, const struct quote *q);
MUST struct err *acts_outbound_reject_quote(struct call *c, account_id who, account_id asker, const struct quote *q);
/* who, ours, is not put into somebody's collection, or is. uri: the FeatureRequest's; collection: its own. */
MUST struct err *acts_outbound_reject_feature(struct call *c, account_id who, account_id asker, struct str uri, struct str collection);
MUST struct err *acts_outbound_accept_feature(struct call *c, account_id who, account_id asker, struct str uri, struct str collection,
					      struct str approval_uri);
/* A collection of people of ours, by its rows as they are now: it is there, says something else, or goes (before its rows are dropped). Told to
 * those who follow its owner, and to whoever is in it. */
MUST struct err *acts_outbound_collection_add(struct call *c, const struct collection *k);
MUST struct err *acts_outbound_collection_update(struct call *c, const struct collection *k);
MUST struct err *acts_outbound_collection_remove(struct call *c, const struct collection *k);
/* Who is in such a one, by consent, or no more (before the row is dropped); whom it wants to put in, who is asked: its request_uri is set. */
MUST struct err *acts_outbound_item_add(struct call *c, const struct collection_item *item);
MUST struct err *acts_outbound_item_remove(struct call *c, const struct collection *k, const struct collection_item *item);
MUST struct err *acts_outbound_feature_request(struct call *c, const struct collection_item *item);
/* Whoever was asked is not wanted any more: before the row is dropped. That an item is removed says nothing to who has not heard of it yet. */
MUST struct err *acts_outbound_undo_feature_request(struct call *c, const struct collection *k, const struct collection_item *item);
/* Somebody of ours takes themselves out of another server's collection, which they had consented to. */
MUST struct err *acts_outbound_delete_feature_authorization(struct call *c, const struct collection *k, const struct collection_item *item);
/* Consent is taken back. Tells whoever was told of the quoted post, and who quotes. */
MUST struct err *acts_outbound_delete_authorization(struct call *c, const struct quote *q, const struct status *quoted);
/* A report, told by this server's own actor to these inboxes (ActivityPub's Flag); uri: the Flag's id. */
MUST struct err *acts_outbound_flag(struct call *c, account_id instance, int64_t report, account_id target, struct str uri, const struct str *inboxes,
				    size_t n);
/* A relay is asked, or no longer; by this server's own actor. */
MUST struct err *acts_outbound_relay(struct call *c, account_id instance, bool ask, struct str inbox, struct str follow_uri);
/* What who features from now on, or no more: a post by its uri, or a tag by its name. */
MUST struct err *acts_outbound_featured(struct call *c, account_id who, bool add, struct str post_uri, struct str tag);
/* A profile that changed, or got new keys. */
MUST struct err *acts_outbound_update_actor(struct call *c, account_id who);
/* What `by`, of another server, said about what these, at least one, have to do with, as it came: to their followers elsewhere. The first signs. */
MUST struct err *acts_outbound_forward(struct call *c, const account_id *whose, size_t n, account_id by, struct str body);
