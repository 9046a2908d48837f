/* Announce of an activity: how groups (Lemmy, PeerTube, Mbin) pass on what their members do, FEP-1b12. What it holds is never believed:
 * a post is fetched at its own id, and so is a Like, whose actor must be at home where it is. A group that nobody here follows says
 * nothing but what is about posts of ours. https://codeberg.org/fediverse/fep/src/branch/main/fep/1b12/fep-1b12.md */
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

/* What begins a conversation comes as the group's boost to those who follow it; answers only join their conversation. */
static struct err *created(struct call *c, struct inbound *in, const struct passed_on *p)
{
	struct status *post;

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

	TRY(fed__known_post(c, p->object, &known));
	if (!known || known->local)
		return NULL;
	e = fed_fetch(c, &in->budget, p->object, &doc);
	return fed__settle(e ? e : fed_post_fetched(c, &in->budget, doc, &way, &id));
}

/* The activity as its own server shows it: of this type, by somebody who is at home there, about this object. *ret NULL: it is not so. */
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
	if (!e && !(*ret_by)->local && !(*ret_by)->suspended_us)
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
	return fed__settle(acts_favourite_undone(c, by->id, post->id));
}

static struct err *deleted(struct call *c, struct inbound *in, const struct passed_on *p) { return fed__delete_heard_of(c, in, p->object); }

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
