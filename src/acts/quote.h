/* acts/quote.h: quoting with the consent of who is quoted, FEP-044f: asked for, given, refused, taken back.
 * https://docs.joinmastodon.org/methods/statuses/#revoke_quote, https://w3id.org/fep/044f */
#pragma once
#include "base/call.h"
#include "model/quote.h"
#include "model/viewer.h"

/* An authorization that another server keeps is read again after this long. */
#define QUOTES_AGAIN_US (7 * US_PER_DAY)

/* Who may quote one's own post from now on; its word. No edit. NOT_FOUND; FORBIDDEN: another's. */
MUST struct err *acts_interaction_policy(struct call *c, const struct viewer *v, status_id id, struct str quote_policy);
/* The author of `quoted` takes it out of `quoting`, and tells other servers. NOT_FOUND; FORBIDDEN: another's post. */
MUST struct err *acts_quote_revoke(struct call *c, const struct viewer *v, status_id quoted, status_id quoting);

/* Somebody elsewhere asked to quote a post of ours. */
struct quote_request {
	struct str uri;               /* the QuoteRequest's id */
	account_id actor;
	status_id quoted;
	struct str quoting_uri;
};
/* The quoting post is known here: agrees, tells them where the authorization is, and the author that somebody quotes. Asked again it answers
 * again. Nothing where it does not quote that post, or is another's. */
MUST struct err *acts_quote_agree(struct call *c, const struct quote_request *in, status_id quoting);
MUST struct err *acts_quote_refuse(struct call *c, const struct quote_request *in);

/* What was quoted has been fetched. Quoting oneself needs nobody's consent. */
MUST struct err *acts_quote_link(struct call *c, quote_id id, status_id quoted);
/* Its authorization was read at this address and holds. Nothing where a quote that is not ours has named another since, or none. */
MUST struct err *acts_quote_accepted(struct call *c, quote_id id, struct str approval_uri);
/* The author of what is quoted said no, or took a yes back. */
MUST struct err *acts_quote_rejected(struct call *c, quote_id id);
/* The same, said by this activity of the author's, which is passed on to the followers elsewhere of who quotes, if that is one of ours and did so
 * for everybody. forward: none: it is not passed on. */
MUST struct err *acts_quote_withdrawn(struct call *c, quote_id id, struct str forward);
/* There is no authorization at this address. Nothing where the quote has named another since, or none. */
MUST struct err *acts_quote_unproven(struct call *c, quote_id id, struct str approval_uri);

/* Recurring: queues reading those authorizations again whose turn it is. */
MUST struct err *acts_quotes_again(struct call *c);
