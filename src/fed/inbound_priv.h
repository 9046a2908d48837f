/* fed/inbound_priv.h: one accepted activity at its handler (activities.def). */
#pragma once
#include "fed/fetch.h"
#include "model/account.h"
#include "model/status.h"

struct inbound {
	const struct account *signer;
	account_id inbox_of;              /* whose inbox it came to; none: the shared one */
	const struct json *activity, *object;
	struct str id, object_id;         /* none where not said */
	struct str body;                  /* the activity as it came */
	/* The signer is the actor (of the request, or of a proof in the activity), so what the activity says of the actor's own things holds.
	 * Otherwise somebody passes it on, and only what is fetched from its own server, or has a proof of its own, is believed. */
	bool own;
	bool by_proof;                    /* the actor's own, as somebody else has brought it */
	bool by_relay;                    /* who is a relay */
	struct fed_budget budget;
};

typedef struct err *activity_fn(struct call *c, struct inbound *in);
#define ACTIVITY(type, kind, handler, always) activity_fn handler;
#include "fed/activities.def"

/* A type that says what the object is: the first of several. */
struct str fed__type_of(const struct json *v);
/* The object's id, where it is the signer's to give; none where it is not. */
struct str fed__own_object(const struct inbound *in);
/* The embedded object is a post of the signer's, and the signer's own word. */
bool fed__is_own_post(const struct inbound *in);
/* An account of ours by its URI; NULL: none of ours. */
MUST struct err *fed__ours_by_uri(struct call *c, struct str uri, struct account **ret);
/* A post that stands here by its URI; NULL: not known, or deleted. */
MUST struct err *fed__known_post(struct call *c, struct str uri, struct status **ret);

/* What cannot be believed, or had, now will not be another time: nothing. Other errors stay. */
struct err *fed__settle(struct err *e);
/* An Undo that says only the id of what it takes back. */
MUST struct err *fed__undo_by_id(struct call *c, const struct inbound *in);
/* An Accept or Reject whose object may be our QuoteRequest: *ret_was: it was one, and has been dealt with. */
MUST struct err *fed__quote_answered(struct call *c, struct inbound *in, bool yes, bool *ret_was);
/* A Delete of what may be an authorization that a quote here rests on; likewise. */
MUST struct err *fed__authorization_gone(struct call *c, struct inbound *in, bool *ret_was);
/* The same for what is asked, and agreed to, of collections of people (FEP-7aa9). */
MUST struct err *fed__feature_answered(struct call *c, struct inbound *in, bool yes, bool *ret_was);
MUST struct err *fed__feature_gone(struct call *c, struct inbound *in, bool *ret_was);
/* An Add, or Remove, of a collection of people, or of somebody in one. *ret_was: it is one, and has been dealt with. */
MUST struct err *fed__collection_added(struct call *c, struct inbound *in, bool *ret_was);
MUST struct err *fed__collection_removed(struct call *c, struct inbound *in, bool *ret_was);
/* Does what is served at `at` say that who is in the collection agreed to that? */
struct collection;
struct collection_item;
MUST struct err *fed__feature_holds(struct call *c, struct fed_budget *b, const struct collection_item *item, const struct collection *k,
				    struct str at, bool *ret);
/* A name without content that answers a question of ours: a vote. *ret_was: it is one, and has been dealt with. */
MUST struct err *fed__vote(struct call *c, const struct inbound *in, bool *ret_was);
/* An Announce whose object is an activity. *ret_was: so it is, and has been dealt with. */
MUST struct err *fed__passed_on(struct call *c, struct inbound *in, bool *ret_was);
/* An Announce by a relay. */
MUST struct err *fed__relayed(struct call *c, struct inbound *in);
/* The signer boosts this post, as the activity says: to whom, when. */
MUST struct err *fed__boost_receive(struct call *c, struct inbound *in, const struct status *original);
/* The activity as it came, where it is to be passed on once it is accepted (forward.c): it answers `answers`, a post of ours, or is about such an
 * answer, and whoever gets it can tell that its actor said so. None: it is not. */
MUST struct err *fed__forward_answer(struct call *c, struct inbound *in, struct str answers, struct str *ret);
/* The same for what changes or ends something that was told before: of whoever says it. */
MUST struct err *fed__forward_news(struct call *c, struct inbound *in, struct str *ret);
/* Somebody says that another's post is gone: so it is if its own server says so. */
MUST struct err *fed__delete_heard_of(struct call *c, struct inbound *in, struct str uri);
