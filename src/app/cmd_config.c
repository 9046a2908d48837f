#include "app/cli.h"
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

struct err *cmd_config_show(struct cli *cli)
{
	struct buf out = buf_init(cli->arena, CONF_TEXT_MAX);
	struct conf *conf;

	TRY(cli_conf(cli, &conf));
	conf_write_shown(&out, conf);
	return cli_print(cli, buf_str(&out));
}
