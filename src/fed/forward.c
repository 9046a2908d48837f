/* Forwarding from the inbox, ActivityPub 7.1.2 (https://www.w3.org/TR/activitypub/#inbox-forwarding): who answers a post of ours tells it to whom
 * they name and to their own followers. Those of whom they answer, at servers that know neither, hear of it from here: of the answer, of its edits
 * and its end. What somebody here has boosted stands where their followers are, and there too it is to change and to go. Whoever gets it must be able
 * to tell who said it, so it goes on byte for byte, and only with an integrity proof that holds (proof.h) or a Linked Data signature, which others
 * judge and we do not; that is why it must be its actor's own word in the request that brought it here. acts passes on what it has kept, each state
 * once (acts/remote_status.h). */
#include "conf/limits.h"
#include "fed/inbound_priv.h"
#include "fed/proof.h"
#include "view/federation.h"
#include "wire/url.h"

/* One that is longer goes to as many servers as whom it answers has followers at: no answer that people write needs more. */
enum { FORWARD_MAX = 32 * 1024 };

/* May bear something that others can judge: cheap. */
static bool is_signed(const struct inbound *in)
{
	return json_kind(json_get(in->activity, "signature")) == JSON_OBJECT || json_get(in->activity, "proof") || json_get(in->object, "proof");
}

/* A proof that does not hold spoils the whole for whoever reads proofs. */
static struct err *is_verifiable(struct call *c, struct inbound *in, bool *ret)
{
	enum fed_proof state;
	struct account *author;
	struct err *e = fed_proof_check(c, &in->budget, in->activity, in->signer->uri, &state, &author);

	if (!e && state == FED_PROOF_NONE)
		e = fed_proof_check(c, &in->budget, in->object, in->signer->uri, &state, &author);
	*ret = !e && (state == FED_PROOF_HOLDS ||
		      (state == FED_PROOF_NONE && json_kind(json_get(in->activity, "signature")) == JSON_OBJECT));
	/* A key that cannot be had now is no reason to hold up what it says. */
	return e && e->code == ERR_REMOTE ? NULL : e;
}

struct err *fed__forward_news(struct call *c, struct inbound *in, struct str *ret)
{
	bool good = in->by_proof;

	*ret = STR_NONE;
	if (!in->own || in->body.n > FORWARD_MAX || !is_signed(in))
		return NULL;
	if (!good)
		TRY(is_verifiable(c, in, &good));
	if (good)
		*ret = in->body;
	return NULL;
}

/* Who is silenced here, or whom the author will not hear, is not made heard. */
static struct err *is_welcome(struct call *c, const struct inbound *in, struct str answers, bool *ret)
{
	const struct account *by = in->signer;
	struct status *ours;

	*ret = false;
	if (by->silenced_us || conf_limits_of(c->conf, by->domain).silenced || conf_limits_of(c->conf, url_domain(c->arena, by->uri)).silenced)
		return NULL;
	TRY(fed__known_post(c, answers, &ours));
	if (!ours || !ours->local || ours->local_only || ours->visibility > VISIBILITY_UNLISTED)
		return NULL;
	TRY(view_is_shunned(c, ours, by, ret));
	*ret = !*ret;
	return NULL;
}

struct err *fed__forward_answer(struct call *c, struct inbound *in, struct str answers, struct str *ret)
{
	bool welcome;

	*ret = STR_NONE;
	if (!fed_is_ours(c, answers) || !is_signed(in))
		return NULL;
	TRY(is_welcome(c, in, answers, &welcome));
	return welcome ? fed__forward_news(c, in, ret) : NULL;
}
