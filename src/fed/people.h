/* fed/people.h: strangers made known: from an actor's URI, or a key's, to a row. Private to fed but for fed/resolve.h. */
#pragma once
#include "fed/fetch.h"
#include "fed/said.h"
#include "model/account.h"

/* The account with this URI: from the database; fetched where it is unknown, or stale and `fresh` is asked for. Its handle is confirmed
 * by WebFinger before it is kept. Fails as fed_fetch() does. */
MUST struct err *fed_person(struct call *c, struct fed_budget *b, struct str uri, bool fresh, struct account **ret);
/* From a document that was fetched at its id already. */
MUST struct err *fed_person_from(struct call *c, struct fed_budget *b, const struct json *doc, struct account **ret);
/* Reads the actor's document again. */
MUST struct err *fed_person_again(struct call *c, struct fed_budget *b, account_id who);
/* As fed_resolve_handle(), in this budget. */
MUST struct err *fed_person_named(struct call *c, struct fed_budget *b, struct str handle, account_id *ret);
/* Fetches the key's document, and its owner's; afterwards the key is known, or does not exist. */
MUST struct err *fed_key_fetch(struct call *c, struct fed_budget *b, struct str key_uri);

MUST struct err *fed_webfinger(struct call *c, struct fed_budget *b, struct str name, struct str domain, struct fed_webfinger *ret);
