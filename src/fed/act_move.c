/* Move: somebody lives elsewhere now. Believed where they say so themselves and the new account names the old one. FEP-7628. */
#include "acts/move.h"
#include "fed/inbound_priv.h"
#include "fed/people.h"

static struct err *target_of(struct call *c, struct inbound *in, account_id *ret)
{
	struct str uri = fed_id_of(json_get(in->activity, "target"));
	struct account *a = NULL;

	*ret = ID_NONE(account_id);
	if (!uri.n || str_eq(uri, in->signer->uri))
		return NULL;
	TRY(fed__ours_by_uri(c, uri, &a));
	if (!a && !fed_is_ours(c, uri)) {
		TRY(fed_person(c, &in->budget, uri, false, &a));
		/* The alias may be younger than what is known here. */
		if (!acts_alias_claims(c, a, in->signer->uri))
			TRY(fed_person_again(c, &in->budget, a->id));
	}
	if (a)
		*ret = a->id;
	return NULL;
}

struct err *fed__act_move(struct call *c, struct inbound *in)
{
	account_id to;

	if (!in->own || !str_eq(in->object_id, in->signer->uri))
		return NULL;
	TRY(fed__settle(target_of(c, in, &to)));
	return to.v ? fed__settle(acts_move_receive(c, in->signer->id, to)) : NULL;
}
