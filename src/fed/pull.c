/* What is fetched without anybody waiting: mentioned people, what is answered, profiles that are stale. */
#include "acts/card.h"
#include "acts/status.h"
#include "fed/people.h"
#include "fed/posts.h"
#include "fed/resolve.h"
#include "fed/inbound_priv.h"
#include "fed/jobs.h"
#include "view/federation.h"

/* ref_id: the post; arg: the handle that its text names. */
struct err *fed_job_resolve(struct call *c, const struct job *job, bool *ret_later)
{
	account_id who;
	struct err *e = fed_resolve_handle(c, job->arg, &who);

	(void)ret_later;
	if (e)
		return fed__settle(e);
	return acts_mention_resolved(c, ID(status_id, job->ref_id), job->arg, who);
}

/* arg: what is answered; payload: how far up it is from what came here by itself, how many quotes lead to it, and who says that there is such. */
struct err *fed_job_fetch_thread(struct call *c, const struct job *job, bool *ret_later)
{
	struct str up, rest, quoted, said_by;
	struct fed_budget b;
	struct status *got;
	int64_t depth = 0, quotes = 0;

	(void)ret_later;
	str_cut(job->payload, ' ', &up, &rest);
	str_cut(rest, ' ', &quoted, &said_by);
	b = fed_budget_for(c, said_by);
	if (!str_i64(up, &depth) || depth > REMOTE_THREAD_MAX || (quoted.n && !str_i64(quoted, &quotes)))
		return NULL;
	return fed_budget_end(c, &b, fed_post_get(c, &b, job->arg, (struct post_depth){ .thread = (int)depth, .quotes = (int)quotes }, &got));
}

/* ref_id: one who has sent something. */
struct err *fed_job_refresh_actor(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b;
	struct account *a;

	(void)ret_later;
	TRY(view_account_by_id(c, ID(account_id, job->ref_id), &a));
	if (!a)
		return NULL;
	b = fed_budget_for(c, a->uri);
	return fed__settle(fed_budget_end(c, &b, fed_person_again(c, &b, a->id)));
}

/* ref_id: the card; arg: the handle that its page names; payload: the page. */
struct err *fed_job_card_author(struct call *c, const struct job *job, bool *ret_later)
{
	struct fed_budget b = fed_budget_for(c, job->payload);
	account_id who;
	struct err *e = fed_budget_end(c, &b, fed_person_named(c, &b, job->arg, &who));

	(void)ret_later;
	if (e)
		return fed__settle(e);
	return acts_card_author(c, ID(card_id, job->ref_id), job->arg, who);
}
