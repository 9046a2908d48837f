/* fed/people_collection.h: collections of people whom somebody recommends, FEP-7aa9 as Mastodon 4.6 speaks it
 * (https://w3id.org/fep/7aa9): what their documents say, judged and bounded, and the documents of ours. */
#pragma once
#include "acts/collection_consent.h"
#include "acts/collection_receive.h"
#include "fed/fetch.h"
#include "view/collection_told.h"
#include "wire/json.h"

bool fed_is_people_collection(const struct json *doc);
/* A collection of owner's, who must be whom it is attributed to, on one host with them. Items that it only names have an id and nothing else.
 * Pure. Fails: INVALID, saying what is wrong. */
MUST struct err *fed_people_collection_read(struct call *c, const struct json *doc, const struct account *owner, struct remote_collection *ret);
/* Somebody in the collection that is at `home`. An authorization that is not on the host of who is featured is none. Pure. False: it is no item. */
bool fed_people_item_read(struct call *c, const struct json *doc, struct str home, struct remote_item *ret);

/* Those of n items of a collection that count: which are named only, or were taken out of it before, as may be heard in another order than it was
 * done, are looked up at their own addresses. */
MUST struct err *fed_people_items_judge(struct call *c, struct fed_budget *b, struct str home, struct remote_item *items, size_t *n);
/* Keeps what a document says that is known to be owner's word. *ret none: it is refused. */
MUST struct err *fed_people_collection_take(struct call *c, struct fed_budget *b, const struct json *doc, const struct account *owner,
					    collection_id *ret);
/* A collection that stands here, or is fetched at its own id; none: there is none to be had, or it is nobody's who is known here. */
MUST struct err *fed_people_collection_get(struct call *c, struct fed_budget *b, struct str uri, collection_id *ret);
/* Reads all that somebody lists; what is not on the list any more is gone where its own server says so. */
MUST struct err *fed_people_collections_read(struct call *c, struct fed_budget *b, const struct account *a);

/* Members of ours into an open object. */
void fed_people_collection_write(struct call *c, const struct collection_told *told, struct jw *w);
void fed_people_item_write(const struct collection_item *item, struct jw *w);
/* The consent of who is featured, as they give it or took it back. */
void fed_feature_authorization_write(const struct collection_item *item, struct str collection_uri, struct jw *w);
/* Where the collections of a person of ours are listed. */
struct str fed_people_collections_uri(struct call *c, const struct account *a);
