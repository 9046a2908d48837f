/* acts/push.h: a client's Web Push subscription: one an access token. https://docs.joinmastodon.org/methods/push/ */
#pragma once
#include "base/call.h"
#include "model/jobs.h"
#include "model/push.h"
#include "model/viewer.h"

struct push_endpoint {
	struct str url;           /* https (in a laboratory http too) */
	struct str p256dh, auth;  /* base64url */
	bool standard;            /* RFC 8291; otherwise the draft before it */
	struct str token;         /* the text of the viewer's token, which messages name; kept sealed */
};

/* Takes the place of the token's earlier one. INVALID: no such endpoint, or its keys are none. */
MUST struct err *acts_push_subscribe(struct call *c, const struct viewer *v, const struct push_endpoint *to, const struct push_wants *wants);
/* NOT_FOUND ("Not Found"): the token has none. */
MUST struct err *acts_push_change(struct call *c, token_id token, const struct push_wants *wants);
MUST struct err *acts_push_unsubscribe(struct call *c, token_id token);

/* What a push service may call to end a subscription (Unsubscribe-URL): a text that only this server can make, good for
 * PUSH_TICKET_US. Nothing is said of one that is forged, too old, or was used. */
#define PUSH_TICKET_US (2 * US_PER_DAY)
MUST struct err *acts_push_ticket(struct call *c, push_id id, struct str *ret);
MUST struct err *acts_push_ticket_used(struct call *c, struct str ticket);

/* What a token's text is sealed for. */
struct str acts_push_purpose(struct arena *a, token_id token);

/* PUSH_GONE: ref_id is the subscription. */
job_fn acts_job_push_gone;
