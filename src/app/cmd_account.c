#include "acts/oauth.h"
#include "acts/signup.h"
#include "app/open.h"
#include "base/buf.h"
#include "crypt/token.h"
#include "model/enums.h"
#include "model/scope.h"
#include "store/account.h"
#include "store/user.h"
#include "wire/date.h"
#include "wire/text.h"

enum { LIST_PAGE = 200, LIST_TEXT_MAX = 256 * 1024, LINE_TEXT_MAX = 4096 };

/* The first line of standard input, without its end. */
static struct err *read_password(struct cli *cli, struct str *ret)
{
	char *line = arena_alloc(cli->arena, LINE_TEXT_MAX);
	size_t n;

	if (!fgets(line, LINE_TEXT_MAX, cli->in))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--password-stdin: there was no password on standard input");
	n = strlen(line);
	while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	*ret = str_of(line, n);
	return NULL;
}

/* Every field's fault, without the words for clients. */
static struct err *all_faults(struct cli *cli, const struct err *e)
{
	struct buf b = buf_init(cli->arena, LINE_TEXT_MAX);

	for (const struct err *i = e; i; i = i->next) {
		buf_addz(&b, i == e ? "" : "; ");
		buf_add(&b, str_has_prefix(i->text, STR("Validation failed: ")) ? str_from(i->text, sizeof "Validation failed: " - 1) : i->text);
	}
	return FAIL(cli->arena, e->code, STR_FMT, STR_ARG(buf_str(&b)));
}

static struct err *no_scope(struct cli *cli, const char *option, struct str scopes)
{
	return FAIL(cli->arena, ERR_BAD_REQUEST, "%s: '" STR_FMT "' holds a word that is no scope", option, STR_ARG(scopes));
}

static struct err *print_token(struct cli *cli, struct call *c, account_id who, struct str scopes)
{
	struct token_made made;

	TRY(acts_token_create(c, ID_NONE(app_id), who, scopes, &made));
	return cli_print(cli, arena_concat(cli->arena, made.token, STR("\n")));
}

static struct err *create(struct cli *cli, struct call *c)
{
	struct signup in = { .username = cli->args[0], .email = cli_option(cli, "--email"), .by_operator = true };
	struct str role = cli_option(cli, "--role"), scopes = cli_option(cli, "--token");
	bool given = cli_option(cli, "--password-stdin").p;
	struct signed_up made;
	struct err *e;

	if (role.n && !role_parse(role, &in.role))
		return FAIL(cli->arena, ERR_BAD_REQUEST, "--role: '" STR_FMT "' is none", STR_ARG(role));
	if (scopes.p && !scopes_known(scopes))
		return no_scope(cli, "--token", scopes);
	if (given)
		TRY(read_password(cli, &in.password));
	else
		in.password = str_upto(token_random(c), 24);
	e = acts_account_create(c, &in, &made);
	if (e)
		return all_faults(cli, e);
	if (!given)
		TRY(cli_print(cli, arena_concat(cli->arena, in.password, STR("\n"))));
	return scopes.p ? print_token(cli, c, made.account, scopes) : NULL;
}

static struct err *find(struct cli *cli, struct call *c, account_id *ret)
{
	struct str name = cli->args[0];
	struct account *a;
	struct user u;
	bool found = false;

	if (str_has_prefix(name, STR("@")))
		name = str_from(name, 1);
	TRY(account_find_handle(c, text_fold(c->arena, name), STR(""), &a));
	if (a && !a->deleted_us)
		TRY(user_find(c, a->id, &u, &found));
	if (!found)
		return FAIL(cli->arena, ERR_NOT_FOUND, "there is no account '" STR_FMT "' here", STR_ARG(cli->args[0]));
	*ret = a->id;
	return NULL;
}

static struct err *token(struct cli *cli, struct call *c)
{
	struct str scopes = cli_option(cli, "--scopes");
	account_id who = ID_NONE(account_id);

	if (scopes.n && !scopes_known(scopes))
		return no_scope(cli, "--scopes", scopes);
	TRY(find(cli, c, &who));
	return print_token(cli, c, who, scopes.n ? scopes : STR("read write follow push"));
}

static struct err *list(struct cli *cli, struct call *c)
{
	account_id after = ID_NONE(account_id);
	struct user_line *v;
	size_t n;

	do {
		struct buf b = buf_init(cli->arena, LIST_TEXT_MAX);

		TRY(users_page(c, after, LIST_PAGE, &v, &n));
		for (size_t i = 0; i < n; i++) {
			buf_addf(&b, STR_FMT "\t" STR_FMT "\t%s\t" STR_FMT "%s%s%s\n", STR_ARG(v[i].username), STR_ARG(v[i].email), role_word(v[i].role),
				 STR_ARG(date_day(cli->arena, v[i].created_us)), v[i].confirmed_us ? "" : "\tunconfirmed",
				 v[i].approved ? "" : "\twaiting for approval", v[i].disabled ? "\tdisabled" : "");
			after = v[i].id;
		}
		TRY(cli_print(cli, buf_str(&b)));
	} while (n == LIST_PAGE);
	return NULL;
}

static struct err *approve(struct cli *cli, struct call *c)
{
	account_id who;

	TRY(find(cli, c, &who));
	return acts_account_approve(c, who);
}

static struct err *disable(struct cli *cli, struct call *c)
{
	account_id who;

	TRY(find(cli, c, &who));
	return acts_account_disable(c, who, true);
}

static struct err *enable(struct cli *cli, struct call *c)
{
	account_id who;

	TRY(find(cli, c, &who));
	return acts_account_disable(c, who, false);
}

struct err *cmd_account_approve(struct cli *cli) { return app_with_call(cli, approve); }
struct err *cmd_account_disable(struct cli *cli) { return app_with_call(cli, disable); }
struct err *cmd_account_enable(struct cli *cli) { return app_with_call(cli, enable); }
struct err *cmd_account_create(struct cli *cli) { return app_with_call(cli, create); }
struct err *cmd_account_token(struct cli *cli) { return app_with_call(cli, token); }
struct err *cmd_account_list(struct cli *cli) { return app_with_call(cli, list); }
