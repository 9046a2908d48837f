/* acts/inbound.h: taking in what another server has sent and signed: from here on it cannot be lost. */
#pragma once
#include "base/call.h"
#include "model/dialect.h"
#include "model/ids.h"
#include "model/jobs.h"

struct inbound_activity {
	struct str id;            /* the activity's */
	struct str body;          /* as it came */
	account_id signer;
	struct str signer_host;   /* where its inbox is: what we deliver to */
	enum dialect dialect;     /* how it was signed: who writes so reads so */
	account_id inbox_of;      /* none: the shared inbox */
	bool stale;               /* what we know of the signer is old: their profile is fetched again */
	/* Where they say who of ours follows the signer, which is not what we hold; none: they agree, or say nothing. */
	struct str followers_url;
	/* Process it even where it was accepted before, for a Follow is answered again; but not the very same request, which somebody may
	 * have kept: that is known by the bytes of its signature. */
	bool repeat;
	struct str signature;
};
/* What one activity in one inbox is remembered by. */
struct str acts_inbound_key(struct call *c, struct str activity_id, account_id inbox_of);
/* Stores it with its job, remembers its id, notes that its host lives, in one transaction. *ret_new: false where it was here before. */
MUST struct err *acts_inbound_accept(struct call *c, const struct inbound_activity *in, bool *ret_new);
/* The job INBOUND cannot be done before somebody at host was asked: INBOUND_LOOKUP is to do it instead. */
MUST struct err *acts_inbound_hand_on(struct call *c, const struct job *job, struct str host);
