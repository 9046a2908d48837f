/* Votes, Announce, Like, and their undoing. ActivityPub 7.10 to 7.12. */
#include "acts/interact.h"
#include "acts/remote_status.h"
#include "acts/vote.h"
#include "fed/inbound_priv.h"
#include "fed/note_read.h"
#include "fed/posts.h"
#include "view/federation.h"
#include "wire/date.h"
#include "wire/url.h"

struct err *fed__vote(struct call *c, const struct inbound *in, bool *ret_was)
{
	struct str name = json_get_s(in->object, "name");
	struct status *question;
	bool counted;

	*ret_was = false;
	if (!name.n || json_get_s(in->object, "content").n || !fed_is_ours(c, fed_id_of(json_get(in->object, "inReplyTo"))))
		return NULL;
	TRY(fed__known_post(c, fed_id_of(json_get(in->object, "inReplyTo")), &question));
	if (!question || !question->local || !question->poll.v)
		return NULL;
	*ret_was = true;
	return acts_vote_receive(c, in->signer->id, question->id, name, in->object_id, &counted);
}

/* ---- Announce ---- */

/* Boosts are kept of those whom somebody here follows, and of our own posts. */
static struct err *boost_wanted(struct call *c, const struct inbound *in, bool *ret)
{
	*ret = fed_is_ours(c, in->object_id);
	return *ret ? NULL : view_followed_here(c, in->signer->id, ret);
}

static enum visibility boost_visibility(const struct inbound *in)
{
	if (fed_has_public(json_get(in->activity, "to")))
		return VISIBILITY_PUBLIC;
	return fed_has_public(json_get(in->activity, "cc")) ? VISIBILITY_UNLISTED : VISIBILITY_PRIVATE;
}

struct err *fed__boost_receive(struct call *c, struct inbound *in, const struct status *original)
{
	struct reblog_received boost = { .actor = in->signer->id, .of = original->id, .uri = in->id, .visibility = boost_visibility(in) };
	status_id made;

	if (original->reblog_of.v)
		return NULL;
	if (original->visibility > VISIBILITY_UNLISTED && !(original->visibility == VISIBILITY_PRIVATE && id_eq(original->account, in->signer->id)))
		return NULL;
	if (!date_parse(json_get_s(in->activity, "published"), &boost.published_us) || boost.published_us < 0 || boost.published_us > c->now_us)
		boost.published_us = 0;
	return fed__settle(acts_reblog_receive(c, &boost, &made));
}

/* The post comes along, as its author's own word: with a proof, or because it is the booster's own, which may be for followers and not to be
 * fetched. *ret_false: it is not that. */
static struct err *take_embedded(struct call *c, struct inbound *in, bool *ret_false)
{
	const struct post_way way = { .asked_for = true };
	enum fed_proof proof = FED_PROOF_NONE;
	struct status *known;
	status_id id;

	TRY(fed__known_post(c, in->object_id, &known));
	if (!known)
		TRY(fed__settle(fed_post_proven(c, &in->budget, in->object, &way, &proof)));
	if (!known && proof == FED_PROOF_NONE && !in->by_proof && fed__is_own_post(in))
		TRY(fed__settle(fed_post_from(c, &in->budget, in->object, in->signer, &way, &id)));
	*ret_false = proof == FED_PROOF_WRONG;
	return NULL;
}

struct err *fed__act_announce(struct call *c, struct inbound *in)
{
	struct status *original;
	bool wanted, was, is_false = false;

	if (!in->own || !in->object_id.n || !in->id.n)
		return NULL;
	TRY(view_is_relay(c, in->signer, &was));
	if (was)
		return fed__relayed(c, in);
	TRY(fed__passed_on(c, in, &was));
	if (was)
		return NULL;
	TRY(boost_wanted(c, in, &wanted));
	if (wanted)
		TRY(take_embedded(c, in, &is_false));
	if (!wanted || is_false)
		return NULL;
	TRY(fed_post_get(c, &in->budget, in->object_id, (struct post_depth){ 0 }, &original));
	return original ? fed__boost_receive(c, in, original) : NULL;
}

/* ---- Like ---- */

struct err *fed__act_like(struct call *c, struct inbound *in)
{
	struct status *s;

	if (!in->own || !fed_is_ours(c, in->object_id))
		return NULL;
	TRY(fed__known_post(c, in->object_id, &s));
	return s && s->local ? fed__settle(acts_favourite_receive(c, in->signer->id, s->id, in->id)) : NULL;
}

/* ---- Undo ---- */

struct err *fed__act_undo_like(struct call *c, struct inbound *in)
{
	struct str of = fed_id_of(json_get(in->object, "object"));
	struct status *s;

	if (!of.n)
		return fed__undo_by_id(c, in);
	TRY(fed__known_post(c, of, &s));
	return in->own && s && s->local ? fed__settle(acts_favourite_undone(c, in->signer->id, s->id, fed__own_object(in))) : NULL;
}

/* A boost is a post of the booster's, known by the Announce's id; some only say what was boosted. */
struct err *fed__act_undo_announce(struct call *c, struct inbound *in)
{
	struct status *s = NULL;
	bool was = false;

	if (!in->own)
		return NULL;
	if (in->object_id.n && url_same_host(in->object_id, in->signer->uri))
		TRY(acts_status_gone(c, in->signer->id, in->object_id, STR_NONE, &was));
	if (was)
		return NULL;
	TRY(fed__known_post(c, fed_id_of(json_get(in->object, "object")), &s));
	return s ? fed__settle(acts_reblog_undone(c, in->signer->id, s->id)) : NULL;
}
