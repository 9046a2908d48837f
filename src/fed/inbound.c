#include "acts/inbound.h"
#include "base/metrics.h"
#include "fed/fed_priv.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "fed/people.h"
#include "fed/proof.h"
#include "view/federation.h"
#include "wire/url.h"

enum object_kind { KIND_ANY, KIND_ACTOR, KIND_FOLLOW, KIND_LIKE, KIND_ANNOUNCE, KIND_BLOCK, KIND_ACCEPT, KIND_QUOTE_REQUEST,
		   KIND_QUOTE_AUTHORIZATION, KIND_FEATURE_REQUEST, KIND_FEATURE_AUTHORIZATION, KIND_PEOPLE_COLLECTION };

static const struct activity {
	const char *type;
	enum object_kind kind;
	activity_fn *handler;
	bool always;
} activities[] = {
#define ACTIVITY(type, kind, handler, always) { type, KIND_##kind, handler, always },
#include "fed/activities.def"
};

bool fed__means_something(struct str type)
{
	for (size_t i = 0; i < sizeof activities / sizeof *activities; i++)
		if (str_eqz(type, activities[i].type))
			return true;
	return false;
}

struct err *fed__settle(struct err *e)
{
	return e && (e->code == ERR_NOT_FOUND || e->code == ERR_GONE || e->code == ERR_INVALID) ? NULL : e;
}

struct str fed__type_of(const struct json *v)
{
	const struct json *type = json_get(v, "type");

	return json_kind(type) == JSON_ARRAY ? json_str(json_at(type, 0)) : json_str(type);
}

struct str fed__own_object(const struct inbound *in) { return url_same_host(in->object_id, in->signer->uri) ? in->object_id : STR_NONE; }

struct err *fed__ours_by_uri(struct call *c, struct str uri, struct account **ret)
{
	*ret = NULL;
	if (!uri.n || !fed_is_ours(c, uri))
		return NULL;
	TRY(view_account_by_uri(c, uri, ret));
	if (*ret && (!(*ret)->local || (*ret)->deleted_us))
		*ret = NULL;
	return NULL;
}

struct err *fed__known_post(struct call *c, struct str uri, struct status **ret)
{
	*ret = NULL;
	return uri.n ? view_status_by_uri(c, uri, ret, NULL) : NULL;
}

static enum object_kind kind_of(const struct json *object)
{
	static const struct {
		const char *type;
		enum object_kind kind;
	} kinds[] = {
		{ "Follow", KIND_FOLLOW }, { "Like", KIND_LIKE }, { "EmojiReact", KIND_LIKE }, { "Announce", KIND_ANNOUNCE },
		{ "Block", KIND_BLOCK }, { "Accept", KIND_ACCEPT }, { "Person", KIND_ACTOR }, { "Service", KIND_ACTOR }, { "Group", KIND_ACTOR },
		{ "Application", KIND_ACTOR }, { "Organization", KIND_ACTOR },
		{ "QuoteRequest", KIND_QUOTE_REQUEST }, { "QuoteAuthorization", KIND_QUOTE_AUTHORIZATION },
		{ "FeatureRequest", KIND_FEATURE_REQUEST }, { "FeatureAuthorization", KIND_FEATURE_AUTHORIZATION },
		{ "FeaturedCollection", KIND_PEOPLE_COLLECTION },
	};
	struct str type = fed__type_of(object);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (str_eqz(type, kinds[i].type))
			return kinds[i].kind;
	return KIND_ANY;
}

static const struct activity *row_of(const struct inbound *in)
{
	struct str type = fed__type_of(in->activity);
	enum object_kind kind = kind_of(in->object);

	for (size_t i = 0; i < sizeof activities / sizeof *activities; i++)
		if (str_eqz(type, activities[i].type) && (activities[i].kind == KIND_ANY || activities[i].kind == kind))
			return &activities[i];
	return NULL;
}

static struct err *open_up(struct call *c, const struct job *job, struct inbound *in)
{
	const struct json *object;
	struct account *signer;
	struct err *e;
	int64_t inbox = 0;

	TRY(view_account_by_id(c, ID(account_id, job->ref_id), &signer));
	if (!signer || signer->deleted_us)
		return FAIL(c->arena, ERR_GONE, "who sent this is gone");
	e = json_parse(c->arena, job->payload, &in->activity);
	if (e)
		return e;
	object = json_get(in->activity, "object");
	in->body = job->payload;
	in->signer = signer;
	in->object = json_kind(object) == JSON_ARRAY ? json_at(object, 0) : object;
	in->id = json_get_s(in->activity, "id");
	in->object_id = fed_id_of(in->object);
	in->own = str_eq(fed_id_of(json_get(in->activity, "actor")), signer->uri);
	/* An id is only what it says where its server is the actor's. */
	if (in->id.n && !url_same_host(in->id, signer->uri))
		in->id = STR_NONE;
	if (str_i64(job->arg, &inbox))
		in->inbox_of = ID(account_id, inbox);
	in->budget = fed_budget_for(c, signer->uri);
	return NULL;
}

/* Whether a proof speaks for an activity. It says who, but not to whom or when, so anybody may send it once more, at any time: only what is
 * the same then is taken on its word. */
static bool may_be_proven(const struct inbound *in)
{
	struct str type = fed__type_of(in->activity);

	if (str_eqz(type, "Create"))
		return true;
	if (str_eqz(type, "Delete") && kind_of(in->object) == KIND_QUOTE_AUTHORIZATION)
		return true;
	return (str_eqz(type, "Update") || str_eqz(type, "Delete")) && kind_of(in->object) == KIND_ANY &&
	       !str_eq(in->object_id, fed_id_of(json_get(in->activity, "actor")));
}

/* What another passes on is the actor's own word where the actor's key says so. *ret_false: it says otherwise. */
static struct err *prove(struct call *c, struct inbound *in, bool *ret_false)
{
	enum fed_proof state;
	struct account *author;

	*ret_false = false;
	if (in->own || !may_be_proven(in))
		return NULL;
	TRY(fed_proof_check(c, &in->budget, in->activity, fed_id_of(json_get(in->activity, "actor")), &state, &author));
	*ret_false = state == FED_PROOF_WRONG;
	if (state != FED_PROOF_HOLDS)
		return NULL;
	TRY(view_is_relay(c, in->signer, &in->by_relay));
	in->signer = author;
	in->own = in->by_proof = true;
	in->inbox_of = ID_NONE(account_id);      /* the actor did not choose it */
	in->id = json_get_s(in->activity, "id");
	if (in->id.n && !url_same_host(in->id, author->uri))
		in->id = STR_NONE;
	return NULL;
}

static struct err *process(struct call *c, struct inbound *in)
{
	const struct activity *row = row_of(in);
	bool is_false = false;
	struct err *e;

	if (row && !in->signer->suspended_us)
		TRY(prove(c, in, &is_false));
	if (!row || is_false || (in->signer->suspended_us && !row->always)) {
		metric_add(METRIC_inbound_total, STR("ignored"), 1);
		return NULL;
	}
	e = row->handler(c, in);
	metric_add(METRIC_inbound_total, e && in->budget.needs.n ? STR("handed_on") : e ? STR("failed") : STR("processed"), 1);
	return e;
}

/* What arrives waits for nobody: else servers that are silent, or one that names them, would hold up all others. What needs another server's
 * answer is begun anew by a job that waits with those for that server. */
struct err *fed_job_inbound(struct call *c, const struct job *job, bool *ret_later)
{
	struct inbound in = { 0 };
	struct err *e;

	(void)ret_later;
	TRY(open_up(c, job, &in));
	in.budget.asks_nobody = true;
	e = fed_budget_end(c, &in.budget, process(c, &in));
	return e && in.budget.needs.n ? acts_inbound_hand_on(c, job, in.budget.needs) : e;
}

struct err *fed_job_inbound_lookup(struct call *c, const struct job *job, bool *ret_later)
{
	struct inbound in = { 0 };

	(void)ret_later;
	TRY(open_up(c, job, &in));
	return fed_budget_end(c, &in.budget, process(c, &in));
}
