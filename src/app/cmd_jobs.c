/* The queue: how it does, what it holds, and the operators' verbs. */
#include "acts/jobs.h"
#include "app/open.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "store/audit.h"
#include "view/jobs.h"
#include "wire/date.h"

enum { SHOWN_MAX = 200, TEXT_MAX = 4 * 1024 * 1024, WHY_SHOWN = 120 };

/* ---- what was asked for ---- */

static struct err *read_age(struct cli *cli, struct str text, int64_t *ret_us)
{
	static const struct { char c; int64_t us; } units[] = { { 's', US_PER_S }, { 'm', US_PER_MIN }, { 'h', US_PER_HOUR }, { 'd', US_PER_DAY } };
	int64_t n = 0;

	for (size_t i = 0; i < sizeof units / sizeof *units && text.n > 1; i++)
		if (text.p[text.n - 1] == units[i].c && str_i64(str_upto(text, text.n - 1), &n) && n > 0 && n < 100000) {
			*ret_us = n * units[i].us;
			return NULL;
		}
	return FAIL(cli->arena, ERR_BAD_REQUEST, "--older-than: '" STR_FMT "' is no age; 90s, 30m, 12h and 7d are", STR_ARG(text));
}

static struct err *read_target(struct cli *cli, int *ret_lane, int *ret_kind, struct str *ret_host)
{
	struct str lane_name = cli_option(cli, "--class"), kind_name = cli_option(cli, "--kind");
	enum job_lane lane;
	enum job_kind kind;

	*ret_lane = *ret_kind = -1;
	*ret_host = cli_option(cli, "--host");
	if (lane_name.p && !job_lane_parse(lane_name, &lane))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--class: there is no '" STR_FMT "'; howdah jobs names them", STR_ARG(lane_name));
	if (kind_name.p && !job_kind_parse(kind_name, &kind))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--kind: there is no '" STR_FMT "'; howdah jobs list shows some", STR_ARG(kind_name));
	if (lane_name.p)
		*ret_lane = (int)lane;
	if (kind_name.p)
		*ret_kind = (int)kind;
	return NULL;
}

static struct err *read_filter(struct cli *cli, struct call *c, struct job_filter *ret)
{
	struct str age = cli_option(cli, "--older-than"), state = cli_option(cli, "--state");
	int64_t us = 0;

	*ret = (struct job_filter){ 0 };
	TRY(read_target(cli, &ret->lane, &ret->kind, &ret->host));
	if (age.p) {
		TRY(read_age(cli, age, &us));
		ret->before_us = c->now_us - us;
	}
	if (state.p)
		ret->standing = str_eqz(state, "due") ? JOB_STANDS_DUE : str_eqz(state, "later") ? JOB_STANDS_LATER : JOB_STANDS_PARKED;
	return NULL;
}

/* ---- showing ---- */

static struct str duration(struct arena *a, int64_t s)
{
	if (s < 0)
		return STR("-");
	if (s < 120)
		return arena_printf(a, "%llds", (long long)s);
	if (s < 7200)
		return arena_printf(a, "%lldm", (long long)(s / 60));
	return s < 2 * 86400 ? arena_printf(a, "%lldh", (long long)(s / 3600)) : arena_printf(a, "%lldd", (long long)(s / 86400));
}

static const char head[] = "      due    later  running   parked   oldest   in/min  out/min      eta\n";

static void put_numbers(struct call *c, struct buf *out, const struct job_host_stats *s, int64_t eta_s)
{
	struct str oldest = duration(c->arena, s->oldest_due_us ? (c->now_us - s->oldest_due_us) / US_PER_S : 0);
	struct str eta = duration(c->arena, eta_s);

	buf_addf(out, " %8lld %8lld %8lld %8lld %8.*s %8lld %8lld %8.*s\n", (long long)s->due, (long long)s->later, (long long)s->leased,
		 (long long)s->parked, (int)oldest.n, oldest.p, (long long)s->came, (long long)s->gone, (int)eta.n, eta.p);
}

static void put_rule(struct cli *cli, struct buf *out, const struct job_rule *r)
{
	struct str what = r->host;

	if (r->lane >= 0 && r->lane < JOB_LANES)
		what = str_z(job_lane_name((enum job_lane)r->lane));
	else if (r->kind >= 0 && r->kind < JOB_KINDS)
		what = str_z(job_kind_name((enum job_kind)r->kind));
	buf_addf(out, STR_FMT " is ", STR_ARG(what));
	if (r->per_minute)
		buf_addf(out, "throttled to %lld a minute", (long long)r->per_minute);
	else
		buf_addz(out, "paused");
	buf_addf(out, " by " STR_FMT " since " STR_FMT "\n", STR_ARG(r->by), STR_ARG(date_iso_s(cli->arena, r->created_us)));
}

static struct str jobs_text(struct arena *a, int64_t n) { return arena_printf(a, "%lld job%s", (long long)n, n == 1 ? "" : "s"); }

static void put_deletion(struct cli *cli, struct buf *out, const struct job_deletion *d)
{
	buf_addf(out, STR_FMT " (" STR_FMT ") was asked for by " STR_FMT "; until " STR_FMT " somebody else may say: howdah jobs confirm %lld\n",
		 STR_ARG(d->what), STR_ARG(jobs_text(cli->arena, d->n)), STR_ARG(d->by),
		 STR_ARG(date_iso_s(cli->arena, d->created_us + JOB_DELETION_WAITS_US)), (long long)d->id);
}

static void put_deleted(struct cli *cli, struct buf *out, const struct jobs_deleted *d)
{
	buf_addf(out, STR_FMT " by " STR_FMT ": until " STR_FMT " " STR_FMT " can be brought back: howdah jobs undelete %lld\n", STR_ARG(d->what),
		 STR_ARG(d->by), STR_ARG(date_iso_s(cli->arena, d->created_us + JOBS_DELETED_KEPT_US)), STR_ARG(jobs_text(cli->arena, d->n)),
		 (long long)d->audit_id);
}

/* "node 3 (web,jobs): PUSH 12, PULL 2" */
static void put_node(struct buf *out, const struct job_node_stats *n)
{
	const char *between = ":";

	buf_addf(out, "node %d (" STR_FMT ")", n->node, STR_ARG(n->roles));
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		if (n->held[i]) {
			buf_addf(out, "%s %s %lld", between, job_lane_name(i), (long long)n->held[i]);
			between = ",";
		}
	buf_addz(out, "\n");
}

/* "node 3 at yakko 127.0.0.1:3000: 25 connections at most, 18 of them for jobs, 6 kept for requests" */
static void put_connections(struct call *c, struct buf *out, const struct jobs_state *s)
{
	int64_t spare = c->conf->db_connections_spare;

	for (size_t i = 0; i < s->nodes_n; i++) {
		const struct job_node_stats *n = &s->nodes[i];
		int64_t listens = s->room.lets_in > 0;

		if (n->connections)
			buf_addf(out, "node %d at " STR_FMT ": %lld connections at most, %lld of them for jobs, %lld kept for requests\n", n->node,
				 STR_ARG(n->place), (long long)n->connections, (long long)n->connections_jobs,
				 (long long)(n->connections - listens - n->connections_jobs));
	}
	if (s->room.lets_in)
		buf_addf(out, "all nodes: %lld connections at most; the database lets in %lld, %lld of which are kept free\n",
			 (long long)view_jobs_connections(s), (long long)s->room.lets_in, (long long)spare);
}

static struct err *show(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct jobs_state s;

	TRY(view_jobs(c, &s));
	buf_addf(&out, "%-10s%s", "class", head);
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		const struct job_class_stats *k = &s.classes[i];
		struct job_host_stats n = { .due = k->due, .later = k->later, .leased = k->leased, .parked = k->parked, .oldest_due_us = k->oldest_due_us,
					    .came = k->came, .gone = k->gone };

		buf_addf(&out, "%-9s", job_lane_name(i));
		put_numbers(c, &out, &n, s.eta_s[i]);
	}
	if (s.hosts_n)
		buf_addf(&out, "\n%-40s%s", "host", head);
	for (size_t i = 0; i < s.hosts_n; i++) {
		buf_addf(&out, "%-39.*s", (int)s.hosts[i].host.n, s.hosts[i].host.p);
		put_numbers(c, &out, &s.hosts[i], view_jobs_eta_s(s.hosts[i].due + s.hosts[i].leased, s.hosts[i].came, s.hosts[i].gone));
	}
	if (s.hosts_failing)
		buf_addf(&out, "\n%lld hosts fail, %lld of them parked: howdah jobs hosts\n", (long long)s.hosts_failing, (long long)s.hosts_parked);
	buf_addz(&out, "\n");
	for (size_t i = 0; i < s.nodes_n; i++)
		if (!str_eqz(s.nodes[i].roles, "cli"))
			put_node(&out, &s.nodes[i]);
	put_connections(c, &out, &s);
	if (s.rules_n)
		buf_addz(&out, "\n");
	for (size_t i = 0; i < s.rules_n; i++)
		put_rule(cli, &out, &s.rules[i]);
	if (s.deletions_n)
		buf_addz(&out, "\n");
	for (size_t i = 0; i < s.deletions_n; i++)
		put_deletion(cli, &out, &s.deletions[i]);
	if (s.deleted_n)
		buf_addz(&out, "\n");
	for (size_t i = 0; i < s.deleted_n; i++)
		put_deleted(cli, &out, &s.deleted[i]);
	return cli_print(cli, buf_str(&out));
}

static struct err *show_hosts(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct job_host_stats *v;
	size_t n;

	TRY(job_stats_failing(c, SHOWN_MAX, &v, &n));
	for (size_t i = 0; i < n; i++) {
		const struct job_host_stats *s = &v[i];
		struct str why = str_utf8_upto(s->last_error, WHY_SHOWN);
		int64_t jobs = s->due + s->later + s->leased + s->parked;

		buf_addf(&out, STR_FMT "  failed %lld times since " STR_FMT ", ", STR_ARG(s->host), (long long)s->failures,
			 STR_ARG(date_iso_s(cli->arena, s->first_failure_us)));
		if (s->parked_us)
			buf_addf(&out, "parked since " STR_FMT, STR_ARG(date_iso_s(cli->arena, s->parked_us)));
		else
			buf_addf(&out, "next try " STR_FMT, STR_ARG(date_iso_s(cli->arena, s->penalty_until_us)));
		buf_addf(&out, ", " STR_FMT ": " STR_FMT "\n", STR_ARG(jobs_text(cli->arena, jobs)), STR_ARG(why));
	}
	return cli_print(cli, buf_str(&out));
}

static const char *kind_of(struct cli *cli, const struct job_line *j)
{
	if (j->kind >= 0 && j->kind < JOB_KINDS)
		return job_kind_name((enum job_kind)j->kind);
	return arena_strz(cli->arena, arena_printf(cli->arena, "kind %d", j->kind));
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct job_filter f;
	struct job_line *v;
	int64_t all;
	size_t n;

	TRY(read_filter(cli, c, &f));
	TRY(jobs_matching(c, &f, &all));
	TRY(jobs_list(c, &f, SHOWN_MAX, &v, &n));
	for (size_t i = 0; i < n; i++) {
		const struct job_line *j = &v[i];

		buf_addf(&out, "%lld  " STR_FMT "  %s  ", (long long)j->id, STR_ARG(date_iso_s(cli->arena, j->created_us)), kind_of(cli, j));
		if (j->parked_us)
			buf_addz(&out, "parked");
		else
			buf_addf(&out, "due " STR_FMT, STR_ARG(date_iso_s(cli->arena, j->due_us)));
		buf_addf(&out, "  tried %lld times  " STR_FMT "  " STR_FMT "  " STR_FMT "\n", (long long)j->tries, STR_ARG(j->host), STR_ARG(j->arg),
			 STR_ARG(str_utf8_upto(j->last_error, WHY_SHOWN)));
	}
	buf_addf(&out, "%zu of %lld\n", n, (long long)all);
	return cli_print(cli, buf_str(&out));
}

static struct err *audit(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct audit_entry *v;
	size_t n;

	TRY(audit_newest(c, SHOWN_MAX, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, STR_FMT "  " STR_FMT ": " STR_FMT " (%lld)\n", STR_ARG(date_iso_s(cli->arena, v[i].created_us)), STR_ARG(v[i].by),
			 STR_ARG(v[i].what), (long long)v[i].n);
	return cli_print(cli, buf_str(&out));
}

/* ---- doing ---- */

static struct err *hold(struct cli *cli, struct call *c, int64_t per_minute)
{
	struct job_rule r = { .per_minute = per_minute, .by = cli_who(cli) };

	TRY(read_target(cli, &r.lane, &r.kind, &r.host));
	TRY(acts_jobs_hold(c, &r));
	return cli_print(cli, per_minute ? STR("throttled; every node follows within two seconds\n")
					 : STR("paused; every node follows within two seconds, and what runs already runs to its end\n"));
}

static struct err *pause_jobs(struct cli *cli, struct call *c) { return hold(cli, c, 0); }

static struct err *throttle(struct cli *cli, struct call *c)
{
	struct str text = cli_option(cli, "--per-minute");
	int64_t n;

	if (!str_i64(text, &n) || n < 1)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--per-minute: '" STR_FMT "' is no number of jobs", STR_ARG(text));
	return hold(cli, c, n);
}

static struct err *resume(struct cli *cli, struct call *c)
{
	struct job_rule r = { 0 };
	int64_t n;

	TRY(read_target(cli, &r.lane, &r.kind, &r.host));
	TRY(acts_jobs_resume(c, r.lane < 0 && r.kind < 0 && !r.host.n ? NULL : &r, cli_who(cli), &n));
	return cli_print(cli, n ? STR("resumed\n") : STR("nothing of it was held back\n"));
}

static struct err *say_deleted(struct cli *cli, const struct jobs_done *end)
{
	struct str text = jobs_text(cli->arena, end->n);

	if (end->kept == 0)
		return cli_print(cli, arena_printf(cli->arena, STR_FMT " deleted\n", STR_ARG(text)));
	if (end->kept == end->n)
		return cli_print(cli, arena_printf(cli->arena, STR_FMT " deleted; within ten minutes they come back by: howdah jobs undelete %lld\n",
						   STR_ARG(text), (long long)end->line));
	return cli_print(cli, arena_printf(cli->arena, STR_FMT " deleted; within ten minutes %lld of them come back by: howdah jobs undelete %lld\n",
					   STR_ARG(text), (long long)end->kept, (long long)end->line));
}

static struct err *act(struct cli *cli, struct call *c, enum jobs_verb verb, bool sure)
{
	static const char *const done[] = { NULL, "requeued", "put first" };
	static const char *const would[] = { "would be deleted", "would be requeued", "would be put first" };
	struct jobs_done end;
	struct job_filter f;
	struct str text;
	int64_t n;

	TRY(read_filter(cli, c, &f));
	if (verb == JOBS_REQUEUE)
		f.standing = JOB_STANDS_PARKED;
	if (!sure) {
		TRY(jobs_matching(c, &f, &n));
		return cli_print(cli, arena_printf(cli->arena, STR_FMT " %s; say --yes to do it\n", STR_ARG(jobs_text(cli->arena, n)), would[verb]));
	}
	TRY(acts_jobs_do(c, verb, &f, cli_who(cli), &end));
	text = jobs_text(cli->arena, end.n);
	if (end.to_confirm)
		return cli_print(cli, arena_printf(cli->arena, STR_FMT " wait: so many are deleted once somebody else has said within ten minutes: "
						   "howdah jobs confirm %lld\n", STR_ARG(text), (long long)end.to_confirm));
	if (verb == JOBS_DELETE)
		return say_deleted(cli, &end);
	return cli_print(cli, arena_printf(cli->arena, STR_FMT " %s\n", STR_ARG(text), done[verb]));
}

static struct err *confirm(struct cli *cli, struct call *c)
{
	struct jobs_done end;
	int64_t id;

	if (!str_i64(cli->args[0], &id))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' is no number of a deletion; howdah jobs names them", STR_ARG(cli->args[0]));
	TRY(acts_jobs_confirm(c, id, cli_who(cli), &end));
	return say_deleted(cli, &end);
}

static struct err *undelete(struct cli *cli, struct call *c)
{
	int64_t id, n;

	if (!str_i64(cli->args[0], &id))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "'" STR_FMT "' is no number of a deletion; howdah jobs names them", STR_ARG(cli->args[0]));
	TRY(acts_jobs_undelete(c, id, cli_who(cli), &n));
	return cli_print(cli, arena_printf(cli->arena, STR_FMT " brought back\n", STR_ARG(jobs_text(cli->arena, n))));
}

static struct err *delete_jobs(struct cli *cli, struct call *c) { return act(cli, c, JOBS_DELETE, cli_option(cli, "--yes").p); }
static struct err *requeue(struct cli *cli, struct call *c) { return act(cli, c, JOBS_REQUEUE, cli_option(cli, "--yes").p); }
static struct err *drain(struct cli *cli, struct call *c) { return act(cli, c, JOBS_DRAIN, cli_option(cli, "--yes").p); }

struct err *cmd_jobs(struct cli *cli) { return app_with_call(cli, show); }
struct err *cmd_jobs_audit(struct cli *cli) { return app_with_call(cli, audit); }
struct err *cmd_jobs_confirm(struct cli *cli) { return app_with_call(cli, confirm); }
struct err *cmd_jobs_delete(struct cli *cli) { return app_with_call(cli, delete_jobs); }
struct err *cmd_jobs_drain(struct cli *cli) { return app_with_call(cli, drain); }
struct err *cmd_jobs_hosts(struct cli *cli) { return app_with_call(cli, show_hosts); }
struct err *cmd_jobs_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_jobs_pause(struct cli *cli) { return app_with_call(cli, pause_jobs); }
struct err *cmd_jobs_requeue(struct cli *cli) { return app_with_call(cli, requeue); }
struct err *cmd_jobs_resume(struct cli *cli) { return app_with_call(cli, resume); }
struct err *cmd_jobs_throttle(struct cli *cli) { return app_with_call(cli, throttle); }
struct err *cmd_jobs_undelete(struct cli *cli) { return app_with_call(cli, undelete); }
