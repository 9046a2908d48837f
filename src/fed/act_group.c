/* Announce of an activity: how groups (Lemmy, PeerTube, Mbin) pass on what their members do, FEP-1b12, and what relays have heard of. What it
 * holds is never believed for its own sake: a post is fetched at its own id, unless a proof says that this is how its author made it (a proof
 * that does not hold says nothing: who passes things on may have changed their form); and so is a Like, whose actor must be at home where it
 * is. A group that nobody here follows says nothing but what is about posts of ours.
 * https://codeberg.org/fediverse/fep/src/branch/main/fep/1b12/fep-1b12.md */
#include "acts/interact.h"
#include "acts/remote_status.h"
#include "fed/inbound_priv.h"
#include "fed/note_read.h"
#include "fed/people.h"
#include "fed/posts.h"
#include "view/federation.h"
#include "wire/url.h"

struct passed_on {
	const struct json *activity;
	struct str id, object;        /* of the activity, and of what it is about */
};

/* ---- with a proof ---- */

/* Is this post as its author made it? The proof may be the post's, or that of the author's activity around it. *ret NULL: none says so. */
static struct err *proven_author(struct call *c, struct inbound *in, const struct json *activity, const struct json *post, struct account **ret)
{
	struct str author = fed_note_author(post);
	enum fed_proof proof = FED_PROOF_NONE;

	*ret = NULL;
	if (json_kind(post) != JSON_OBJECT || !fed_is_post(post) || !author.n || !url_same_host(author, fed_id_of(post)))
		return NULL;
	if (activity && str_eq(fed_id_of(json_get(activity, "actor")), author))
		TRY(fed_proof_check(c, &in->budget, activity, author, &proof, ret));
	return proof == FED_PROOF_HOLDS ? NULL : fed_proof_check(c, &in->budget, post, author, &proof, ret);
}

/* *ret: it was its author's own word, and nothing need be fetched. activity: NULL where the post stands alone. */
static struct err *take_proven(struct call *c, struct inbound *in, const struct json *activity, const struct json *post,
			       const struct post_way *way, bool *ret)
{
	struct post_way told = *way;
	struct account *author;
	status_id id;

	told.retold = true;
	TRY(proven_author(c, in, activity, post, &author));
	*ret = author != NULL;
	return author && !author->suspended_us ? fed__settle(fed_post_from(c, &in->budget, post, author, &told, &id)) : NULL;
}

/* ---- by groups ---- */

/* What begins a conversation comes as the group's boost to those who follow it; answers only join their conversation. */
static struct err *created(struct call *c, struct inbound *in, const struct passed_on *p)
{
	struct post_way way = { .asked_for = true };
	struct status *post;
	bool taken;

	TRY(fed__known_post(c, p->object, &post));
	if (!post)
		TRY(take_proven(c, in, p->activity, json_get(p->activity, "object"), &way, &taken));
	TRY(fed_post_get(c, &in->budget, p->object, (struct post_depth){ 0 }, &post));
	if (!post || post->reply_to.v || post->reply_to_uri.n)
		return NULL;
	return fed__boost_receive(c, in, post);
}

static struct err *updated(struct call *c, struct inbound *in, const struct passed_on *p)
{
	struct post_way way = { .asked_for = true, .is_update = true };
	const struct json *doc;
	struct status *known;
	struct err *e;
	status_id id;
	bool taken;

	TRY(fed__known_post(c, p->object, &known));
	if (!known || known->local)
		return NULL;
	TRY(take_proven(c, in, p->activity, json_get(p->activity, "object"), &way, &taken));
	if (taken)
		return NULL;
	e = fed_fetch(c, &in->budget, p->object, &doc);
	return fed__settle(e ? e : fed_post_fetched(c, &in->budget, doc, &way, &id));
}

/* The activity as its own server shows it, by somebody who is at home there: whom the actor's address leads to may be elsewhere. *ret NULL: it
 * is not so. */
static struct err *confirmed(struct call *c, struct inbound *in, struct str id, const struct json **ret, struct account **ret_by)
{
	const struct json *doc;
	struct str by;
	struct err *e;

	*ret = NULL;
	if (!id.n || fed_is_ours(c, id))
		return NULL;
	e = fed_fetch(c, &in->budget, id, &doc);
	by = e ? STR_NONE : fed_id_of(json_get(doc, "actor"));
	if (!e && url_same_host(by, json_get_s(doc, "id")))
		e = fed_person(c, &in->budget, by, false, ret_by);
	else if (!e)
		return NULL;
	if (!e && url_same_host((*ret_by)->uri, by) && !(*ret_by)->local && !(*ret_by)->suspended_us)
		*ret = doc;
	return fed__settle(e);
}

static bool is_like(const struct json *v)
{
	struct str type = fed__type_of(v);

	return str_eqz(type, "Like") || str_eqz(type, "EmojiReact");
}

static struct err *liked(struct call *c, struct inbound *in, const struct passed_on *p)
{
	const struct json *like;
	struct account *by;
	struct status *post;

	TRY(fed__known_post(c, p->object, &post));
	if (!post || !post->local)
		return NULL;
	TRY(confirmed(c, in, p->id, &like, &by));
	if (!like || !is_like(like) || !str_eq(fed_id_of(json_get(like, "object")), p->object))
		return NULL;
	return fed__settle(acts_favourite_receive(c, by->id, post->id, p->id));
}

static struct err *undone(struct call *c, struct inbound *in, const struct passed_on *p)
{
	const struct json *inner = json_get(p->activity, "object"), *undo, *like;
	struct account *by;
	struct status *post;

	TRY(fed__known_post(c, fed_id_of(json_get(inner, "object")), &post));
	if (!is_like(inner) || !post || !post->local)
		return NULL;
	TRY(confirmed(c, in, p->id, &undo, &by));
	like = json_get(undo, "object");
	if (!undo || !str_eqz(fed__type_of(undo), "Undo") || !is_like(like) || !str_eq(fed_id_of(json_get(like, "object")), post->uri))
		return NULL;
	return fed__settle(acts_favourite_undone(c, by->id, post->id, STR_NONE));
}

static struct err *deleted(struct call *c, struct inbound *in, const struct passed_on *p)
{
	struct str by = fed_id_of(json_get(p->activity, "actor"));
	enum fed_proof proof = FED_PROOF_NONE;
	struct status *known;
	struct account *author = NULL;
	bool was;

	TRY(fed__known_post(c, p->object, &known));
	if (known && !known->local && by.n)
		TRY(fed_proof_check(c, &in->budget, p->activity, by, &proof, &author));
	if (author && id_eq(author->id, known->account))
		return acts_status_gone(c, author->id, p->object, STR_NONE, &was);
	return fed__delete_heard_of(c, in, p->object);
}

static const struct {
	const char *type;
	struct err *(*take)(struct call *c, struct inbound *in, const struct passed_on *p);
} kinds[] = {
	{ "Create", created }, { "Update", updated }, { "Delete", deleted }, { "Like", liked }, { "EmojiReact", liked }, { "Undo", undone },
	{ "Dislike", NULL }, { "Flag", NULL }, { "Add", NULL }, { "Remove", NULL }, { "Block", NULL }, { "Announce", NULL }, { "Lock", NULL },
};

struct err *fed__passed_on(struct call *c, struct inbound *in, bool *ret_was)
{
	struct passed_on p = { .activity = in->object, .id = in->object_id, .object = fed_id_of(json_get(in->object, "object")) };
	struct str type = json_kind(in->object) == JSON_OBJECT ? fed__type_of(in->object) : STR_NONE;
	struct str about = str_eqz(type, "Undo") ? fed_id_of(json_get(json_get(in->object, "object"), "object")) : p.object;
	bool wanted;
	size_t i = 0;

	while (i < sizeof kinds / sizeof *kinds && !str_eqz(type, kinds[i].type))
		i++;
	*ret_was = i < sizeof kinds / sizeof *kinds;
	if (!*ret_was || !kinds[i].take || in->signer->actor_type != ACTOR_GROUP || !p.object.n)
		return NULL;
	wanted = fed_is_ours(c, about);
	if (!wanted)
		TRY(view_followed_here(c, in->signer->id, &wanted));
	return wanted ? kinds[i].take(c, in, &p) : NULL;
}

/* ---- by relays ---- */

/* A relay boosts nothing: it says that there is a post, which is kept if it is for everybody. */
struct err *fed__relayed(struct call *c, struct inbound *in)
{
	bool is_activity = json_kind(in->object) == JSON_OBJECT && json_kind(json_get(in->object, "object")) != JSON_NONE;
	const struct json *post = is_activity ? json_get(in->object, "object") : in->object;
	struct post_way way = { .relayed = true };
	struct status *known;
	bool taken;

	TRY(fed__known_post(c, fed_id_of(post), &known));
	if (known)
		return NULL;
	TRY(take_proven(c, in, is_activity ? in->object : NULL, post, &way, &taken));
	return taken ? NULL : fed__settle(fed_post_get_by(c, &in->budget, fed_id_of(post), &way, &known));
}
