#include "conf/load.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "conf/conf_priv.h"
#include "conf/show.h"

enum { FILE_MAX = 1024 * 1024 };

struct conf *conf__presets(struct arena *a)
{
	struct conf *conf = arena_new(a, struct conf);

	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);
		struct str why = conf__parse(a, s, str_z(s->preset), conf);

		if (why.p)
			fprintf(stderr, "howdah: default of %s: %.*s\n", s->key.p, STR_ARG(why));
	}
	return conf;
}

void conf__problem(struct conf_loading *in, struct str where, struct str key, struct str text)
{
	if (in->problems->list.n < CONF_PROBLEMS_MAX)
		vec_push(in->arena, &in->problems->list, (struct conf_problem){ where, key, text });
}

struct str conf__where(struct arena *a, const struct conf *conf, const struct setting *s)
{
	const struct conf_origin *from = &conf->origin[s - setting_at(0)];

	switch (from->kind) {
	case CONF_DEFAULT:
		return STR("default");
	case CONF_FILE:
		return arena_printf(a, STR_FMT ":%d", STR_ARG(from->file), from->line);
	case CONF_ENVIRONMENT:
		return setting_env_name(a, s);
	case CONF_COMMAND_LINE:
		return STR("command line");
	case CONF_DATABASE:
		return STR("database");
	case CONF_DERIVED:
		return STR("derived");
	}
	return STR("");
}

struct str conf_problem_text(struct arena *a, const struct conf_problem *p)
{
	if (!p->key.n)
		return arena_printf(a, STR_FMT ": " STR_FMT, STR_ARG(p->where), STR_ARG(p->text));
	return arena_printf(a, STR_FMT ": " STR_FMT ": " STR_FMT, STR_ARG(p->where), STR_ARG(p->key), STR_ARG(p->text));
}

/* What an unknown key was likely meant to be, as it would be written in the same place. */
static struct str unknown_key(struct arena *a, struct str key, bool environment)
{
	const struct setting *near = setting_nearest(key);

	if (!near)
		return arena_printf(a, "unknown setting; 'howdah config sample' lists all");
	if (near->instance)
		return arena_printf(a, "unknown setting; did you mean '%s'? That one is set with 'howdah config set %s VALUE'", near->key.p,
			near->key.p);
	return arena_printf(a, "unknown setting; did you mean '" STR_FMT "'?", STR_ARG(environment ? setting_env_name(a, near) : near->key));
}

/* One key and value from wherever; place is told in problems. */
static void set(struct conf_loading *in, struct str place, struct conf_pair pair, struct conf_origin from)
{
	const struct setting *s = setting_find(pair.key);
	struct conf_origin *origin;
	struct str why;

	if (!s || s->instance) {
		conf__problem(in, place, pair.key, !s ? unknown_key(in->arena, pair.key, false) :
			arena_printf(in->arena, "this setting lives in the database; use 'howdah config set %s VALUE'", s->key.p));
		return;
	}
	origin = &in->conf->origin[s - setting_at(0)];
	if (from.kind == CONF_FILE && origin->kind == CONF_FILE) {
		conf__problem(in, place, pair.key, arena_printf(in->arena, "said twice; the first time in line %d", origin->line));
		return;
	}
	why = conf__parse(in->arena, s, pair.value, in->conf);
	*origin = from;
	/* A value that is replaced later is still judged: it is a mistake that waits for its day. */
	in->bad[s - setting_at(0)] = why.p != NULL;
	if (why.p)
		conf__problem(in, place, pair.key, why);
}

static struct str unquoted(struct str v)
{
	if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0])
		return str_of(v.p + 1, v.n - 2);
	return v;
}

static void read_lines(struct conf_loading *in, struct str name, struct str text)
{
	struct str line;

	if (str_has_prefix(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	for (int n = 1; str_next(&text, '\n', &line); n++) {
		struct str place = arena_printf(in->arena, STR_FMT ":%d", STR_ARG(name), n);
		struct conf_pair pair;

		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_is_utf8(line)) {
			conf__problem(in, place, STR_NONE, STR("the line is not valid UTF-8"));
			continue;
		}
		if (!str_cut(line, '=', &pair.key, &pair.value)) {
			conf__problem(in, place, STR_NONE, STR("a line must be 'key = value' or begin with '#'"));
			continue;
		}
		pair.key = str_trim(pair.key);
		pair.value = unquoted(str_trim(pair.value));
		set(in, place, pair, (struct conf_origin){ CONF_FILE, name, n });
	}
}

static void read_file(struct conf_loading *in, struct str name, bool optional)
{
	FILE *f = fopen(arena_strz(in->arena, name), "re");
	struct stat st;
	char *p;
	size_t n, room;

	if (!f) {
		if (!optional || errno != ENOENT)
			conf__problem(in, name, STR_NONE, arena_printf(in->arena, "cannot be opened: %s", strerror(errno)));
		return;
	}
	room = fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size < FILE_MAX ? (size_t)st.st_size + 1 : FILE_MAX + 1;
	p = arena_alloc(in->arena, room);
	n = fread(p, 1, room, f);
	if (ferror(f))
		conf__problem(in, name, STR_NONE, STR("cannot be read"));
	else if (n > FILE_MAX)
		conf__problem(in, name, STR_NONE, STR("is larger than 1 MiB"));
	else
		read_lines(in, name, str_of(p, n));
	fclose(f);
}

/* Names of the environment that are not settings: what the tests give to programs they start. */
static bool is_for_tests(struct str name)
{
	static const char *const names[] = { "HOWDAH_FAULT", "HOWDAH_CLOCK_OFFSET_S", "HOWDAH_MEDIA_BIN", "HOWDAH_BIN", "HOWDAH_OPENAPI",
		"HOWDAH_MEDIA_TEST" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eqz(name, names[i]))
			return true;
	return str_has_prefix(name, STR("HOWDAH_TEST_"));
}

static void read_environment(struct conf_loading *in, const char *const *environ)
{
	for (; environ && *environ; environ++) {
		const struct setting *s = NULL;
		struct conf_pair pair;

		str_cut(str_z(*environ), '=', &pair.key, &pair.value);
		if (!str_has_prefix(pair.key, STR("HOWDAH_")) || is_for_tests(pair.key))
			continue;
		for (int i = 0; i < SETTINGS && !s; i++)
			if (str_eq(pair.key, setting_env_name(in->arena, setting_at((enum setting_id)i))))
				s = setting_at((enum setting_id)i);
		if (!s) {
			conf__problem(in, STR("environment"), pair.key, unknown_key(in->arena, pair.key, true));
			continue;
		}
		pair.value = str_trim(pair.value);
		set(in, pair.key, (struct conf_pair){ s->key, pair.value }, (struct conf_origin){ .kind = CONF_ENVIRONMENT });
	}
}

struct err *conf_load(struct arena *a, const struct conf_from *from, struct conf **ret, struct conf_problems *problems)
{
	struct conf_loading in = { .arena = a, .conf = conf__presets(a), .problems = problems };

	if (from->file.n)
		read_file(&in, from->file, from->file_optional);
	read_environment(&in, from->environ);
	for (size_t i = 0; i < from->overrides_n; i++)
		set(&in, STR("command line"), from->overrides[i], (struct conf_origin){ .kind = CONF_COMMAND_LINE });
	conf__derive(&in);
	if (problems->list.n)
		return FAIL(a, ERR_INVALID, "the settings have %zu problem%s", problems->list.n, problems->list.n == 1 ? "" : "s");
	*ret = in.conf;
	return NULL;
}

struct conf *conf_with_instance(struct arena *a, const struct conf *boot, const struct conf_pair *rows, size_t n,
	struct conf_problems *problems)
{
	struct conf_problems unheard = { 0 };
	struct conf_loading in = { .arena = a, .conf = arena_new(a, struct conf), .problems = problems ? problems : &unheard };
	const struct conf *presets = conf__presets(a);

	*in.conf = *boot;
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);

		if (!s->instance)
			continue;
		memcpy(conf__field(in.conf, s), conf__field_of(presets, s), s->size);
		in.conf->origin[i] = (struct conf_origin){ 0 };
	}
	for (size_t i = 0; i < n; i++) {
		const struct setting *s = setting_find(rows[i].key);
		struct str why = s && s->instance ? conf__parse(a, s, rows[i].value, in.conf) : STR("this version has no such instance setting");

		if (why.p)
			conf__problem(&in, STR("database"), rows[i].key, why);
		else
			in.conf->origin[s - setting_at(0)].kind = CONF_DATABASE;
	}
	return in.conf;
}

struct err *conf_check_instance(struct arena *a, struct str key, struct str value, struct str *ret_value)
{
	const struct setting *s = setting_find(key);
	struct conf scratch;
	struct str why;

	if (!s) {
		const struct setting *near = setting_nearest(key);

		if (near)
			return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not a setting; did you mean '%s'?", STR_ARG(key), near->key.p);
		return FAIL(a, ERR_INVALID, "'" STR_FMT "' is not a setting; 'howdah config show' lists all", STR_ARG(key));
	}
	if (!s->instance)
		return FAIL(a, ERR_INVALID, "'%s' is a boot setting; put it into howdah.conf or " STR_FMT, s->key.p,
			STR_ARG(setting_env_name(a, s)));
	if (s->type != SETTING_TEXT)
		value = str_trim(value);
	why = conf__parse(a, s, value, &scratch);
	if (why.p)
		return FAIL(a, ERR_INVALID, "%s: " STR_FMT, s->key.p, STR_ARG(why));
	*ret_value = value;
	return NULL;
}

/* Two fields of the same setting hold the same value. */
static bool same(const struct conf *x, const struct conf *y, const struct setting *s)
{
	AUTO_ARENA(tmp);

	return str_eq(conf_value(tmp, x, s, false), conf_value(tmp, y, s, false));
}

struct conf *conf_reloaded(struct arena *a, const struct conf *now, const struct conf *fresh, struct conf_list *ret_restart)
{
	struct conf *conf = arena_new(a, struct conf);
	VEC(struct str) restart = { 0 };

	*conf = *now;
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = setting_at((enum setting_id)i);

		if (s->instance)
			continue;
		if (s->reload) {
			memcpy(conf__field(conf, s), conf__field_of(fresh, s), s->size);
			conf->origin[i] = fresh->origin[i];
		} else if (!same(now, fresh, s)) {
			vec_push(a, &restart, s->key);
		}
	}
	*ret_restart = (struct conf_list){ restart.v, restart.n };
	return conf;
}
