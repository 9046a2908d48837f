/* The rules of this server, and its terms of service. */
#include "acts/rule.h"
#include "app/open.h"
#include "base/buf.h"
#include "store/rule.h"
#include "store/terms.h"
#include "wire/date.h"

enum { LIST_TEXT_MAX = 1024 * 1024, TERMS_FILE_MAX = 200000 };

static struct err *read_id(struct cli *cli, int64_t *ret)
{
	if (!str_i64(cli->args[0], ret) || *ret <= 0)
		return FAIL(cli->arena, ERR_INVALID, "'" STR_FMT "' is no number of a rule; rule list names them", STR_ARG(cli->args[0]));
	return NULL;
}

static struct err *print_id(struct cli *cli, int64_t id)
{
	return cli_print(cli, arena_printf(cli->arena, "%lld\n", (long long)id));
}

static struct err *add(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(acts_rule_put(c, 0, cli->args[0], cli_option(cli, "--hint"), &id));
	return print_id(cli, id);
}

static struct err *change(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_rule_put(c, id, cli_option(cli, "--text"), cli_option(cli, "--hint"), &id);
}

static struct err *drop(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_rule_drop(c, id);
}

static struct err *translate(struct cli *cli, struct call *c)
{
	int64_t id;

	TRY(read_id(cli, &id));
	return acts_rule_translate(c, id, cli->args[1], cli_option(cli, "--text"), cli_option(cli, "--hint"));
}

static void list_words(struct buf *out, struct str text, struct str hint)
{
	buf_addf(out, STR_FMT "%s" STR_FMT "%s\n", STR_ARG(text), hint.n ? " (" : "", STR_ARG(hint), hint.n ? ")" : "");
}

static struct err *list(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct rules all;

	TRY(rules_all(c, &all));
	for (size_t i = 0; i < all.n; i++) {
		buf_addf(&out, "%lld  ", (long long)all.v[i].id);
		list_words(&out, all.v[i].text, all.v[i].hint);
		for (size_t k = 0; k < all.translations_n; k++) {
			if (all.translations[k].rule != all.v[i].id)
				continue;
			buf_addf(&out, "  " STR_FMT ": ", STR_ARG(all.translations[k].language));
			list_words(&out, all.translations[k].text, all.translations[k].hint);
		}
	}
	return cli_print(cli, buf_str(&out));
}

static struct err *publish(struct cli *cli, struct call *c)
{
	struct str text, day;

	TRY(cli_file(cli, cli->args[0], TERMS_FILE_MAX, &text));
	TRY(acts_terms_publish(c, text, cli_option(cli, "--effective"), &day));
	return cli_print(cli, arena_concat(cli->arena, day, STR("\n")));
}

static struct err *list_terms(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, LIST_TEXT_MAX);
	struct terms *v;
	size_t n;

	TRY(terms_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, STR_FMT "  published " STR_FMT ", %zu bytes\n", STR_ARG(date_day(cli->arena, v[i].effective_us)),
			 STR_ARG(date_iso_s(cli->arena, v[i].published_us)), v[i].text.n);
	return cli_print(cli, buf_str(&out));
}

struct err *cmd_rule_add(struct cli *cli) { return app_with_call(cli, add); }
struct err *cmd_rule_change(struct cli *cli) { return app_with_call(cli, change); }
struct err *cmd_rule_drop(struct cli *cli) { return app_with_call(cli, drop); }
struct err *cmd_rule_list(struct cli *cli) { return app_with_call(cli, list); }
struct err *cmd_rule_translate(struct cli *cli) { return app_with_call(cli, translate); }
struct err *cmd_terms_list(struct cli *cli) { return app_with_call(cli, list_terms); }
struct err *cmd_terms_publish(struct cli *cli) { return app_with_call(cli, publish); }
