#include "acts/inbound.h"

#include "base/fault.h"
#include "crypt/digest.h"
#include "store/host.h"
#include "store/inbound.h"
#include "store/job.h"
#include "store/store.h"

struct str acts_inbound_key(struct call *c, struct str activity_id, account_id inbox_of)
{
	return digest_sha256_hex(c->arena, arena_printf(c->arena, "%lld " STR_FMT, (long long)inbox_of.v, STR_ARG(activity_id)));
}

struct accept {
	const struct inbound_activity *in;
	bool is_new;
};

/* Everybody reads the draft, so only the other dialect says anything; what was seen of its answers counts more. */
static struct err *hear_dialect(struct call *c, const struct inbound_activity *in)
{
	enum dialect known;

	TRY(host_dialect(c, in->signer_host, &known));
	return known == DIALECT_UNKNOWN ? host_dialect_put(c, in->signer_host, in->dialect) : NULL;
}

static struct err *save(struct call *c, void *arg)
{
	struct accept *a = arg;
	const struct inbound_activity *in = a->in;
	bool said_anew = false, ails;
	struct job_new job = { .kind = JOB_INBOUND, .ref_id = in->signer.v, .payload = in->body };

	TRY(activity_note_from(c, acts_inbound_key(c, in->id, in->inbox_of), in->signer_host, &a->is_new, &ails));
	if (in->repeat)
		TRY(activity_note(c, acts_inbound_key(c, in->signature, in->inbox_of), &said_anew));
	if (!a->is_new && !said_anew)
		return NULL;
	if (in->inbox_of.v)
		job.arg = arena_printf(c->arena, "%lld", (long long)in->inbox_of.v);
	TRY(job_add(c, &job));
	if (in->stale)
		TRY(job_add(c, &(struct job_new){ .kind = JOB_REFRESH_ACTOR, .ref_id = in->signer.v, .host = in->signer_host,
						  .once_key = arena_printf(c->arena, "refresh:%lld", (long long)in->signer.v) }));
	if (in->dialect == DIALECT_RFC9421)
		TRY(hear_dialect(c, in));
	if (in->followers_url.n)
		TRY(job_add(c, &(struct job_new){ .kind = JOB_SYNCHRONIZE, .ref_id = in->signer.v, .arg = in->followers_url,
						  .once_key = arena_printf(c->arena, "synchronize:%lld", (long long)in->signer.v) }));
	return ails || !a->is_new ? host_alive(c, in->signer_host) : NULL;
}

struct err *acts_inbound_accept(struct call *c, const struct inbound_activity *in, bool *ret_new)
{
	struct accept a = { in, false };

	FAULT_POINT("inbound.accept.before");
	TRY(store_tx(c, save, &a));
	FAULT_POINT("inbound.accept.after");
	*ret_new = a.is_new;
	return NULL;
}

struct handed {
	const struct job *job;
	struct str host;
};

static struct err *hand_on(struct call *c, void *arg)
{
	const struct handed *h = arg;
	/* Should this node end before the first job is known to be done, it comes once more. */
	struct job_new job = { .kind = JOB_INBOUND_LOOKUP, .ref_id = h->job->ref_id, .arg = h->job->arg, .payload = h->job->payload, .host = h->host,
			       .once_key = arena_printf(c->arena, "inbound:%lld", (long long)h->job->id.v) };

	return job_add(c, &job);
}

struct err *acts_inbound_hand_on(struct call *c, const struct job *job, struct str host)
{
	struct handed h = { job, host };

	return store_tx(c, hand_on, &h);
}
