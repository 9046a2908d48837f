/* Servers that this one silences or suspends, and providers of e-mail that nobody signs up with. */
#include "acts/email_block.h"
#include "acts/server_block.h"
#include "app/open.h"
#include "base/buf.h"
#include "store/email_block.h"
#include "wire/date.h"

enum { BLOCK_TEXT_MAX = 3 * SERVER_BLOCK_COMMENT_MAX };

/* The dispatcher has seen that it is one of the two words. */
static const bool *is_word(struct cli *cli, const char *option, const char *word, bool *place)
{
	struct str said = cli_option(cli, option);

	*place = str_eqz(said, word);
	return said.p ? place : NULL;
}

static struct err *put(struct cli *cli, struct call *c, enum server_block_verb verb)
{
	struct str severity_word = cli_option(cli, "--severity");
	enum block_severity severity = BLOCK_SILENCE;
	bool media, reports, name;
	struct server_block_in in = {
		.domain = cli->args[0], .by = cli_who(cli), .public_comment = cli_option(cli, "--comment"),
		.private_comment = cli_option(cli, "--private-comment"), .reject_media = is_word(cli, "--media", "reject", &media),
		.reject_reports = is_word(cli, "--reports", "reject", &reports), .obfuscate = is_word(cli, "--name", "obfuscated", &name),
	};

	if (severity_word.p && block_severity_parse(severity_word, &severity))
		in.severity = &severity;
	return acts_server_block_put(c, verb, &in);
}

static struct err *add(struct cli *cli, struct call *c) { return put(cli, c, SERVER_BLOCK_ADD); }
static struct err *change(struct cli *cli, struct call *c) { return put(cli, c, SERVER_BLOCK_CHANGE); }
static struct err *remove_block(struct cli *cli, struct call *c) { return acts_server_block_drop(c, cli->args[0], cli_who(cli)); }

static struct err *list_one(struct cli *cli, const struct server_block *b)
{
	struct buf out = buf_init(cli->arena, BLOCK_TEXT_MAX);

	buf_addf(&out, STR_FMT "  %s%s%s%s  since " STR_FMT "  by " STR_FMT "\n", STR_ARG(b->domain), block_severity_word(b->severity),
		 b->reject_media ? ", no media" : "", b->reject_reports ? ", no reports" : "", b->obfuscate ? ", name obfuscated" : "",
		 STR_ARG(date_day(cli->arena, b->created_us)), STR_ARG(b->by));
	if (b->public_comment.n)
		buf_addf(&out, "  public: " STR_FMT "\n", STR_ARG(b->public_comment));
	if (b->private_comment.n)
		buf_addf(&out, "  private: " STR_FMT "\n", STR_ARG(b->private_comment));
	return cli_print(cli, buf_str(&out));
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct server_block *v;
	size_t n;

	TRY(server_blocks_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(list_one(cli, &v[i]));
	return n ? NULL : cli_print(cli, STR("no server is blocked\n"));
}

static struct err *purge(struct cli *cli, struct call *c)
{
	bool sure = cli_option(cli, "--yes").p;
	int64_t n;

	if (sure)
		TRY(acts_server_purge(c, cli->args[0], cli_who(cli), &n));
	else
		TRY(acts_server_purge_count(c, cli->args[0], &n));
	return cli_print(cli, arena_printf(cli->arena, "%lld account%s %s\n", (long long)n, n == 1 ? "" : "s",
					   sure ? "purged" : "would be purged, with all that is theirs; say --yes to do it"));
}

static struct err *email_add(struct cli *cli, struct call *c) { return acts_email_block_add(c, cli->args[0], cli_who(cli)); }
static struct err *email_remove(struct cli *cli, struct call *c) { return acts_email_block_drop(c, cli->args[0], cli_who(cli)); }

static struct err *email_list(struct cli *cli, struct call *c)
{
	struct email_block *v;
	size_t n;

	TRY(email_blocks_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		TRY(cli_print(cli, arena_printf(cli->arena, STR_FMT "  since " STR_FMT "  by " STR_FMT "\n", STR_ARG(v[i].domain),
						STR_ARG(date_day(cli->arena, v[i].created_us)), STR_ARG(v[i].by))));
	return n ? NULL : cli_print(cli, STR("no domain of e-mail addresses is blocked\n"));
}

struct err *cmd_blocks_email_add(struct cli *cli) { return app_with_call(cli, email_add); }
struct err *cmd_blocks_email_list(struct cli *cli) { return app_with_call(cli, email_list); }
struct err *cmd_blocks_email_remove(struct cli *cli) { return app_with_call(cli, email_remove); }
struct err *cmd_blocks_add(struct cli *cli) { return app_with_call(cli, add); }
struct err *cmd_blocks_change(struct cli *cli) { return app_with_call(cli, change); }
struct err *cmd_blocks_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_blocks_purge(struct cli *cli) { return app_with_call(cli, purge); }
struct err *cmd_blocks_remove(struct cli *cli) { return app_with_call(cli, remove_block); }
