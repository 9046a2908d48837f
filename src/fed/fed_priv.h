/* fed/fed_priv.h: what the files of this room share. */
#pragma once
#include "fed/document.h"
#include "gate/endpoint.h"

/* Activities of that type are known here (activities.def): others are let go before anything is stored. */
bool fed__means_something(struct str type);
/* "https://example.org/": what all URIs at one place begin with; none: it is no address. */
struct str fed__place_of(struct call *c, struct str uri);

/* 200 with an ActivityPub document. */
void fed__reply(struct req *r, struct str json);

/* "interactionPolicy" into the open object: whom `whose` lets do what ("canQuote", "canFeature"), in the bits of model/quote.h. */
void fed__policy_write(const char *what, int64_t policy, const struct account *whose, struct jw *w);
/* "quote" with its kin, of a post of ours, into the open object. */
void fed__quote_write(const struct note *n, struct jw *w);
/* The members of a QuoteAuthorization into the open object. */
void fed__authorization_write(const struct authorization *a, struct jw *w);

/* For whom a document is written: a server that signed (VIEWER_REMOTE), or anybody. A signature that does not hold is none,
 * unless authorized_fetch wants one (then UNAUTHORIZED). *ret_again: the key must be fetched first, r->out says so; return at once. */
MUST struct err *fed__reader(struct call *c, struct req *r, bool needed, struct viewer *ret, bool *ret_again);
