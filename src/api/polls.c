/* Polls. https://docs.joinmastodon.org/methods/polls/ */
#include "api/api_priv.h"

#include "acts/vote.h"
#include "view/status.h"

static struct err *answer(struct call *c, struct req *r, poll_id id)
{
	struct str json;

	TRY(view_poll_json(c, &r->viewer, id, &json));
	req_json(r, json);
	return NULL;
}

static struct err *show(struct call *c, struct req *r)
{
	return answer(c, r, ID(poll_id, req_id(r, "id")));
}

struct vote_in { struct str_list choices; };
static const struct param vote_params[] = { PARAM_STRS(struct vote_in, choices, "choices", .max = 64) };

static struct err *vote(struct call *c, struct req *r)
{
	const struct vote_in *in = r->in;
	poll_id id = ID(poll_id, req_id(r, "id"));
	int64_t *choices = arena_array(c->arena, int64_t, in->choices.n + 1);

	for (size_t i = 0; i < in->choices.n; i++)
		if (!str_i64(in->choices.v[i], &choices[i]))
			choices[i] = -1;      /* none of them */
	TRY(acts_vote(c, r->viewer.account, id, choices, in->choices.n));
	return answer(c, r, id);
}

const struct endpoint polls_endpoints[] = {
	{ METHOD_GET, "/api/v1/polls/:id", auth_optional, "read:statuses", LIMIT_NONE, LANE_DB, show },
	{ METHOD_POST, "/api/v1/polls/:id/votes", auth_user, "write:statuses", LIMIT_NONE, LANE_DB, vote, PARAMS(struct vote_in, vote_params) },
	{ 0 },
};
