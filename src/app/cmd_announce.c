/* Announcements to everybody here. */
#include "acts/announcement.h"
#include "app/open.h"
#include "base/buf.h"
#include "store/announcement.h"
#include "wire/date.h"

enum { LIST_TEXT_MAX = 4 * 1024 * 1024 };

static struct err *read_id(struct cli *cli, int64_t *ret)
{
	if (!str_i64(cli->args[0], ret) || *ret <= 0)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' is no number of an announcement; announce list names them", STR_ARG(cli->args[0]));
	return NULL;
}

static struct announcement_in said(struct cli *cli, struct str text)
{
	return (struct announcement_in){ .text = text, .starts = cli_option(cli, "--starts"), .ends = cli_option(cli, "--ends"),
					 .at = cli_option(cli, "--at"), .all_day = cli_option(cli, "--all-day").p ? 1 : -1,
					 .draft = cli_option(cli, "--draft").p != NULL };
}

static struct err *add(struct cli *cli, struct call *c)
{
	struct announcement_in in = said(cli, cli->args[0]);
	int64_t id;

	TRY(acts_announcement_put(c, 0, &in, &id));
	return cli_print(cli, arena_printf(cli->arena, "%lld\n", (long long)id));
}

static struct err *change(struct cli *cli, struct call *c)
{
	struct announcement_in in = said(cli, cli_option(cli, "--text"));
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_announcement_put(c, id, &in, &id);
}

static struct err *publish(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_announcement_publish(c, id, true);
}

static struct err *hide(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_announcement_publish(c, id, false);
}

static struct err *drop(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_announcement_drop(c, id);
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct announcement *v;
	size_t n;

	TRY(announcements_all(c, ID_NONE(account_id), true, &v, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t when = v[i].published_us ? v[i].published_us : v[i].scheduled_us;

		buf_addf(&out, "%lld  %s", (long long)v[i].id, v[i].published_us ? "published" : when ? "waits for" : "hidden");
		if (when)
			buf_addf(&out, " " STR_FMT, STR_ARG(date_iso_s(cli->arena, when)));
		buf_addf(&out, "  " STR_FMT "\n", STR_ARG(v[i].text));
	}
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_announce_add(struct cli *cli) { return app_with_call(cli, add); }
struct err *cmd_announce_change(struct cli *cli) { return app_with_call(cli, change); }
struct err *cmd_announce_drop(struct cli *cli) { return app_with_call(cli, drop); }
struct err *cmd_announce_hide(struct cli *cli) { return app_with_call(cli, hide); }
struct err *cmd_announce_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_announce_publish(struct cli *cli) { return app_with_call(cli, publish); }
