#include "conf/show.h"

#include "conf/conf_priv.h"

static struct str words_or(struct arena *a, const char *const *words)
{
	struct buf out = buf_init(a, 1000);

	for (size_t i = 0; words[i]; i++) {
		buf_addz(&out, i == 0 ? "" : words[i + 1] ? ", " : " or ");
		buf_addz(&out, words[i]);
	}
	return buf_str(&out);
}

static struct str size_text(struct arena *a, int64_t v)
{
	static const char units[] = { 'G', 'M', 'k' };

	for (int i = 0; i < 3 && v > 0; i++)
		if (v % (INT64_C(1) << (30 - 10 * i)) == 0)
			return arena_printf(a, "%lld%c", (long long)(v >> (30 - 10 * i)), units[i]);
	return arena_printf(a, "%lld", (long long)v);
}

struct str conf_describe(struct arena *a, const struct setting *s)
{
	long long lo = s->min, hi = s->max;

	switch (s->type) {
	case SETTING_INT:
		return arena_printf(a, "a number from %lld to %lld", lo, hi);
	case SETTING_SIZE:
		return arena_printf(a, "a size from %s to %s (as in 512k or 16M)", size_text(a, lo).p, size_text(a, hi).p);
	case SETTING_BOOL:
		return STR("on or off");
	case SETTING_ENUM:
		return words_or(a, s->words);
	case SETTING_WORDS:
		return arena_printf(a, "%lld to %lld words, separated by spaces", lo, hi);
	case SETTING_HOST:
		return STR("a host name");
	case SETTING_URL:
		return STR("an address like https://example.org");
	case SETTING_ADDRESS:
		return STR("an address and port, like 127.0.0.1:3000 or [::1]:3000");
	case SETTING_NETWORKS:
		return STR("networks like 10.0.0.0/8 or ::1/128, separated by spaces");
	case SETTING_PORT_NETWORKS:
		return STR("networks, with a port if one is meant: 10.0.0.0/8 127.0.0.1:8443, separated by spaces");
	case SETTING_HOSTS:
		return STR("entries like peer.test=127.0.0.1:8443, separated by spaces");
	case SETTING_PATH:
		return STR("a path; a relative one begins at the working directory");
	case SETTING_EMAIL:
		return STR("a mail address");
	case SETTING_SECRET:
		return arena_printf(a, "at most %lld characters without a space", hi);
	case SETTING_SECRET_URL:
		return STR("an address, or empty");
	case SETTING_STR:
		return arena_printf(a, "one line of at most %lld bytes", hi);
	case SETTING_TEXT:
		return arena_printf(a, "a text of at most %lld bytes", hi);
	}
	return STR("");
}

/* "scheme://user:password@host/x?password=y" without the passwords. What stands between the first ':' and the last '@' goes, so
 * that a password with a '/' or '@' in it is not shown in part. */
static struct str without_password(struct arena *a, struct str url)
{
	size_t scheme = str_find_str(url, STR("://"));
	struct str head = str_upto(url, scheme < url.n ? scheme + 3 : 0), rest = str_from(url, head.n);
	size_t colon = str_find(rest, ':'), at = str_rfind(rest, '@'), query;

	if (colon < at && at < rest.n)
		url = arena_concat(a, head, str_upto(rest, colon), STR(":***"), str_from(rest, at));
	query = str_find_str(url, STR("password="));
	if (query < url.n) {
		struct str tail = str_from(url, query + 9);

		url = arena_concat(a, str_upto(url, query + 9), STR("***"), str_from(tail, str_find(tail, '&')));
	}
	return url;
}

static struct str joined(struct arena *a, const struct conf_list *list)
{
	struct buf out = buf_init(a, CONF_TEXT_MAX);

	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_addc(&out, ' ');
		buf_add(&out, list->v[i]);
	}
	return buf_str(&out);
}

struct str conf_value(struct arena *a, const struct conf *conf, const struct setting *s, bool hide)
{
	const void *field = conf__field_of(conf, s);
	unsigned word;

	switch (s->type) {
	case SETTING_INT:
		return arena_printf(a, "%lld", (long long)*(const int64_t *)field);
	case SETTING_SIZE:
		return size_text(a, *(const int64_t *)field);
	case SETTING_BOOL:
		return *(const bool *)field ? STR("on") : STR("off");
	case SETTING_ENUM:
		memcpy(&word, field, sizeof word);
		return str_z(s->words[word]);
	case SETTING_WORDS:
		return joined(a, field);
	case SETTING_SECRET:
		return hide && ((const struct str *)field)->n ? STR("***") : *(const struct str *)field;
	case SETTING_SECRET_URL:
		return hide ? without_password(a, *(const struct str *)field) : *(const struct str *)field;
	case SETTING_STR:
	case SETTING_TEXT:
	case SETTING_HOST:
	case SETTING_URL:
	case SETTING_ADDRESS:
	case SETTING_PATH:
	case SETTING_EMAIL:
	case SETTING_NETWORKS:
	case SETTING_PORT_NETWORKS:
	case SETTING_HOSTS:
		return *(const struct str *)field;
	}
	return STR("");
}

static void write_help(struct buf *out, const struct setting *s)
{
	struct str help = str_z(s->help), line;

	while (str_next(&help, '\n', &line)) {
		buf_addz(out, "# ");
		buf_add(out, line);
		buf_addc(out, '\n');
	}
	buf_addz(out, "# Takes ");
	buf_add(out, conf_describe(out->arena, s));
	buf_addz(out, s->instance ? ".\n" : s->reload ? ". Changes with SIGHUP.\n" : ". Changes with a restart.\n");
}

void conf_write_sample(struct buf *out)
{
	buf_addz(out,
		"# howdah.conf: 'key = value' lines; a line that begins with # is not read. Every key may also stand in the\n"
		"# environment as HOWDAH_<KEY>, which wins over this file. Below, each key stands at its default.\n"
		"# 'howdah config check' says what is wrong, 'howdah config show' what is in force and why.\n");
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);

		if (s->instance)
			continue;
		buf_addc(out, '\n');
		write_help(out, s);
		buf_addf(out, "#%s =%s%s\n", s->key.p, *s->preset ? " " : "", s->preset);
	}
	buf_addz(out,
		"\n\n# The settings below live in the database, not in this file: 'howdah config set KEY VALUE' changes them while the\n"
		"# server runs, on every node.\n");
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);

		if (!s->instance)
			continue;
		buf_addc(out, '\n');
		buf_addf(out, "# howdah config set %s '%s'\n", s->key.p, s->preset);
		write_help(out, s);
	}
}

void conf_write_shown(struct buf *out, const struct conf *conf)
{
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);
		struct str value = conf_value(out->arena, conf, s, true), line;
		bool first = true;

		if (i > 0 && s->instance && !setting_at((enum setting_id)(i - 1))->instance)
			buf_addc(out, '\n');
		buf_addf(out, "%s = ", s->key.p);
		/* A text of many lines stays one line here. */
		while (str_next(&value, '\n', &line)) {
			buf_addz(out, first ? "" : "\\n");
			buf_add(out, line);
			first = false;
		}
		buf_addf(out, "  # " STR_FMT "\n", STR_ARG(conf__where(out->arena, conf, s)));
	}
}
