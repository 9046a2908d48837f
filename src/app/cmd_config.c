#include <sys/stat.h>

#include "acts/setting.h"
#include "app/open.h"
#include "base/buf.h"
#include "conf/show.h"

struct err *cmd_config_check(struct cli *cli)
{
	struct conf *conf;

	TRY(cli_conf(cli, &conf));
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

static struct err *set(struct cli *cli, struct call *c) { return acts_setting_put(c, cli->args[0], cli->args[1], STR("command line")); }

static struct err *unset(struct cli *cli, struct call *c) { return acts_setting_put(c, cli->args[0], STR_NONE, STR("command line")); }

static struct err *migrated(struct cli *cli, struct call *c)
{
	(void)c;
	return cli_print(cli, STR("the database is up to date\n"));
}

struct err *cmd_config_get(struct cli *cli) { return app_with_call(cli, get); }
struct err *cmd_config_set(struct cli *cli) { return app_with_call(cli, set); }
struct err *cmd_config_unset(struct cli *cli) { return app_with_call(cli, unset); }
/* Opening brings the schema up to date. */
struct err *cmd_migrate(struct cli *cli) { return app_with_call(cli, migrated); }
