#include "conf/exposed.h"

struct exposing {
	struct arena *arena;
	struct conf_exposed *v;
	size_t n;
};

static void expose(struct exposing *x, const char *key, struct str text)
{
	if (x->n < CONF_EXPOSED_MAX)
		x->v[x->n++] = (struct conf_exposed){ str_z(key), text };
}

/* ---- where it is ---- */

/* "host:5432", "[::1]:5432", "/run/postgresql": without the port. */
static struct str host_alone(struct str host)
{
	if (host.n && host.p[0] == '[')
		return str_from(str_upto(host, str_find(host, ']')), 1);
	return str_find(host, ':') == str_rfind(host, ':') ? str_upto(host, str_find(host, ':')) : host;
}

static bool is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return s.n > 0;
}

/* This machine: a socket in the file system, or loopback. Another name may mean it as well; who knows what it will mean tomorrow? */
static bool is_here(struct str host)
{
	struct str name = host_alone(host);

	return name.n == 0 || name.p[0] == '/' || name.p[0] == '@' || str_ihas_prefix(name, STR("%2f")) || str_ihas_prefix(name, STR("%40")) ||
	       str_ieq(name, STR("localhost")) || str_eqz(name, "::1") || (str_has_prefix(name, STR("127.")) && is_number(name));
}

/* The host of an address without anything after it, as url_check() lets them through; a user may stand before it. */
static struct str host_of(struct str url)
{
	struct str rest = str_from(url, str_find_str(url, STR("://")) + 3);
	struct str host = str_upto(rest, str_find(rest, '/'));
	size_t at = str_rfind(host, '@');

	return at < host.n ? str_from(host, at + 1) : host;
}

/* ---- the database ---- */

/* https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
struct database {
	struct str password, hosts, hostaddr, sslmode;
	bool proof;               /* a password in a file, or a certificate, instead of one in the address */
};

static void read_parameter(struct database *d, struct str name, struct str value)
{
	if (str_eqz(name, "host"))
		d->hosts = value;
	else if (str_eqz(name, "hostaddr"))
		d->hostaddr = value;
	else if (str_eqz(name, "password"))
		d->password = value;
	else if (str_eqz(name, "sslmode"))
		d->sslmode = value;
	else if (str_eqz(name, "passfile") || str_eqz(name, "sslcert") || str_eqz(name, "service"))
		d->proof = value.n > 0;
}

static struct database read_database(struct str url)
{
	struct str rest = str_from(url, str_find_str(url, STR("://")) + 3), authority, user, query, one, name, value;
	struct database d = { 0 };
	size_t at;

	str_cut(rest, '?', &rest, &query);
	authority = str_upto(rest, str_find(rest, '/'));
	at = str_rfind(authority, '@');
	d.hosts = at < authority.n ? str_from(authority, at + 1) : authority;
	if (at < authority.n)
		str_cut(str_upto(authority, at), ':', &user, &d.password);
	while (str_next(&query, '&', &one)) {
		str_cut(one, '=', &name, &value);
		read_parameter(&d, name, value);
	}
	/* What is connected to counts, whatever it is called. */
	d.hosts = d.hostaddr.n ? d.hostaddr : d.hosts;
	return d;
}

static bool encrypts(struct str sslmode)
{
	return str_eqz(sslmode, "require") || str_eqz(sslmode, "verify-ca") || str_eqz(sslmode, "verify-full");
}

static void look_at_database(struct exposing *x, const struct conf *conf)
{
	struct database d = read_database(conf->database_url);
	struct str rest = d.hosts, host = STR("");

	while (is_here(host) && str_next(&rest, ',', &host))
		;
	if (is_here(host))
		return;
	host = str_upto(host, 253);
	if (!d.password.n && !d.proof)
		expose(x, "database_url", arena_printf(x->arena,
			"the database at " STR_FMT " is asked without a password; if it lets us in so, it lets in whoever reaches it. Write"
			" postgresql://user:password@..., or name passfile=FILE in it, and have the database ask for it", STR_ARG(host)));
	if (!encrypts(d.sslmode))
		expose(x, "database_url", arena_printf(x->arena,
			"what goes to the database at " STR_FMT " need not be encrypted (sslmode is '" STR_FMT "'). Write ?sslmode=verify-full, with"
			" sslrootcert=FILE for a root of your own, or at least ?sslmode=require", STR_ARG(host),
			STR_ARG(d.sslmode.n ? str_upto(d.sslmode, 20) : STR("prefer"))));
}

/* ---- the rest ---- */

static void look_at_links(struct exposing *x, const struct conf *conf)
{
	struct str mail = host_of(conf->smtp_url), translation = host_of(conf->translation_url);

	/* With a user TLS is demanded (net/mail.c). */
	if (str_has_prefix(conf->smtp_url, STR("smtp://")) && !str_contains(conf->smtp_url, STR("@")) && !is_here(mail))
		expose(x, "smtp_url", arena_printf(x->arena,
			"mails to " STR_FMT ", with the links that sign people in, need not be encrypted. Write smtps://" STR_FMT ", or name a user",
			STR_ARG(mail), STR_ARG(host_alone(mail))));
	if (str_has_prefix(conf->translation_url, STR("http://")) && !is_here(translation))
		expose(x, "translation_url", arena_printf(x->arena,
			"posts%s go to " STR_FMT " without TLS. Write https://" STR_FMT, conf->translation_key.n ? " and the key" : "",
			STR_ARG(translation), STR_ARG(translation)));
}

static bool is_everybody(struct str networks)
{
	struct str one;

	while (str_next(&networks, ' ', &one))
		if (str_has_suffix(one, STR("/0")))
			return true;
	return false;
}

static void look_at_doors(struct exposing *x, const struct conf *conf)
{
	enum { TOKEN_LEAST = 16 };

	if (conf->metrics_listen.n && !is_here(conf->metrics_listen))
		expose(x, "metrics_listen", arena_printf(x->arena,
			"/metrics is read without a token by whoever reaches " STR_FMT ". Write 127.0.0.1:PORT, or set metrics_token and ask the main"
			" address", STR_ARG(conf->metrics_listen)));
	if (conf->metrics_token.n && conf->metrics_token.n < TOKEN_LEAST)
		expose(x, "metrics_token", arena_printf(x->arena, "a token of %d characters can be guessed. Write %d or more, drawn by chance",
			(int)conf->metrics_token.n, TOKEN_LEAST));
	if (is_everybody(conf->trusted_proxies))
		expose(x, "trusted_proxies",
			STR("whoever asks may say which address he has, so no limit holds him. Name the addresses of your proxies alone"));
	if (!conf->rate_limits && !conf_is_lab(conf))
		expose(x, "rate_limits", STR("nobody is limited, who guesses passwords neither. Write on; off is for load tests"));
}

size_t conf_exposed(struct arena *a, const struct conf *conf, struct conf_exposed ret[CONF_EXPOSED_MAX])
{
	struct exposing x = { a, ret, 0 };

	look_at_database(&x, conf);
	look_at_links(&x, conf);
	look_at_doors(&x, conf);
	return x.n;
}
