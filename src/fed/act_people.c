/* Follow, Accept, Reject, Block and their undoing. ActivityPub 7.5 to 7.7, 7.9. */
#include "acts/block.h"
#include "acts/follow.h"
#include "acts/outbound.h"
#include "acts/relay.h"
#include "fed/fed_priv.h"
#include "fed/inbound_priv.h"
#include "fed/people.h"
#include "view/federation.h"

struct err *fed__act_follow(struct call *c, struct inbound *in)
{
	enum follow_result how;
	struct account *target;

	TRY(fed__ours_by_uri(c, in->object_id, &target));
	if (!in->own || !target)
		return NULL;
	TRY(acts_follow_receive(c, in->signer->id, target->id, in->id, &how));
	/* The instance's own actor has nothing to show: who asks to follow it is told so. */
	return target->actor_type == ACTOR_APPLICATION && how == FOLLOW_ASKED ? acts_follow_reject(c, target->id, in->signer->id) : NULL;
}

/* Whom our Follow that they answer was from: it is embedded, or named by its id, or only by whom it is to. */
static struct err *our_follower(struct call *c, const struct inbound *in, account_id *ret, struct str *ret_uri)
{
	struct account *who = NULL;

	*ret = ID_NONE(account_id);
	*ret_uri = in->object_id.n && fed_is_ours(c, in->object_id) ? in->object_id : STR_NONE;
	if (json_kind(in->object) == JSON_OBJECT)
		TRY(fed__ours_by_uri(c, fed_id_of(json_get(in->object, "actor")), &who));
	else if (in->object_id.n)
		TRY(fed__ours_by_uri(c, in->object_id, &who));
	if (who)
		*ret = who->id;
	return NULL;
}

/* It may be a relay that was asked for what is public. */
static struct err *relay_answered(struct call *c, const struct inbound *in, bool yes, bool *ret_was)
{
	*ret_was = false;
	if (!in->object_id.n || !fed_is_ours(c, in->object_id))
		return NULL;
	return acts_relay_answered(c, fed__place_of(c, in->signer->uri), in->object_id, yes, ret_was);
}

static struct err *answered(struct call *c, struct inbound *in, bool yes)
{
	account_id follower;
	struct str uri;
	bool was;

	if (!in->own)
		return NULL;
	/* Named by its id alone, what is answered may be a QuoteRequest, or a FeatureRequest. */
	TRY(fed__settle(fed__quote_answered(c, in, yes, &was)));
	if (was)
		return NULL;
	TRY(fed__settle(fed__feature_answered(c, in, yes, &was)));
	if (was)
		return NULL;
	TRY(relay_answered(c, in, yes, &was));
	if (was)
		return NULL;
	TRY(our_follower(c, in, &follower, &uri));
	if (!follower.v && !uri.n)
		return NULL;
	return yes ? acts_follow_accepted(c, in->signer->id, follower, uri) : acts_follow_rejected(c, in->signer->id, follower, uri);
}

struct err *fed__act_accept(struct call *c, struct inbound *in) { return answered(c, in, true); }
struct err *fed__act_reject(struct call *c, struct inbound *in) { return answered(c, in, false); }

struct err *fed__act_block(struct call *c, struct inbound *in)
{
	struct account *target;

	TRY(fed__ours_by_uri(c, in->object_id, &target));
	return in->own && target ? acts_block_receive(c, in->signer->id, target->id, in->id) : NULL;
}

/* The one that an undone activity was about: the object of the object. */
static struct str about(const struct inbound *in) { return fed_id_of(json_get(in->object, "object")); }

struct err *fed__act_undo_follow(struct call *c, struct inbound *in)
{
	struct account *target;

	if (!about(in).n)
		return fed__undo_by_id(c, in);
	TRY(fed__ours_by_uri(c, about(in), &target));
	return in->own && target ? acts_follow_undone(c, in->signer->id, target->id, fed__own_object(in)) : NULL;
}

struct err *fed__act_undo_block(struct call *c, struct inbound *in)
{
	struct account *target;

	if (!about(in).n)
		return fed__undo_by_id(c, in);
	TRY(fed__ours_by_uri(c, about(in), &target));
	return in->own && target ? acts_block_undone(c, in->signer->id, target->id, fed__own_object(in)) : NULL;
}

/* They take back that they let one of ours follow. */
struct err *fed__act_undo_accept(struct call *c, struct inbound *in)
{
	struct inbound inner = *in;

	inner.object = json_get(in->object, "object");
	inner.object_id = fed_id_of(inner.object);
	return answered(c, &inner, false);
}
