/* Relays: servers that pass public posts on. */
#include "acts/relay.h"
#include "app/open.h"
#include "base/buf.h"
#include "store/relay.h"
#include "wire/date.h"

enum { LIST_TEXT_MAX = 64 * 1024 };

static struct err *add(struct cli *cli, struct call *c) { return acts_relay_add(c, cli->args[0], cli_who(cli)); }
static struct err *drop(struct cli *cli, struct call *c) { return acts_relay_remove(c, cli->args[0], cli_who(cli)); }

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct relay *all;
	size_t n;

	TRY(relays_all(c, &all, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, STR_FMT "  %s since " STR_FMT "\n", STR_ARG(all[i].inbox_uri), relay_state_word(all[i].state),
			 STR_ARG(date_day(cli->arena, all[i].answered_us ? all[i].answered_us : all[i].created_us)));
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_relay_add(struct cli *cli) { return app_with_call(cli, add); }
struct err *cmd_relay_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_relay_remove(struct cli *cli) { return app_with_call(cli, drop); }
