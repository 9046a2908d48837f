/* fed/document.h: the documents that others read: actors, posts, the activities around them, collections. Written from the structs
 * of view/federation.h; what they say and how it is spelled is what Mastodon 4.6 emits (ActivityStreams 2.0, its "ActivityPub" page).
 * Everything is one compact JSON text in the call's arena. */
#pragma once
#include "base/call.h"
#include "view/federation.h"
#include "wire/json.h"

#define FED_PUBLIC "https://www.w3.org/ns/activitystreams#Public"
#define FED_TYPE "application/activity+json; charset=utf-8"

/* A buffer for one document and its writer, its object opened and, if wanted, its @context written. */
struct fed_doc {
	struct buf b;
	struct jw w;
};
void fed_doc_begin(struct fed_doc *d, struct arena *a, bool context);
/* Closes the object. Fails: INTERNAL  it outgrew its bound. */
MUST struct err *fed_doc_end(struct arena *a, struct fed_doc *d, struct str *ret);

/* Where the tags stand that a person of ours features. */
struct str fed_featured_tags_uri(struct call *c, const struct account *a);
/* A tag that they feature, as a value; name: without "#". */
void fed_tag_write(struct call *c, const struct account *a, struct str name, struct jw *w);
/* Members of an actor into an open object. */
MUST struct err *fed_actor_write(struct call *c, const struct account *a, const struct actor_key *keys, size_t n, struct jw *w);
/* A Note or Question: its members into an open object; or the whole as a value. */
void fed_note_members(struct call *c, const struct note *n, struct jw *w);
void fed_note_write(struct call *c, const struct note *n, struct jw *w);
/* Members of a Create (of a post) or an Announce (of a boost) into an open object. */
void fed_activity_write(struct call *c, const struct note *n, struct jw *w);
/* The id of the Create or Announce of a post. */
struct str fed_activity_uri(struct call *c, const struct status *s);
/* The collection of the posts of its conversation, which began here. */
struct str fed_context_uri(struct call *c, const struct status *s);
/* "to" and "cc" of a post, or of an activity about it. */
void fed_audience_write(struct call *c, const struct note *n, struct jw *w);
