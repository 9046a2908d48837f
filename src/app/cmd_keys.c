/* The keys that accounts sign with: seeing them, and new ones. */
#include "acts/keys.h"
#include "app/open.h"
#include "base/buf.h"
#include "model/enums.h"
#include "store/account.h"
#include "wire/date.h"
#include "wire/text.h"

enum { PAGE = 100, LIST_TEXT_MAX = 64 * 1024 };

/* An account of ours by its name; the server's own is named as its domain. */
static struct err *find(struct cli *cli, struct call *c, account_id *ret)
{
	struct str name = cli->args[0];
	struct account *a;

	if (str_has_prefix(name, STR("@")))
		name = str_from(name, 1);
	TRY(account_find_handle(c, text_fold(c->arena, name), STR(""), &a));
	if (!a || a->deleted_us)
		return FAIL(cli->arena, ERR_NOT_FOUND, "there is no account '" STR_FMT "' here", STR_ARG(cli->args[0]));
	*ret = a->id;
	return NULL;
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf b = buf_init(cli->arena, LIST_TEXT_MAX);
	struct account_key *k;
	account_id who;
	size_t n;

	TRY(find(cli, c, &who));
	TRY(account_keys(c, who, &k, &n));
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, STR_FMT "\t%s\tsince " STR_FMT, STR_ARG(k[i].uri), key_algorithm_word(k[i].algorithm),
			 STR_ARG(date_iso_s(cli->arena, k[i].created_us)));
		if (k[i].retired_us)
			buf_addf(&b, "\tsigns nothing, shown until " STR_FMT, STR_ARG(date_iso_s(cli->arena, k[i].retired_us)));
		buf_addc(&b, '\n');
	}
	return cli_print(cli, buf_str(&b));
}

static struct err *rotate_all(struct call *c, bool at_once, int64_t *count)
{
	account_id after = { 0 };
	struct key_owner *v;
	size_t n;

	do {
		TRY(account_key_owners(c, after, PAGE, &v, &n));
		for (size_t i = 0; i < n; i++)
			TRY(acts_keys_rotate(c, v[i].id, at_once));
		*count += (int64_t)n;
		if (n)
			after = v[n - 1].id;
	} while (n == PAGE);
	return NULL;
}

static struct err *rotate(struct cli *cli, struct call *c)
{
	bool at_once = cli_option(cli, "--at-once").p, all = cli_option(cli, "--all").p;
	int64_t count = 0;
	account_id who;

	if (all == (cli->args_n > 0))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "say whose: NAME, or --all");
	if (all) {
		TRY(rotate_all(c, at_once, &count));
		return cli_print(cli, arena_printf(cli->arena, "%lld accounts have new keys\n", (long long)count));
	}
	TRY(find(cli, c, &who));
	return acts_keys_rotate(c, who, at_once);
}

struct err *cmd_keys_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_keys_rotate(struct cli *cli) { return app_with_call(cli, rotate); }
