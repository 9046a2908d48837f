/* How long the queue takes for what waits, and what would be if. */
#include "app/open.h"
#include "base/buf.h"
#include "view/forecast.h"

enum { TEXT_MAX = 16 * 1024, STEPS = 2000000 };

/* ---- what was asked for ---- */

static struct err *read_workers(struct cli *cli, int *ret)
{
	struct str text = cli_option(cli, "--workers");
	int64_t n = 0;

	if (text.p && (!str_i64(text, &n) || n < 1 || n > JOB_WORKERS_MAX))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--workers: '" STR_FMT "' is no number from 1 to %d", STR_ARG(text), (int)JOB_WORKERS_MAX);
	*ret = (int)n;
	return NULL;
}

/* "PUSH=600" or several, parted by commas: jobs a minute. */
static struct err *read_arrivals(struct cli *cli, double ret[JOB_LANES])
{
	struct str rest = cli_option(cli, "--arrival"), one, name, rate;
	enum job_lane lane;
	int64_t n;

	while (rest.n && str_next(&rest, ',', &one)) {
		if (!str_cut(one, '=', &name, &rate) || !job_lane_parse(name, &lane) || !str_i64(rate, &n) || n < 0 || n > 10000000)
			return FAIL(cli->arena, ERR_BAD_REQUEST, "--arrival: '" STR_FMT "' is no class and its jobs a minute; PUSH=600 is", STR_ARG(one));
		ret[lane] = (double)n / 60;
	}
	return NULL;
}

static struct err *read_policy(struct cli *cli, struct forecast_ask *ask)
{
	struct str path = cli_option(cli, "--policy"), text;
	struct job_policy_read *r = arena_new(cli->arena, struct job_policy_read);

	if (!path.p)
		return NULL;
	TRY(cli_file(cli, path, JOB_POLICY_TEXT_MAX, &text));
	job_policy_read(cli->arena, text, r);
	if (r->problems_n)
		return FAIL(cli->arena, ERR_INVALID, STR_FMT ":%d: %s: " STR_FMT, STR_ARG(path), r->problems[0].line, r->problems[0].field,
			    STR_ARG(r->problems[0].why));
	ask->policy = &r->policy;
	return NULL;
}

/* ---- showing ---- */

static struct str time_text(struct arena *a, double s)
{
	if (s < 0.0005)
		return STR("-");
	if (s < 1)
		return arena_printf(a, "%.0fms", s * 1000);
	if (s < 120)
		return arena_printf(a, "%.1fs", s);
	return s < 7200 ? arena_printf(a, "%.0fm", s / 60) : arena_printf(a, "%.1fh", s / 3600);
}

static struct str end_text(struct arena *a, const struct forecast_class *k)
{
	if (k->drained_s >= 0)
		return k->waits + k->held ? time_text(a, k->drained_s) : STR("-");
	return k->grows > 0 ? arena_printf(a, "never, grows by %.0f/min", k->grows * 60) : STR("never");
}

static void put_class(struct arena *a, struct buf *out, const char *name, const struct forecast_class *k)
{
	struct str work = arena_printf(a, "%s" STR_FMT, k->assumed ? "?" : "", STR_ARG(time_text(a, k->work_s))), wire = time_text(a, k->wire_s);

	buf_addf(out, "%-9s %8lld %8lld %8lld %8.0f %8.*s %8.*s   " STR_FMT "\n", name, (long long)k->waits, (long long)k->held, (long long)k->put_off,
		 k->comes * 60, (int)work.n, work.p, (int)wire.n, wire.p, STR_ARG(end_text(a, k)));
}

static struct err *forecast(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct forecast_ask ask = view_forecast_as_it_is();
	struct forecast f;
	bool assumed = false;

	TRY(read_workers(cli, &ask.workers));
	TRY(read_arrivals(cli, ask.comes));
	TRY(read_policy(cli, &ask));
	ask.steps_max = STEPS;
	TRY(view_forecast(c, &ask, &f));
	buf_addz(&out, "class        waits  running  put off   in/min     work     wire   done in\n");
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		put_class(cli->arena, &out, job_lane_name(i), &f.of[i]);
		assumed |= f.of[i].assumed && (f.of[i].waits + f.of[i].held || f.of[i].comes > 0);
	}
	buf_addf(&out, "\n%d worker%s on %d node%s%s\n", f.workers, f.workers == 1 ? "" : "s", f.nodes, f.nodes == 1 ? "" : "s",
		 f.imagined ? ": none runs, so this is what one of these settings would do" : "");
	if (assumed)
		buf_addz(&out, "?: no run of it was seen in the last fifteen minutes, this is a guess\n");
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_jobs_forecast(struct cli *cli) { return app_with_call(cli, forecast); }
