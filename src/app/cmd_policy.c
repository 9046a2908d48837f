/* What each class of background work may have of the workers: as a text, and back. */
#include "acts/jobs.h"
#include "app/open.h"
#include "model/job_policy.h"

static struct err *show(struct cli *cli, struct call *c)
{
	struct job_policy policy = job_policy_default();
	struct str text;

	TRY(job_policy_get(c, &text));
	return cli_print(cli, text.n ? text : job_policy_text(cli->arena, &policy));
}

static struct err *apply(struct cli *cli, struct call *c)
{
	struct str path = cli_option(cli, "--apply"), text = STR_NONE, changes;
	bool sure = cli_option(cli, "--yes").p;

	if (path.p && cli_option(cli, "--defaults").p)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--apply or --defaults, not both");
	if (path.p)
		TRY(cli_file(cli, path, JOB_POLICY_TEXT_MAX, &text));
	TRY(acts_jobs_policy(c, text, cli_who(cli), sure, &changes));
	TRY(cli_print(cli, changes.n ? changes : STR("no number changes\n")));
	return cli_print(cli, sure ? STR("applied; every node follows within two seconds\n") : STR("say --yes to do it\n"));
}

static struct err *policy(struct cli *cli, struct call *c)
{
	return cli_option(cli, "--apply").p || cli_option(cli, "--defaults").p ? apply(cli, c) : show(cli, c);
}

struct err *cmd_jobs_policy(struct cli *cli) { return app_with_call(cli, policy); }
