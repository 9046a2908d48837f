#include "conf/conf.h"

bool conf_is_lab(const struct conf *conf)
{
	return str_has_prefix(conf->base_url, STR("http://"));
}

struct str conf_url(struct arena *a, const struct conf *conf, const char *path)
{
	return arena_concat(a, conf->base_url, str_z(path));
}

struct str conf_streaming_url(struct arena *a, const struct conf *conf)
{
	return arena_concat(a, STR("ws"), str_from(conf->base_url, 4));
}

struct str conf_sqlite_path(struct arena *a, const struct conf *conf)
{
	return arena_concat(a, conf->data_dir, STR("/howdah.db"));
}

bool conf_signup_confirmable(const struct conf *conf) { return conf->smtp_url.n > 0 || !conf->confirm_email; }

bool conf_signup_possible(const struct conf *conf)
{
	return conf->registrations != REGISTRATIONS_CLOSED && conf_signup_confirmable(conf);
}
