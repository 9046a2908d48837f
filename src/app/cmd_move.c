/* How the moves of people here go on. */
#include "acts/move.h"
#include "app/open.h"
#include "base/buf.h"
#include "store/account.h"
#include "view/move.h"
#include "wire/date.h"
#include "wire/text.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

static struct err *find(struct cli *cli, struct call *c, account_id *ret)
{
	struct account *a;

	TRY(account_find_handle(c, text_fold(cli->arena, cli->args[0]), STR(""), &a));
	if (!a)
		return FAIL(cli->arena, ERR_NOT_FOUND, "there is no account '" STR_FMT "'", STR_ARG(cli->args[0]));
	*ret = a->id;
	return NULL;
}

static struct err *show(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, TEXT_MAX);
	struct move_ledger l;
	account_id who;

	TRY(find(cli, c, &who));
	TRY(view_move_ledger(c, who, &l));
	buf_addf(&out, "%lld of %lld followers on %zu servers have gone along; %zu servers have not heard of it, %zu have and lag behind\n",
		 (long long)l.along, (long long)l.followers, l.n, l.waiting, l.pending);
	for (size_t i = 0; i < l.n; i++)
		buf_addf(&out, STR_FMT "  %lld of %lld  %s  told " STR_FMT ", %lld times again\n", STR_ARG(l.v[i].host), (long long)l.v[i].along,
			 (long long)l.v[i].followers, l.v[i].waiting ? "waiting" : l.v[i].along < l.v[i].followers ? "pending" : "done",
			 STR_ARG(date_iso_s(cli->arena, l.v[i].told_us)), (long long)l.v[i].prompts);
	return cli_print(cli, buf_str(&out));
}

static struct err *prompt(struct cli *cli, struct call *c)
{
	account_id who;

	TRY(find(cli, c, &who));
	return acts_move_prompt(c, who);
}

struct err *cmd_move_prompt(struct cli *cli) { return app_with_call(cli, prompt); }
struct err *cmd_move_show(struct cli *cli) { return app_with_call(cli, show); }
