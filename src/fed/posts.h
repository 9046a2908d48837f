/* fed/posts.h: posts of strangers made known: from a document, or from its address, to a row. */
#pragma once
#include "acts/remote_status.h"
#include "fed/fetch.h"
#include "fed/proof.h"
#include "model/account.h"

/* How far it is from what came here by itself: answers up its thread, quotes of quotes. */
struct post_depth { int thread, quotes; };
/* How a post came here: what decides whether it is kept (Mastodon 4.6, Activity::Create), and whether anybody is told. */
struct post_way {
	bool asked_for;           /* we fetched it: kept whoever it is for, and nobody is told */
	bool relayed;             /* a relay told of it: kept if it is public */
	bool is_update;
	bool retold;              /* somebody else says it, with a proof of its author's, which anybody may show at any time */
	account_id inbox_of;      /* delivered into this one's own inbox */
	struct str forward;       /* the activity that brings it, to be passed on where it is kept; none: it is not */
	struct post_depth depth;
};

/* author: whom the document names, known and confirmed by the caller. *ret is none where it was not kept. */
MUST struct err *fed_post_from(struct call *c, struct fed_budget *b, const struct json *doc, const struct account *author, const struct post_way *way,
			       status_id *ret);
/* By its address: from the database, or fetched with its author. *ret: NULL where it is not to be had: gone, refused, or no post. Fails: REMOTE. */
MUST struct err *fed_post_get(struct call *c, struct fed_budget *b, struct str uri, struct post_depth depth, struct status **ret);
MUST struct err *fed_post_get_by(struct call *c, struct fed_budget *b, struct str uri, const struct post_way *way, struct status **ret);
/* Embedded in what somebody else has sent: its author's own word where there is a proof (fed/proof.h). *ret: HOLDS where it was
 * taken, or let go as unwanted. */
MUST struct err *fed_post_proven(struct call *c, struct fed_budget *b, const struct json *doc, const struct post_way *way, enum fed_proof *ret);
/* Fetched at its own id; finds the author. */
MUST struct err *fed_post_fetched(struct call *c, struct fed_budget *b, const struct json *doc, const struct post_way *way, status_id *ret);
