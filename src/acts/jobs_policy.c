#include "acts/jobs.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "model/job_policy.h"
#include "store/audit.h"
#include "store/store.h"

enum { TOLD_MAX = 16 * 1024, SAID_MAX = 1000 };

static struct err *refuse(struct call *c, const struct job_policy_read *r)
{
	struct buf out = buf_init(c->arena, TOLD_MAX);

	for (size_t i = 0; i < r->problems_n; i++) {
		const struct job_policy_problem *p = &r->problems[i];

		buf_addf(&out, "\n  ");
		if (p->line)
			buf_addf(&out, "line %d: ", p->line);
		buf_addf(&out, "%s: " STR_FMT, p->field, STR_ARG(p->why));
	}
	return FAIL(c->arena, ERR_INVALID, "this policy cannot be:" STR_FMT, STR_ARG(buf_str(&out)));
}

/* Against each process that runs jobs; where none does, against one of these settings. */
static struct err *check_workers(struct call *c, struct job_policy_read *r)
{
	struct node *v;
	size_t n;
	bool any = false;

	TRY(nodes_leased(c, &v, &n));
	for (size_t i = 0; i < n; i++) {
		any |= v[i].job_workers > 0;
		if (v[i].job_workers > 0)
			job_policy_check_workers(c->arena, r, (int)v[i].job_workers, arena_printf(c->arena, "node %d", v[i].number));
	}
	if (!any)
		job_policy_check_workers(c->arena, r, (int)c->conf->job_workers, STR("a process of these settings"));
	return NULL;
}

/* "PUSH weight 6 to 8", each after `between`; how many. */
static int64_t put_changes(struct buf *out, const struct job_policy *was, const struct job_policy *is, const char *before, const char *between)
{
	static const char *const names[] = { "reserve", "weight", "ceiling" };
	int64_t n = 0;

	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		const int old[] = { was->of[i].reserve, was->of[i].weight, was->of[i].ceiling_percent };
		const int new[] = { is->of[i].reserve, is->of[i].weight, is->of[i].ceiling_percent };

		for (int k = 0; k < 3; k++)
			if (old[k] != new[k])
				buf_addf(out, "%s%s %s %d to %d", n++ ? between : before, job_lane_name(i), names[k], old[k], new[k]);
	}
	return n;
}

struct setting_policy {
	struct str text, by;
	const struct job_policy *is;
};

static struct err *save(struct call *c, void *arg)
{
	const struct setting_policy *s = arg;
	struct buf said = buf_init(c->arena, SAID_MAX);
	struct audit_entry entry = { .by = s->by };
	struct job_policy_read was;
	struct str old;

	TRY(job_policy_get(c, &old));
	job_policy_read(c->arena, old, &was);
	buf_addz(&said, s->text.n ? "jobs policy" : "jobs policy: the defaults");
	entry.n = put_changes(&said, &was.policy, s->is, ": ", ", ");
	entry.what = buf_str(&said);
	TRY(job_policy_put(c, s->text));
	return audit_add(c, &entry);
}

struct err *acts_jobs_policy(struct call *c, struct str text, struct str by, bool write, struct str *ret_changes)
{
	struct buf out = buf_init(c->arena, TOLD_MAX);
	struct job_policy_read was, is;
	struct str old;

	if (text.n > JOB_POLICY_TEXT_MAX)
		return FAIL(c->arena, ERR_INVALID, "a policy has at most %d bytes", (int)JOB_POLICY_TEXT_MAX);
	job_policy_read(c->arena, text, &is);
	if (text.p) {
		job_policy_check_whole(c->arena, &is);
		TRY(check_workers(c, &is));
	}
	if (is.problems_n)
		return refuse(c, &is);
	TRY(job_policy_get(c, &old));
	job_policy_read(c->arena, old, &was);
	if (put_changes(&out, &was.policy, &is.policy, "", "\n"))
		buf_addz(&out, "\n");
	*ret_changes = buf_str(&out);
	return write ? store_tx(c, save, &(struct setting_policy){ text.p ? text : STR(""), by, &is.policy }) : NULL;
}
