#include "acts/vote.h"

#include "acts/notify.h"
#include "acts/outbound.h"
#include "acts/status_priv.h"
#include "store/account.h"
#include "store/job.h"
#include "store/poll.h"
#include "store/search_index.h"
#include "store/status.h"

enum { CHOICES_MAX = 64, VOTERS_AT_ONCE = 200 };

struct ballot {
	const struct account *voter;
	const struct status *question;
	struct poll poll;
	struct poll_option *options;
	size_t options_n;
	int64_t choices[CHOICES_MAX];
	size_t n;
	struct str uri;               /* of a vote from elsewhere */
};

static struct err *refuse(struct call *c, const char *what)
{
	return FAIL(c->arena, ERR_INVALID, "Validation failed: %s", what);
}

static struct err *save_choice(struct call *c, struct ballot *b, int64_t choice)
{
	int64_t id = id_next(c);
	struct str uri = b->voter->local ? acts_uri(c, b->voter->uri, "votes", id) : b->uri;
	bool made;

	TRY(poll_vote_add(c, b->voter->id, b->poll.id, (int)choice, uri, &made));
	if (!made)
		return refuse(c, "You have already voted on this poll");
	if (b->voter->local && !b->question->local)
		return acts_outbound_vote(c, b->voter->id, b->question, b->options[choice].title, uri);
	return NULL;
}

static struct err *save_votes(struct call *c, void *arg)
{
	struct ballot *b = arg;
	struct poll_vote *before;
	size_t before_n;

	TRY(poll_lock(c, b->poll.id));
	TRY(poll_votes_of(c, b->voter->id, &b->poll.id.v, 1, &before, &before_n));
	if (before_n && !b->poll.multiple)
		return refuse(c, "You have already voted on this poll");
	for (size_t i = 0; i < b->n; i++)
		TRY(save_choice(c, b, b->choices[i]));
	if (!before_n)
		TRY(poll_voter_count(c, b->poll.id));
	TRY(search_mark(c, b->question->id));
	if (b->question->local)
		return acts_outbound_update_question(c, b->question->id, false);
	/* Who votes elsewhere is told of the end here. */
	return b->poll.expires_us ? acts__poll_close_job(c, b->poll.id, b->poll.expires_us) : NULL;
}

static struct err *check(struct call *c, const struct ballot *b)
{
	if (id_eq(b->poll.account, b->voter->id))
		return refuse(c, "You cannot vote in your own polls");
	if (b->poll.closed_us || (b->poll.expires_us && b->poll.expires_us <= c->now_us))
		return refuse(c, "The poll has already ended");
	if (b->n == 0)
		return refuse(c, "The chosen vote option does not exist");
	for (size_t i = 0; i < b->n; i++)
		if (b->choices[i] < 0 || b->choices[i] >= (int64_t)b->options_n)
			return refuse(c, "The chosen vote option does not exist");
	if (b->n > 1 && !b->poll.multiple)
		return refuse(c, "You have already voted on this poll");
	return NULL;
}

/* *ret_found: false where there is no such poll, or the voter may not see it. */
static struct err *load(struct call *c, account_id who, poll_id id, struct ballot *b, bool *ret_found)
{
	struct status *s;
	struct account *voter;
	struct err *e;

	TRY(poll_find(c, id, &b->poll, &b->options, &b->options_n, ret_found));
	if (!*ret_found)
		return NULL;
	e = acts__status_visible(c, who, b->poll.status, &s, NULL);
	*ret_found = !e;
	if (e)
		return e->code == ERR_NOT_FOUND ? NULL : e;
	b->question = s;
	TRY(account_find(c, who, &voter));
	b->voter = voter;
	*ret_found = voter && !voter->deleted_us;
	return NULL;
}

struct err *acts_vote(struct call *c, account_id who, poll_id id, const int64_t *choices, size_t n)
{
	struct ballot b = { 0 };
	bool found;

	TRY(load(c, who, id, &b, &found));
	if (!found)
		return FAIL_DEFAULT(c->arena, ERR_NOT_FOUND);
	for (; b.n < n && b.n < CHOICES_MAX; b.n++)
		b.choices[b.n] = choices[b.n];
	TRY(check(c, &b));
	return store_tx(c, save_votes, &b);
}

struct err *acts_vote_receive(struct call *c, account_id actor, status_id question, struct str title, struct str uri, bool *ret_counted)
{
	struct ballot b = { .uri = uri.n ? uri : STR_NONE };
	struct status *s;
	struct err *e;
	bool found = false;

	*ret_counted = false;
	TRY(status_find(c, question, &s));
	if (s && s->local && s->poll.v)
		TRY(load(c, actor, s->poll, &b, &found));
	for (size_t i = 0; found && i < b.options_n && !b.n; i++)
		if (str_eq(b.options[i].title, title))
			b.choices[b.n++] = (int64_t)i;
	if (!found || check(c, &b))
		return NULL;
	e = store_tx(c, save_votes, &b);
	*ret_counted = !e;
	return e && e->code == ERR_INVALID ? NULL : e;        /* said twice */
}

/* ---- the end ---- */

static struct err *tell_voters(struct call *c, const struct poll *p)
{
	account_id *v, after = ID_NONE(account_id);
	size_t n = VOTERS_AT_ONCE;

	while (n == VOTERS_AT_ONCE) {
		TRY(poll_voters_here(c, p->id, after, VOTERS_AT_ONCE, &v, &n));
		if (n == 0)
			break;
		after = v[n - 1];
		TRY(acts_notify_many(c, &(struct notify_many){ NOTIFICATION_POLL, p->account, p->status, v, n }));
	}
	return NULL;
}

static struct err *close_poll(struct call *c, void *arg)
{
	const struct ballot *b = arg;
	bool closed;

	TRY(poll_close(c, b->poll.id, &closed));
	if (!closed)
		return NULL;
	TRY(tell_voters(c, &b->poll));
	if (!b->question->local)
		return NULL;
	TRY(acts_notify_add(c, NOTIFICATION_POLL, b->poll.account, b->poll.account, b->poll.status));
	return acts_outbound_update_question(c, b->poll.status, true);
}

struct err *acts_job_poll_close(struct call *c, const struct job *job, bool *ret_later)
{
	struct ballot b = { 0 };
	struct status *s;
	bool found;

	(void)ret_later;
	TRY(poll_find(c, ID(poll_id, job->ref_id), &b.poll, &b.options, &b.options_n, &found));
	/* An edit may have given it another end, which has a job of its own. */
	if (!found || !b.poll.expires_us || b.poll.expires_us > c->now_us)
		return NULL;
	TRY(status_find(c, b.poll.status, &s));
	b.question = s;
	return s ? store_tx(c, close_poll, &b) : NULL;
}
