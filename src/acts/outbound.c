#include "acts/outbound.h"

#include "store/audience.h"
#include "store/featured_collection.h"
#include "store/job.h"
#include "store/status.h"
#include "wire/json.h"

enum { PAYLOAD_MAX = 1 << 20, QUESTION_EVERY_US = 180000000 };

static const char *const words[OUTBOUND_COUNT] = {
#define OUTBOUND_VALUE(PREFIX, NAME, word) [PREFIX##_##NAME] = word,
	OUTBOUNDS(OUTBOUND_VALUE)
#undef OUTBOUND_VALUE
};

const char *outbound_word(enum outbound what) { return words[what]; }

bool outbound_parse(struct str word, enum outbound *ret)
{
	for (int i = 0; i < OUTBOUND_COUNT; i++)
		if (str_eqz(word, words[i])) {
			*ret = (enum outbound)i;
			return true;
		}
	return false;
}

struct str acts_uri(struct call *c, struct str actor_uri, const char *what, int64_t row_id)
{
	return arena_printf(c->arena, STR_FMT "#%s/%lld", STR_ARG(actor_uri), what, (long long)row_id);
}

/* What a payload may hold; what is 0 or none is left out. */
struct details {
	account_id actor, target;
	struct str uri, object, title, instrument, result, body;
	const char *visibility;
	const struct str *inboxes;
	const account_id *also;
	size_t inboxes_n, also_n;
};

static struct str payload(struct call *c, const struct details *d)
{
	struct buf b = buf_init(c->arena, PAYLOAD_MAX);
	struct jw w = jw_init(&b);

	jw_obj(&w);
	if (d->actor.v)
		jw_kid(&w, "actor", d->actor.v);
	if (d->target.v)
		jw_kid(&w, "target", d->target.v);
	if (d->uri.n)
		jw_kstr(&w, "uri", d->uri);
	if (d->object.n)
		jw_kstr(&w, "object", d->object);
	if (d->title.n)
		jw_kstr(&w, "title", d->title);
	if (d->instrument.n)
		jw_kstr(&w, "instrument", d->instrument);
	if (d->result.n)
		jw_kstr(&w, "result", d->result);
	if (d->body.n)
		jw_kstr(&w, "body", d->body);
	if (d->visibility)
		jw_kz(&w, "visibility", d->visibility);
	if (d->inboxes_n) {
		jw_key(&w, "inboxes");
		jw_arr(&w);
		for (size_t i = 0; i < d->inboxes_n; i++)
			jw_str(&w, d->inboxes[i]);
		jw_arr_end(&w);
	}
	if (d->also_n) {
		jw_key(&w, "also");
		jw_arr(&w);
		for (size_t i = 0; i < d->also_n; i++)
			jw_i64(&w, d->also[i].v);
		jw_arr_end(&w);
	}
	jw_obj_end(&w);
	return buf_str(&b);
}

static struct job_new plan_job(struct call *c, enum outbound what, int64_t ref_id, const struct details *d)
{
	return (struct job_new){ .kind = JOB_PLAN, .ref_id = ref_id, .arg = str_z(words[what]), .payload = payload(c, d) };
}

static struct err *plan(struct call *c, enum outbound what, int64_t ref_id, const struct details *d)
{
	struct job_new job = plan_job(c, what, ref_id, d);

	return job_add(c, &job);
}

struct err *acts_outbound_create(struct call *c, status_id id) { return plan(c, OUTBOUND_CREATE, id.v, &(struct details){ 0 }); }
struct err *acts_outbound_update_note(struct call *c, status_id id) { return plan(c, OUTBOUND_UPDATE_NOTE, id.v, &(struct details){ 0 }); }
struct err *acts_outbound_announce(struct call *c, status_id boost) { return plan(c, OUTBOUND_ANNOUNCE, boost.v, &(struct details){ 0 }); }

struct err *acts_outbound_update_question(struct call *c, status_id id, bool closed)
{
	/* The window's number is in the key: a vote that comes while the last window's job runs still gets its own. */
	int64_t window = c->now_us / QUESTION_EVERY_US;
	struct job_new job = { .kind = JOB_PLAN, .ref_id = id.v, .arg = str_z(words[OUTBOUND_UPDATE_NOTE]), .payload = STR("{}") };

	if (!closed) {
		job.once_key = arena_printf(c->arena, "question:%lld:%lld", (long long)id.v, (long long)window);
		job.due_us = (window + 1) * QUESTION_EVERY_US;
	}
	return job_add(c, &job);
}

struct err *acts_outbound_delete_note(struct call *c, const struct status *s)
{
	struct details d = { .actor = s->account, .uri = s->uri, .visibility = visibility_word(s->visibility) };
	struct str *inboxes;

	if (!s->local || s->local_only)
		return NULL;
	TRY(audience_of_status(c, s->id, OUTBOUND_INBOXES_MAX, &inboxes, &d.inboxes_n));
	d.inboxes = inboxes;
	return plan(c, OUTBOUND_DELETE_NOTE, s->account.v, &d);
}

struct err *acts_outbound_undo_announce(struct call *c, const struct status *boost, const struct status *original)
{
	struct details d = { .actor = boost->account, .target = original->account, .uri = boost->uri, .object = original->uri,
			     .visibility = visibility_word(boost->visibility) };

	return boost->local && !boost->local_only ? plan(c, OUTBOUND_UNDO_ANNOUNCE, boost->account.v, &d) : NULL;
}

struct err *acts_outbound_like(struct call *c, account_id who, const struct status *what, struct str uri)
{
	return plan(c, OUTBOUND_LIKE, who.v, &(struct details){ .actor = who, .target = what->account, .uri = uri, .object = what->uri });
}

struct err *acts_outbound_undo_like(struct call *c, account_id who, const struct status *what, struct str uri)
{
	return plan(c, OUTBOUND_UNDO_LIKE, who.v, &(struct details){ .actor = who, .target = what->account, .uri = uri, .object = what->uri });
}

struct err *acts_outbound_vote(struct call *c, account_id who, const struct status *question, struct str title, struct str uri)
{
	struct details d = { .actor = who, .target = question->account, .uri = uri, .object = question->uri, .title = title };

	return plan(c, OUTBOUND_VOTE, who.v, &d);
}

static struct err *about_person(struct call *c, enum outbound what, account_id who, account_id whom, struct str uri)
{
	return plan(c, what, who.v, &(struct details){ .actor = who, .target = whom, .uri = uri });
}

struct err *acts_outbound_follow(struct call *c, account_id who, account_id whom, struct str follow_uri)
{
	return about_person(c, OUTBOUND_FOLLOW, who, whom, follow_uri);
}

struct err *acts_outbound_undo_follow(struct call *c, account_id who, account_id whom, struct str follow_uri)
{
	return about_person(c, OUTBOUND_UNDO_FOLLOW, who, whom, follow_uri);
}

struct job_new acts_outbound_follow_job(struct call *c, enum outbound what, account_id who, account_id whom, struct str follow_uri)
{
	return plan_job(c, what, who.v, &(struct details){ .actor = who, .target = whom, .uri = follow_uri });
}

struct err *acts_outbound_accept_follow(struct call *c, account_id who, account_id follower, struct str follow_uri)
{
	return about_person(c, OUTBOUND_ACCEPT_FOLLOW, who, follower, follow_uri);
}

struct err *acts_outbound_reject_follow(struct call *c, account_id who, account_id follower, struct str follow_uri)
{
	return about_person(c, OUTBOUND_REJECT_FOLLOW, who, follower, follow_uri);
}

struct err *acts_outbound_block(struct call *c, account_id who, account_id whom, struct str uri)
{
	return about_person(c, OUTBOUND_BLOCK, who, whom, uri);
}

struct err *acts_outbound_undo_block(struct call *c, account_id who, account_id whom, struct str uri)
{
	return about_person(c, OUTBOUND_UNDO_BLOCK, who, whom, uri);
}

struct err *acts_outbound_move(struct call *c, account_id who, account_id whom, struct str uri)
{
	return about_person(c, OUTBOUND_MOVE, who, whom, uri);
}

struct err *acts_outbound_move_again(struct call *c, account_id who, account_id whom, struct str uri, const struct str *inboxes, size_t n)
{
	return plan(c, OUTBOUND_MOVE, who.v, &(struct details){ .actor = who, .target = whom, .uri = uri, .inboxes = inboxes, .inboxes_n = n });
}

struct err *acts_outbound_quote_request(struct call *c, status_id quoting)
{
	return plan(c, OUTBOUND_QUOTE_REQUEST, quoting.v, &(struct details){ 0 });
}

static struct err *answer_quote(struct call *c, enum outbound what, account_id who, account_id asker, const struct quote *q)
{
	struct details d = { .actor = who, .target = asker, .uri = q->request_uri, .object = q->quoted_uri };
	struct status *quoting;

	TRY(status_find(c, q->status, &quoting));
	d.instrument = quoting ? quoting->uri : STR_NONE;
	if (what == OUTBOUND_ACCEPT_QUOTE)
		d.result = q->approval_uri;
	return plan(c, what, who.v, &d);
}

struct err *acts_outbound_accept_quote(struct call *c, account_id who, account_id asker, const struct quote *q)
{
	return answer_quote(c, OUTBOUND_ACCEPT_QUOTE, who, asker, q);
}

struct err *acts_outbound_reject_quote(struct call *c, account_id who, account_id asker, const struct quote *q)
{
	return answer_quote(c, OUTBOUND_REJECT_QUOTE, who, asker, q);
}

/* ---- collections of people ---- */

struct err *acts_outbound_reject_feature(struct call *c, account_id who, account_id asker, struct str uri, struct str collection)
{
	return plan(c, OUTBOUND_REJECT_FEATURE, who.v, &(struct details){ .actor = who, .target = asker, .uri = uri, .instrument = collection });
}

struct err *acts_outbound_accept_feature(struct call *c, account_id who, account_id asker, struct str uri, struct str collection,
					 struct str approval_uri)
{
	return plan(c, OUTBOUND_ACCEPT_FEATURE, who.v,
		    &(struct details){ .actor = who, .target = asker, .uri = uri, .instrument = collection, .result = approval_uri });
}

/* Whoever is in it, of other servers, is noted now: those who are taken out must hear it, too. */
static struct err *plan_collection(struct call *c, enum outbound what, int64_t ref_id, const struct collection *k, struct str item_uri)
{
	struct details d = { .actor = k->account, .uri = k->uri, .object = item_uri };
	struct str *inboxes;

	if (!k->local)
		return NULL;
	TRY(audience_of_collection(c, k->id, OUTBOUND_INBOXES_MAX, &inboxes, &d.inboxes_n));
	d.inboxes = inboxes;
	return plan(c, what, ref_id, &d);
}

struct err *acts_outbound_collection_add(struct call *c, const struct collection *k)
{
	return plan_collection(c, OUTBOUND_ADD_COLLECTION, k->id.v, k, STR_NONE);
}

struct err *acts_outbound_collection_update(struct call *c, const struct collection *k)
{
	return plan_collection(c, OUTBOUND_UPDATE_COLLECTION, k->id.v, k, STR_NONE);
}

struct err *acts_outbound_collection_remove(struct call *c, const struct collection *k)
{
	return plan_collection(c, OUTBOUND_REMOVE_COLLECTION, k->id.v, k, STR_NONE);
}

struct err *acts_outbound_item_add(struct call *c, const struct collection_item *item)
{
	struct collection k;
	bool found;

	TRY(collection_find(c, item->collection, &k, &found));
	return found ? plan_collection(c, OUTBOUND_ADD_ITEM, item->id.v, &k, item->uri) : NULL;
}

struct err *acts_outbound_item_remove(struct call *c, const struct collection *k, const struct collection_item *item)
{
	return plan_collection(c, OUTBOUND_REMOVE_ITEM, k->id.v, k, item->uri);
}

struct err *acts_outbound_feature_request(struct call *c, const struct collection_item *item)
{
	struct collection k;
	bool found;

	TRY(collection_find(c, item->collection, &k, &found));
	if (!found || !k.local)
		return NULL;
	return plan(c, OUTBOUND_FEATURE_REQUEST, item->id.v,
		    &(struct details){ .actor = k.account, .target = item->account, .uri = item->request_uri, .object = item->object_uri,
				       .instrument = k.uri });
}

struct err *acts_outbound_undo_feature_request(struct call *c, const struct collection *k, const struct collection_item *item)
{
	if (!k->local || !item->request_uri.n)
		return NULL;
	return about_person(c, OUTBOUND_UNDO_FEATURE_REQUEST, k->account, item->account, item->request_uri);
}

struct err *acts_outbound_delete_feature_authorization(struct call *c, const struct collection *k, const struct collection_item *item)
{
	return plan(c, OUTBOUND_DELETE_FEATURE_AUTHORIZATION, item->account.v,
		    &(struct details){ .actor = item->account, .target = k->account, .uri = item->approval_uri, .object = item->object_uri,
				       .instrument = k->uri });
}

struct err *acts_outbound_delete_authorization(struct call *c, const struct quote *q, const struct status *quoted)
{
	struct details d = { .actor = quoted->account, .target = q->account, .uri = q->approval_uri, .object = quoted->uri,
			     .visibility = visibility_word(quoted->visibility) };
	struct status *quoting;
	struct str *inboxes;

	TRY(status_find(c, q->status, &quoting));
	d.instrument = quoting ? quoting->uri : STR_NONE;
	TRY(audience_of_status(c, quoted->id, OUTBOUND_INBOXES_MAX, &inboxes, &d.inboxes_n));
	d.inboxes = inboxes;
	return plan(c, OUTBOUND_DELETE_AUTHORIZATION, quoted->account.v, &d);
}

struct err *acts_outbound_delete_actor(struct call *c, account_id who)
{
	return plan(c, OUTBOUND_DELETE_ACTOR, who.v, &(struct details){ .actor = who });
}

struct err *acts_outbound_update_actor(struct call *c, account_id who)
{
	return plan(c, OUTBOUND_UPDATE_ACTOR, who.v, &(struct details){ .actor = who });
}

struct err *acts_outbound_flag(struct call *c, account_id instance, int64_t report, account_id target, struct str uri, const struct str *inboxes,
			       size_t n)
{
	return plan(c, OUTBOUND_FLAG, report, &(struct details){ .actor = instance, .target = target, .uri = uri, .inboxes = inboxes, .inboxes_n = n });
}

struct err *acts_outbound_featured(struct call *c, account_id who, bool add, struct str post_uri, struct str tag)
{
	return plan(c, add ? OUTBOUND_ADD : OUTBOUND_REMOVE, who.v, &(struct details){ .actor = who, .object = post_uri, .title = tag });
}

struct err *acts_outbound_relay(struct call *c, account_id instance, bool ask, struct str inbox, struct str follow_uri)
{
	struct details d = { .actor = instance, .uri = follow_uri, .inboxes = &inbox, .inboxes_n = 1 };

	return plan(c, ask ? OUTBOUND_RELAY_FOLLOW : OUTBOUND_RELAY_UNDO, instance.v, &d);
}

struct err *acts_outbound_forward(struct call *c, const account_id *whose, size_t n, account_id by, struct str body)
{
	return plan(c, OUTBOUND_FORWARD, whose[0].v,
		    &(struct details){ .actor = whose[0], .target = by, .body = body, .also = whose + 1, .also_n = n - 1 });
}
