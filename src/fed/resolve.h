/* fed/resolve.h: finding people, posts and collections of people of other servers. They fetch, so they are for rows of lane FETCH and for jobs
 * only; the one header of this room that api and web may include. */
#pragma once
#include "base/call.h"
#include "model/ids.h"

/* "user@host", with or without "@" or "acct:" before it: what WebFinger says there (RFC 7033; where the subject names another host, that one
 * is asked once and must agree). Known people are found without a fetch unless their document is older than a day.
 * Fails: NOT_FOUND  there is no such person; GONE; REMOTE  their server does not answer; INVALID  what it says is not believed. */
MUST struct err *fed_resolve_handle(struct call *c, struct str handle, account_id *ret);

enum fed_found { FED_FOUND_ACCOUNT, FED_FOUND_STATUS, FED_FOUND_COLLECTION };
/* An address that somebody typed: the document of an actor, a post or a collection of people, or the page that stands for one. */
MUST struct err *fed_resolve_uri(struct call *c, struct str url, enum fed_found *ret_kind, int64_t *ret_id);

/* Reads the actor's document again. */
MUST struct err *fed_refresh_actor(struct call *c, account_id who);
