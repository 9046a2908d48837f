/* Invitations of whoever runs the server. */
#include "acts/invite.h"
#include "app/open.h"
#include "base/buf.h"
#include "view/invite.h"
#include "wire/date.h"

enum { LIST_TEXT_MAX = 256 * 1024 };

static struct err *number(struct cli *cli, const char *option, int64_t *ret)
{
	struct str text = cli_option(cli, option);

	*ret = 0;
	if (text.p && (!str_i64(text, ret) || *ret < 1))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "%s: '" STR_FMT "' is no number from 1 up", option, STR_ARG(text));
	return NULL;
}

static struct err *create(struct cli *cli, struct call *c)
{
	struct invite_new in = { 0 };
	struct invite_view *v;
	struct str code;
	int64_t days;
	size_t n;

	TRY(number(cli, "--uses", &in.max_uses));
	TRY(number(cli, "--days", &days));
	if (days > 3650)
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--days: at most 3650");
	in.lives_s = days * (US_PER_DAY / US_PER_S);
	TRY(acts_invite_create(c, &in, &code));
	TRY(view_invites(c, ID_NONE(account_id), &v, &n));
	return cli_print(cli, arena_concat(cli->arena, v[0].url, STR("\n")));
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf b = buf_init(cli->arena, LIST_TEXT_MAX);
	struct invite_view *v;
	size_t n;

	TRY(view_invites(c, ID_NONE(account_id), &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct str until = v[i].expires_us ? date_day(cli->arena, v[i].expires_us) : STR("for ever");

		buf_addf(&b, STR_FMT "\t%lld of ", STR_ARG(v[i].url), (long long)v[i].uses);
		if (v[i].max_uses)
			buf_i64(&b, v[i].max_uses);
		else
			buf_addz(&b, "any number");
		buf_addf(&b, "\t" STR_FMT "%s\n", STR_ARG(until), v[i].open ? "" : "\tended");
	}
	return cli_print(cli, buf_str(&b));
}

static struct err *end(struct cli *cli, struct call *c)
{
	struct str rest = cli->args[0], code = STR("");
	struct invite_view *v;
	size_t n;

	/* Its address will do as well. */
	while (str_next(&rest, '/', &code))
		continue;
	TRY(view_invites(c, ID_NONE(account_id), &v, &n));
	for (size_t i = 0; i < n; i++)
		if (v[i].open && str_eq(v[i].code, code))
			return acts_invite_end(c, ID_NONE(account_id), v[i].id);
	return FAIL(cli->arena, ERR_NOT_FOUND, "there is no such invitation of the command line's that may still be used");
}

struct err *cmd_invite_create(struct cli *cli) { return app_with_call(cli, create); }
struct err *cmd_invite_end(struct cli *cli) { return app_with_call(cli, end); }
struct err *cmd_invite_list(struct cli *cli) { return app_with_call(cli, list); }
