#include <sys/stat.h>

#include "acts/setting.h"
#include "app/open.h"
#include "base/buf.h"
#include "conf/exposed.h"
#include "conf/show.h"
#include "store/store.h"
#include "wire/date.h"

enum { HISTORY_MAX = 200, TOLD_MAX = 120 };

struct err *cmd_config_check(struct cli *cli)
{
	struct conf_exposed found[CONF_EXPOSED_MAX];
	struct conf *conf;
	size_t n;

	TRY(cli_conf(cli, &conf));
	n = conf_exposed(cli->arena, conf, found);
	for (size_t i = 0; i < n; i++)
		TRY(cli_print(cli, arena_printf(cli->arena, "warning: " STR_FMT ": " STR_FMT "\n", STR_ARG(found[i].key), STR_ARG(found[i].text))));
	return cli_print(cli, arena_printf(cli->arena, "the settings are in order: " STR_FMT " at " STR_FMT "\n", STR_ARG(conf->domain),
		STR_ARG(conf->base_url)));
}

struct err *cmd_config_sample(struct cli *cli)
{
	struct buf out = buf_init(cli->arena, CONF_TEXT_MAX);

	conf_write_sample(&out);
	return cli_print(cli, buf_str(&out));
}

static struct err *show(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, CONF_TEXT_MAX);

	conf_write_shown(&out, c->conf);
	return cli_print(cli, buf_str(&out));
}

/* Before the first start there is no database to ask, and showing does not make one. */
struct err *cmd_config_show(struct cli *cli)
{
	struct call c = { .arena = cli->arena };
	struct conf *conf;
	struct stat st;

	TRY(cli_conf(cli, &conf));
	if (conf->database_url.n || stat(arena_strz(cli->arena, conf_sqlite_path(cli->arena, conf)), &st) == 0)
		return app_with_call(cli, show);
	c.conf = conf;
	return show(cli, &c);
}

static struct err *known(struct cli *cli, const struct setting **ret)
{
	struct str key = cli->args[0];
	const struct setting *near = setting_nearest(key);

	*ret = setting_find(key);
	if (*ret)
		return NULL;
	if (near)
		return FAIL(cli->arena, ERR_INVALID, "there is no setting '" STR_FMT "'; did you mean '" STR_FMT "'?", STR_ARG(key), STR_ARG(near->key));
	return FAIL(cli->arena, ERR_INVALID, "there is no setting '" STR_FMT "'; 'howdah config show' lists all", STR_ARG(key));
}

static struct err *get(struct cli *cli, struct call *c)
{
	const struct setting *s;

	TRY(known(cli, &s));
	return cli_print(cli, arena_concat(cli->arena, conf_value(cli->arena, c->conf, s, true), STR("\n")));
}

static struct err *set(struct cli *cli, struct call *c) { return acts_setting_put(c, cli->args[0], cli->args[1], cli_who(cli)); }

static struct err *unset(struct cli *cli, struct call *c) { return acts_setting_put(c, cli->args[0], STR_NONE, cli_who(cli)); }

/* A value on one line, shortened. */
static struct str told(struct arena *a, struct str value)
{
	struct buf b = buf_init(a, 2 * TOLD_MAX);
	struct str rest = str_utf8_upto(value, TOLD_MAX), line;

	if (!value.p)
		return STR("default");
	while (str_next(&rest, '\n', &line)) {
		buf_addz(&b, b.n ? "\\n" : "");
		buf_add(&b, line);
	}
	return arena_printf(a, "'" STR_FMT "%s'", STR_ARG(buf_str(&b)), value.n > TOLD_MAX ? "..." : "");
}

static struct err *history(struct cli *cli, struct call *c)
{
	struct buf out = buf_init(cli->arena, CONF_TEXT_MAX);
	struct setting_change *v;
	const struct setting *s;
	size_t n;

	if (cli->args_n)
		TRY(known(cli, &s));
	TRY(settings_history(c, cli->args[0], HISTORY_MAX, &v, &n));
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, STR_FMT "  " STR_FMT ": " STR_FMT ": " STR_FMT " -> " STR_FMT "\n", STR_ARG(date_iso_s(cli->arena, v[i].changed_us)),
			 STR_ARG(v[i].by), STR_ARG(v[i].key), STR_ARG(told(cli->arena, v[i].old)), STR_ARG(told(cli->arena, v[i].value)));
	return cli_print(cli, buf_str(&out));
}

static struct err *migrated(struct cli *cli, struct call *c)
{
	(void)c;
	return cli_print(cli, STR("the database is up to date\n"));
}

struct err *cmd_config_history(struct cli *cli) { return app_with_call(cli, history); }
struct err *cmd_config_get(struct cli *cli) { return app_with_call(cli, get); }
struct err *cmd_config_set(struct cli *cli) { return app_with_call(cli, set); }
struct err *cmd_config_unset(struct cli *cli) { return app_with_call(cli, unset); }
/* Opening brings the schema up to date. */
struct err *cmd_migrate(struct cli *cli) { return app_with_call(cli, migrated); }
