/* fed/actor_read.h: what an actor document says, judged: its types, its ids, its keys, its HTML; bounded. Pure. */
#pragma once
#include "acts/remote_account.h"
#include "base/call.h"
#include "wire/json.h"

struct actor_said {
	struct remote_account account;    /* without a domain: WebFinger says that */
	struct str name;                  /* preferredUsername */
	struct str webfinger;             /* "name@domain" that it claims (FEP-2c59); none if it claims none */
};
bool fed_is_actor(const struct json *doc);
/* Fails: INVALID, saying what is wrong. */
MUST struct err *fed_actor_read(struct call *c, const struct json *doc, struct actor_said *ret);

/* Whom "interactionPolicy" lets do that ("canQuote", of a post; "canFeature", of an actor), in the bits of model/quote.h: followers are those of
 * `whose`. Not said: nobody. */
int64_t fed_policy_read(const struct json *doc, const char *what, const struct account *whose);

/* Shared with posts: from the Emoji in "tag", as model/status.h has them. */
struct str fed_emojis_read(struct call *c, const struct json *tag);
/* The first text of: a string; the first member of an array. */
struct str fed_text_of(const struct json *v);
/* The address in a string, in an object's "href" or "url", or in the first member of an array that has one; http(s) only, else none. */
struct str fed_url_of(struct call *c, const struct json *v);
/* Where people look at what has the id uri: the address as above where it is at the same site, so that no click leads somewhere else under
 * that name; else uri. */
struct str fed_page_of(struct call *c, const struct json *v, struct str uri);
