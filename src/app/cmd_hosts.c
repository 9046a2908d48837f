/* Other servers, and what they run. */
#include "app/open.h"
#include "base/buf.h"
#include "view/host.h"
#include "wire/date.h"

enum { PAGE = 1000, SOFTWARE_MAX = 500, TEXT_MAX = 256 * 1024 };

static const char *or_unknown(struct cli *cli, struct str s) { return s.n ? arena_strz(cli->arena, s) : "unknown"; }

static struct err *list(struct cli *cli, struct call *c)
{
	bool any = false;
	struct hosts_wanted w = { .software = cli_option(cli, "--software"), .older_than = cli_option(cli, "--older-than"), .limit = PAGE };

	do {
		struct buf out = buf_init(cli->arena, (size_t)2 * TEXT_MAX);
		struct host_software *v;
		size_t n;

		TRY(view_hosts(c, &w, &v, &n, &w.after));
		for (size_t i = 0; i < n; i++)
			buf_addf(&out, STR_FMT "  %s " STR_FMT "  %s\n", STR_ARG(v[i].host), or_unknown(cli, v[i].software), STR_ARG(v[i].version),
				 v[i].seen_us ? arena_strz(cli->arena, date_day(cli->arena, v[i].seen_us)) : "never asked");
		TRY(cli_print(cli, buf_str(&out)));
		any = any || n > 0;
	} while (w.after.n);
	return any ? NULL : cli_print(cli, w.software.n || w.older_than.n ? STR("no server that is known says so\n") : STR("no server is known yet\n"));
}

static struct err *software(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct software_use *v;
	size_t n;

	TRY(view_software(c, SOFTWARE_MAX, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%lld  %s\n", (long long)v[i].hosts, or_unknown(cli, v[i].software));
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_hosts_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_hosts_software(struct cli *cli) { return app_with_call(cli, software); }
