/* Create, Update, Delete. ActivityPub 7.2 to 7.4. */
#include "acts/collection_receive.h"
#include "acts/remote_account.h"
#include "acts/remote_status.h"
#include "acts/undo.h"
#include "fed/actor_read.h"
#include "fed/inbound_priv.h"
#include "fed/note_read.h"
#include "fed/people.h"
#include "fed/posts.h"
#include "view/collection_told.h"
#include "view/federation.h"
#include "wire/date.h"
#include "wire/url.h"

bool fed__is_own_post(const struct inbound *in)
{
	return in->own && json_kind(in->object) == JSON_OBJECT && str_eq(fed_note_author(in->object), in->signer->uri) &&
	       url_same_host(in->object_id, in->signer->uri);
}

/* ---- Create ---- */

/* "bear:?u=https://...&t=token" (https://github.com/cwebber/rwot9-prague/blob/bearcaps/topics-and-advance-readings/bearcaps.md): an address, and
 * what opens it. */
static bool read_bearcap(struct call *c, struct str id, struct str *ret_at, struct str *ret_token)
{
	struct str rest, piece, name, value, text;

	*ret_at = *ret_token = STR_NONE;
	if (!id.p || !str_has_prefix(id, STR("bear:?")))
		return false;
	rest = str_from(id, 6);
	while (str_next(&rest, '&', &piece)) {
		if (!str_cut(piece, '=', &name, &value) || !url_decode(c->arena, value, true, &text))
			return false;
		if (str_eqz(name, "u"))
			*ret_at = text;
		else if (str_eqz(name, "t"))
			*ret_token = text;
	}
	for (size_t i = 0; i < ret_token->n; i++)        /* it goes into a header */
		if (ret_token->p[i] <= ' ' || ret_token->p[i] > '~')
			return false;
	return ret_at->n && ret_token->n;
}

/* What the actor gives us the token for is at the actor's own server: fetched, it is as if it had been embedded. */
static struct err *open_bearcap(struct call *c, struct inbound *in)
{
	const struct json *doc;
	struct str at, token;
	struct err *e;

	if (!in->own || json_kind(in->object) != JSON_STRING || !read_bearcap(c, in->object_id, &at, &token) || !url_same_host(at, in->signer->uri))
		return NULL;
	in->budget.bearer = token;
	in->budget.bearer_at = at;
	e = fed_fetch(c, &in->budget, at, &doc);
	in->budget.bearer = STR_NONE;
	TRY(e);
	in->object = doc;
	in->object_id = json_get_s(doc, "id");
	return NULL;
}

/* stands: what an Update is of; NULL: it is none. */
static struct err *take_post(struct call *c, struct inbound *in, const struct status *stands)
{
	struct post_way way = { .is_update = stands != NULL, .retold = in->by_proof, .inbox_of = in->inbox_of, .relayed = in->by_relay };
	const struct json *doc;
	struct status *known;
	enum fed_proof proof;
	bool was_vote;
	status_id id;

	if (fed__is_own_post(in)) {
		TRY(fed__vote(c, in, &was_vote));
		if (was_vote)
			return NULL;
		TRY(fed__forward_answer(c, in, fed_id_of(json_get(in->object, "inReplyTo")), &way.forward));
		if (stands && stands->reblogs_count && !way.forward.n)
			TRY(fed__forward_news(c, in, &way.forward));
		return fed__settle(fed_post_from(c, &in->budget, in->object, in->signer, &way, &id));
	}
	/* Passed on by another, or only named: what its own server says counts, or what its author's key says. */
	if (!in->object_id.n || fed_is_ours(c, in->object_id))
		return NULL;
	TRY(fed__known_post(c, in->object_id, &known));
	if (known && !stands)
		return NULL;
	TRY(view_is_relay(c, in->signer, &way.relayed));
	way.inbox_of = ID_NONE(account_id);      /* its author did not choose it */
	TRY(fed_post_proven(c, &in->budget, in->object, &way, &proof));
	if (proof != FED_PROOF_NONE)
		return NULL;
	TRY(fed_fetch(c, &in->budget, in->object_id, &doc));
	TRY(fed_post_fetched(c, &in->budget, doc, &way, &id));
	if (!id.v)
		fed_budget_in_vain(&in->budget);
	return NULL;
}

struct err *fed__act_create(struct call *c, struct inbound *in)
{
	struct err *e = open_bearcap(c, in);

	return fed__settle(e ? e : take_post(c, in, NULL));
}

/* ---- Update ---- */

/* Whoever holds a stolen key may say that there is a new one: that is believed only where it is at home. */
static struct err *has_new_key(struct call *c, const struct json *doc, bool *ret)
{
	struct actor_said said;
	struct actor_key known;
	bool found;

	*ret = false;
	TRY(fed_actor_read(c, doc, &said));
	for (size_t i = 0; i < said.account.keys_n && !*ret; i++) {
		TRY(view_key_by_uri(c, said.account.keys[i].uri, &known, &found));
		*ret = !found || !str_eq(known.public_pem, said.account.keys[i].public_pem);
	}
	return NULL;
}

static struct err *update_actor(struct call *c, struct inbound *in)
{
	struct account *a;
	bool is_new;

	TRY(has_new_key(c, in->object, &is_new));
	return is_new ? fed_person_again(c, &in->budget, in->signer->id) : fed_person_from(c, &in->budget, in->object, &a);
}

struct err *fed__act_update_actor(struct call *c, struct inbound *in)
{
	return in->own && str_eq(in->object_id, in->signer->uri) ? fed__settle(update_actor(c, in)) : NULL;
}

/* Of a post that has not come yet, the edit may be all that does: it is taken for the post, if that is young. What is older is not for us. */
static bool may_stand_for_post(const struct call *c, const struct inbound *in)
{
	int64_t us;

	return !in->signer->suspended_us && fed__is_own_post(in) &&
	       (!date_parse(json_get_s(in->object, "published"), &us) || us > c->now_us - US_PER_DAY);
}

struct err *fed__act_update_post(struct call *c, struct inbound *in)
{
	struct status *known;

	if (in->own && str_eq(in->object_id, in->signer->uri))
		return fed__settle(fed_person_again(c, &in->budget, in->signer->id));
	TRY(fed__known_post(c, in->object_id, &known));
	if (known)
		return fed__settle(take_post(c, in, known));
	return may_stand_for_post(c, in) ? fed__settle(take_post(c, in, NULL)) : NULL;
}

/* ---- Delete ---- */

struct err *fed__delete_heard_of(struct call *c, struct inbound *in, struct str uri)
{
	const struct json *doc;
	struct status *known;
	struct err *e;
	bool was;

	TRY(fed__known_post(c, uri, &known));
	if (!known || known->local)
		return NULL;
	e = fed_fetch(c, &in->budget, uri, &doc);
	if ((e && e->code == ERR_GONE) || (!e && str_eqz(fed__type_of(doc), "Tombstone")))
		return acts_status_gone(c, known->account, uri, STR_NONE, &was);
	return fed__settle(e);
}

/* One's own post; or collection of people, where only its id is said. */
static struct err *delete_own(struct call *c, struct inbound *in)
{
	struct str forward = STR_NONE;
	struct status *known;
	struct collection k;
	bool was;

	TRY(fed__known_post(c, in->object_id, &known));
	if (!known)
		TRY(view_collection_by_uri(c, in->object_id, &k, &was));
	if (!known && was)
		return acts_collection_gone(c, in->signer->id, in->object_id, &was);
	if (known && (known->reply_to.v || known->reblogs_count))
		TRY(fed__forward_news(c, in, &forward));
	return acts_status_gone(c, in->signer->id, in->object_id, forward, &was);
}

struct err *fed__act_delete(struct call *c, struct inbound *in)
{
	bool was;

	if (!in->object_id.n)
		return NULL;
	TRY(fed__authorization_gone(c, in, &was));
	if (!was)
		TRY(fed__feature_gone(c, in, &was));
	if (was)
		return NULL;
	if (!in->own)
		return fed__delete_heard_of(c, in, in->object_id);
	if (str_eq(in->object_id, in->signer->uri))
		return acts_remote_account_gone(c, in->signer->id);
	return fed__own_object(in).n ? delete_own(c, in) : NULL;
}

/* ---- Undo ---- */

struct err *fed__undo_by_id(struct call *c, const struct inbound *in)
{
	struct status *s;
	bool was;

	if (!in->own || !fed__own_object(in).n)
		return NULL;
	TRY(fed__known_post(c, in->object_id, &s));
	if (s && s->reblog_of.v)
		return acts_status_gone(c, in->signer->id, in->object_id, STR_NONE, &was);
	return s ? NULL : fed__settle(acts_undone(c, in->signer->id, in->object_id));
}

struct err *fed__act_undo_any(struct call *c, struct inbound *in) { return fed__undo_by_id(c, in); }
