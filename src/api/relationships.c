/* Who is what to whom, and changing it. https://docs.joinmastodon.org/methods/accounts/ and .../follow_requests/ */
#include "api/api_priv.h"

#include "acts/block.h"
#include "acts/follow.h"
#include "acts/language.h"
#include "acts/mute.h"
#include "base/buf.h"

enum { RELATIONSHIPS_MAX = 200, LANGUAGES_MAX = 50, LANGUAGES_BYTES = 500, REQUESTS_LIMIT = 40, REQUESTS_LIMIT_MAX = 80 };

static account_id other(const struct req *r) { return ID(account_id, req_id(r, "id")); }
static account_id me(const struct req *r) { return r->viewer.account; }

struct err *api__relationship(struct call *c, struct req *r, account_id whom)
{
	struct str json;

	TRY(view_relationship_json(c, me(r), whom, &json));
	req_json(r, json);
	return NULL;
}

struct relationships_in {
	struct id_list id;
	enum tri with_suspended;
};
static const struct param relationships_params[] = {
	PARAM_IDS(struct relationships_in, id, "id", .max = RELATIONSHIPS_MAX),
	PARAM_TRI(struct relationships_in, with_suspended, "with_suspended"),
};

static struct err *relationships(struct call *c, struct req *r)
{
	const struct relationships_in *in = r->in;
	struct str json;

	TRY(view_relationships_json(c, me(r), in->id.v, in->id.n, in->with_suspended == TRI_TRUE, &json));
	req_json(r, json);
	return NULL;
}

struct familiar_in { struct id_list id; };
static const struct param familiar_params[] = { PARAM_IDS(struct familiar_in, id, "id", .max = 40) };

static struct err *familiar(struct call *c, struct req *r)
{
	const struct familiar_in *in = r->in;
	struct str json;

	TRY(view_familiar_followers(c, me(r), in->id.v, in->id.n, &json));
	req_json(r, json);
	return NULL;
}

struct follow_in {
	enum tri reblogs, notify;
	struct str_list languages;
};
static const struct param follow_params[] = {
	PARAM_TRI(struct follow_in, reblogs, "reblogs"),
	PARAM_TRI(struct follow_in, notify, "notify"),
	PARAM_STRS(struct follow_in, languages, "languages", .max = LANGUAGES_MAX),
};

/* An unknown code would hide every post without a word. Empty ones are how a form says an empty list. */
static struct err *take_languages(struct call *c, const struct str_list *said, struct str *ret)
{
	struct buf b = buf_init(c->arena, LANGUAGES_BYTES);

	for (size_t i = 0; i < said->n; i++) {
		struct str known = acts_language(said->v[i]);

		if (said->v[i].n && !known.n)
			return FAIL_FIELD(c->arena, "languages", "ERR_INVALID", "is invalid");
		if (b.n && known.n)
			buf_addc(&b, ',');
		buf_add(&b, known);
	}
	if (!buf_ok(&b))
		return FAIL_FIELD(c->arena, "languages", "ERR_TOO_LONG", "is too long (maximum is %d languages)", LANGUAGES_MAX);
	*ret = buf_str(&b);
	return NULL;
}

static struct err *follow(struct call *c, struct req *r)
{
	const struct follow_in *in = r->in;
	struct follow_options how = { api__choice(in->reblogs), api__choice(in->notify), params_has(r->params, "languages"), STR_NONE };
	enum follow_result result;

	TRY(take_languages(c, &in->languages, &how.languages));
	TRY(acts_follow(c, me(r), other(r), &how, &result));
	return api__relationship(c, r, other(r));
}

static struct err *unfollow(struct call *c, struct req *r)
{
	TRY(acts_unfollow(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

static struct err *remove_follower(struct call *c, struct req *r)
{
	TRY(acts_follower_remove(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

static struct err *block(struct call *c, struct req *r)
{
	TRY(acts_block(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

static struct err *unblock(struct call *c, struct req *r)
{
	TRY(acts_unblock(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

struct mute_in {
	enum tri notifications;
	int64_t duration;
};
static const struct param mute_params[] = {
	PARAM_TRI(struct mute_in, notifications, "notifications"),
	PARAM_I64(struct mute_in, duration, "duration"),
};

static struct err *mute(struct call *c, struct req *r)
{
	const struct mute_in *in = r->in;

	TRY(acts_mute(c, me(r), other(r), in->notifications != TRI_FALSE, in->duration));
	return api__relationship(c, r, other(r));
}

static struct err *unmute(struct call *c, struct req *r)
{
	TRY(acts_unmute(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

struct note_in { struct str comment; };
static const struct param note_params[] = { PARAM_STR(struct note_in, comment, "comment") };

static struct err *note(struct call *c, struct req *r)
{
	const struct note_in *in = r->in;

	TRY(acts_note_about(c, me(r), other(r), in->comment));
	return api__relationship(c, r, other(r));
}

static struct err *requests(struct call *c, struct req *r)
{
	struct page p = req_page(r, REQUESTS_LIMIT, REQUESTS_LIMIT_MAX);
	struct people_page people;

	TRY(view_follow_requests(c, me(r), &p, &people));
	api__people(c, r, &people);
	return NULL;
}

static struct err *authorize(struct call *c, struct req *r)
{
	TRY(acts_follow_authorize(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

static struct err *reject(struct call *c, struct req *r)
{
	TRY(acts_follow_reject(c, me(r), other(r)));
	return api__relationship(c, r, other(r));
}

#define ACT(name, scope, fn) { METHOD_POST, "/api/v1/accounts/:id/" name, auth_user, scope, LIMIT_NONE, LANE_DB, fn }

const struct endpoint relationships_endpoints[] = {
	{ METHOD_GET, "/api/v1/accounts/relationships", auth_user, "read:follows", LIMIT_NONE, LANE_DB, relationships,
	  PARAMS(struct relationships_in, relationships_params) },
	{ METHOD_GET, "/api/v1/accounts/familiar_followers", auth_user, "read:follows", LIMIT_NONE, LANE_DB, familiar,
	  PARAMS(struct familiar_in, familiar_params) },
	{ METHOD_POST, "/api/v1/accounts/:id/follow", auth_user, "write:follows", LIMIT_NONE, LANE_DB, follow, PARAMS(struct follow_in, follow_params) },
	ACT("unfollow", "write:follows", unfollow),
	ACT("remove_from_followers", "write:follows", remove_follower),
	ACT("block", "write:blocks", block),
	ACT("unblock", "write:blocks", unblock),
	{ METHOD_POST, "/api/v1/accounts/:id/mute", auth_user, "write:mutes", LIMIT_NONE, LANE_DB, mute, PARAMS(struct mute_in, mute_params) },
	ACT("unmute", "write:mutes", unmute),
	{ METHOD_POST, "/api/v1/accounts/:id/note", auth_user, "write:accounts", LIMIT_NONE, LANE_DB, note, PARAMS(struct note_in, note_params) },
	{ METHOD_GET, "/api/v1/follow_requests", auth_user, "read:follows", LIMIT_NONE, LANE_DB, requests },
	{ METHOD_POST, "/api/v1/follow_requests/:id/authorize", auth_user, "write:follows", LIMIT_NONE, LANE_DB, authorize },
	{ METHOD_POST, "/api/v1/follow_requests/:id/reject", auth_user, "write:follows", LIMIT_NONE, LANE_DB, reject },
	{ 0 },
};
