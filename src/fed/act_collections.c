/* Collections of people, FEP-7aa9, in activities: asking whether somebody may be put into one, answers, the end of consent; and what owners of
 * other servers say of their own. */
#include "acts/collection.h"
#include "fed/inbound_priv.h"
#include "fed/people_collection.h"
#include "view/federation.h"
#include "wire/url.h"

/* ---- they ask us ---- */

struct err *fed__act_feature_request(struct call *c, struct inbound *in)
{
	struct feature_request ask = { .uri = in->id, .asker = in->signer->id, .collection_uri = fed_id_of(json_get(in->activity, "instrument")) };
	const struct json *instrument = json_get(in->activity, "instrument");
	enum feature_right right;
	struct account *whom;
	collection_id id;

	TRY(fed__ours_by_uri(c, in->object_id, &whom));
	if (!in->own || !in->id.n || !whom || whom->actor_type == ACTOR_APPLICATION || !url_same_host(ask.collection_uri, in->signer->uri))
		return NULL;
	ask.whom = whom->id;
	TRY(acts_feature_right(c, ask.asker, whom, &right));
	if (right != FEATURE_RIGHT_AUTOMATIC)
		return acts_feature_refuse(c, &ask);
	/* As it is sent along, or stands here, or is to be had. */
	if (fed_is_people_collection(instrument))
		TRY(fed__settle(fed_people_collection_take(c, &in->budget, instrument, in->signer, &id)));
	else
		TRY(fed__settle(fed_people_collection_get(c, &in->budget, ask.collection_uri, &id)));
	return acts_feature_asked(c, &ask);
}

/* They do not ask any more, or want whom they asked for out of it again. */
struct err *fed__act_undo_feature(struct call *c, struct inbound *in)
{
	return in->own && fed__own_object(in).n ? acts_feature_undone(c, in->signer->id, in->object_id) : NULL;
}

/* ---- they answer us ---- */

struct err *fed__feature_answered(struct call *c, struct inbound *in, bool yes, bool *ret_was)
{
	struct str at = fed_id_of(json_get(in->activity, "result"));
	struct collection_item item;
	struct collection k;
	bool holds;

	*ret_was = false;
	if (!in->own || !fed_is_ours(c, in->object_id))
		return NULL;
	TRY(view_collection_item_of_request(c, in->object_id, &item, &k, ret_was));
	*ret_was = *ret_was && k.local && id_eq(item.account, in->signer->id);
	if (!*ret_was)
		return NULL;
	if (!yes)
		return acts_collection_item_rejected(c, item.id);
	TRY(fed__feature_holds(c, &in->budget, &item, &k, at, &holds));
	return holds ? acts_collection_item_accepted(c, item.id, at, in->signer->id) : NULL;
}

struct err *fed__act_accept_feature(struct call *c, struct inbound *in)
{
	bool was;

	return fed__settle(fed__feature_answered(c, in, true, &was));
}

struct err *fed__act_reject_feature(struct call *c, struct inbound *in)
{
	bool was;

	return fed__feature_answered(c, in, false, &was);
}

/* ---- they take it back ---- */

struct err *fed__feature_gone(struct call *c, struct inbound *in, bool *ret_was)
{
	bool own = in->own && url_same_host(in->object_id, in->signer->uri);
	struct collection_item *list;
	const struct json *doc;
	size_t n;

	TRY(view_collection_items_approved(c, in->object_id, own ? in->signer->id : ID_NONE(account_id), &list, &n));
	*ret_was = n > 0;
	if (n == 0 || fed_is_ours(c, in->object_id))
		return NULL;
	if (!own) {
		/* Passed on: so it is if its own server has it no longer. */
		struct err *e = fed_fetch(c, &in->budget, in->object_id, &doc);

		if (!e || (e->code != ERR_GONE && e->code != ERR_NOT_FOUND))
			return fed__settle(e);
	}
	for (size_t i = 0; i < n; i++)
		TRY(acts_collection_item_rejected(c, list[i].id));
	return NULL;
}

struct err *fed__act_delete_feature(struct call *c, struct inbound *in)
{
	bool was;

	return fed__feature_gone(c, in, &was);
}

/* ---- what is theirs ---- */

/* The signer's collection that the activity speaks of. */
static struct err *target_of(struct call *c, const struct inbound *in, struct collection *ret, bool *ret_is)
{
	TRY(view_collection_by_uri(c, fed_id_of(json_get(in->activity, "target")), ret, ret_is));
	*ret_is = *ret_is && !ret->local && id_eq(ret->account, in->signer->id);
	return NULL;
}

struct err *fed__act_update_collection(struct call *c, struct inbound *in)
{
	collection_id id;

	return in->own ? fed__settle(fed_people_collection_take(c, &in->budget, in->object, in->signer, &id)) : NULL;
}

/* Somebody more is in one; or, of a collection that is not known yet, all of it. */
static struct err *add_item(struct call *c, struct inbound *in)
{
	struct str target = fed_id_of(json_get(in->activity, "target"));
	struct remote_item item;
	struct collection k;
	collection_id id;
	size_t n = 1;
	bool is;

	TRY(target_of(c, in, &k, &is));
	if (is && fed_people_item_read(c, in->object, k.uri, &item)) {
		TRY(fed_people_items_judge(c, &in->budget, k.uri, &item, &n));
		return n ? acts_collection_item_receive(c, in->signer->id, k.id, &item) : NULL;
	}
	return !is && url_same_host(target, in->signer->uri) ? fed_people_collection_get(c, &in->budget, target, &id) : NULL;
}

struct err *fed__collection_added(struct call *c, struct inbound *in, bool *ret_was)
{
	struct str target = fed_id_of(json_get(in->activity, "target"));
	bool item = json_kind(in->object) == JSON_OBJECT && str_eqz(fed__type_of(in->object), "FeaturedItem");
	bool listed = in->signer->collections_uri.n && str_eq(target, in->signer->collections_uri);
	collection_id id;

	*ret_was = in->own && target.n && (item || listed || fed_is_people_collection(in->object));
	if (!*ret_was)
		return NULL;
	if (item)
		return fed__settle(add_item(c, in));
	if (fed_is_people_collection(in->object))
		return fed__act_update_collection(c, in);
	return fed__own_object(in).n ? fed__settle(fed_people_collection_get(c, &in->budget, in->object_id, &id)) : NULL;
}

/* Whose list it is taken off need not be known here yet. */
struct err *fed__collection_removed(struct call *c, struct inbound *in, bool *ret_was)
{
	struct str target = fed_id_of(json_get(in->activity, "target"));
	struct collection k;
	bool gone;

	*ret_was = false;
	if (!in->own || !target.n || !fed__own_object(in).n)
		return NULL;
	TRY(target_of(c, in, &k, ret_was));
	if (*ret_was)
		return acts_collection_item_gone(c, in->signer->id, k.id, in->object_id);
	TRY(view_collection_by_uri(c, in->object_id, &k, ret_was));
	*ret_was = (*ret_was && id_eq(k.account, in->signer->id)) || str_eq(target, in->signer->collections_uri);
	return *ret_was ? acts_collection_gone(c, in->signer->id, in->object_id, &gone) : NULL;
}

struct err *fed__act_delete_collection(struct call *c, struct inbound *in)
{
	bool was;

	return in->own && fed__own_object(in).n ? acts_collection_gone(c, in->signer->id, in->object_id, &was) : NULL;
}
