/* What follows from other settings, and which of them cannot both be true. */
#include "conf/conf_priv.h"

static bool has_port(struct str host) { return str_find(host, ':') < host.n; }

static struct str without_port(struct str host)
{
	return str_upto(host, str_find(host, ':'));
}

static void fill(struct conf_loading *in, enum setting_id id, struct str value)
{
	struct str *field = conf__field(in->conf, setting_at(id));

	if (field->n || in->bad[id])
		return;
	*field = value;
	in->conf->origin[id] = (struct conf_origin){ .kind = CONF_DERIVED };
}

/* The contradiction is told at the one of the two that was said, the first where both were. */
static void contradicts(struct conf_loading *in, enum setting_id id, enum setting_id other, struct str text)
{
	enum setting_id at = in->conf->origin[id].kind == CONF_DEFAULT || in->conf->origin[id].kind == CONF_DERIVED ? other : id;

	if (!in->bad[id] && !in->bad[other])
		conf__problem(in, conf__where(in->arena, in->conf, setting_at(at)), setting_at(at)->key, text);
}

static void check_names(struct conf_loading *in)
{
	const struct conf *c = in->conf;
	bool lab = has_port(c->domain), https = str_has_prefix(c->base_url, STR("https://"));
	struct str host = str_from(c->base_url, https ? 8 : 7);

	if (has_port(c->web_domain) != lab) {
		contradicts(in, SETTING_web_domain, SETTING_domain, arena_printf(in->arena,
			"web_domain '" STR_FMT "' and domain '" STR_FMT "' must both carry a port (a laboratory) or neither",
			STR_ARG(c->web_domain), STR_ARG(c->domain)));
		return;
	}
	if (!str_eq(host, c->web_domain))
		contradicts(in, SETTING_base_url, SETTING_web_domain, arena_printf(in->arena,
			"base_url '" STR_FMT "' is not on web_domain '" STR_FMT "'; did you mean '%s" STR_FMT "'?", STR_ARG(c->base_url),
			STR_ARG(c->web_domain), lab ? "http://" : "https://", STR_ARG(c->web_domain)));
	else if (lab && https)
		contradicts(in, SETTING_base_url, SETTING_domain, arena_printf(in->arena,
			"a domain with a port ('" STR_FMT "') is a laboratory, which speaks plain http; did you mean domain = " STR_FMT "?",
			STR_ARG(c->domain), STR_ARG(without_port(c->domain))));
	else if (!lab && !https)
		contradicts(in, SETTING_base_url, SETTING_domain, arena_printf(in->arena,
			"plain http is for laboratories, whose domain carries a port; did you mean 'https://" STR_FMT "'?", STR_ARG(host)));
}

static bool begins(struct str v, const char *one, const char *other)
{
	return str_has_prefix(v, str_z(one)) || str_has_prefix(v, str_z(other));
}

static void check_scheme(struct conf_loading *in, enum setting_id id, bool fits, const char *want)
{
	const struct setting *s = setting_at(id);
	const struct str *v = conf__field_of(in->conf, s);

	if (v->n && !in->bad[id] && !fits)
		conf__problem(in, conf__where(in->arena, in->conf, s), s->key, arena_printf(in->arena, "it must begin with %s", want));
}

void conf__derive(struct conf_loading *in)
{
	struct conf *c = in->conf;
	struct arena *a = in->arena;

	fill(in, SETTING_web_domain, c->domain);
	fill(in, SETTING_base_url, arena_concat(a, has_port(c->domain) ? STR("http://") : STR("https://"), c->web_domain));
	fill(in, SETTING_media_dir, arena_concat(a, c->data_dir, STR("/media")));
	fill(in, SETTING_secret_key_file, arena_concat(a, c->data_dir, STR("/secret.key")));
	fill(in, SETTING_mail_from, arena_concat(a, STR("notifications@"), without_port(c->domain)));

	if (!in->bad[SETTING_domain] && !in->bad[SETTING_web_domain] && !in->bad[SETTING_base_url])
		check_names(in);
	check_scheme(in, SETTING_database_url, begins(c->database_url, "postgresql://", "postgres://"),
		"postgresql:// (or be empty for the embedded SQLite)");
	check_scheme(in, SETTING_smtp_url, begins(c->smtp_url, "smtp://", "smtps://"), "smtp:// or smtps://");
	if (c->metrics_listen.n && str_eq(c->metrics_listen, c->listen) && !str_has_suffix(c->listen, STR(":0")))
		contradicts(in, SETTING_metrics_listen, SETTING_listen, STR("metrics_listen and listen are the same address; give one another port"));
}
