#include "conf/setting.h"

#include "conf/conf_priv.h"

#define WORD(NAME, word) word,
#define WORDS_OF(list) (const char *const[]){ list(WORD) NULL }
#define CONF_WORDS_STR NULL
#define CONF_WORDS_TEXT NULL
#define CONF_WORDS_HOST NULL
#define CONF_WORDS_URL NULL
#define CONF_WORDS_ADDRESS NULL
#define CONF_WORDS_PATH NULL
#define CONF_WORDS_EMAIL NULL
#define CONF_WORDS_SECRET NULL
#define CONF_WORDS_SECRET_URL NULL
#define CONF_WORDS_NETWORKS NULL
#define CONF_WORDS_PORT_NETWORKS NULL
#define CONF_WORDS_HOSTS NULL
#define CONF_WORDS_WORDS NULL
#define CONF_WORDS_INT NULL
#define CONF_WORDS_SIZE NULL
#define CONF_WORDS_BOOL NULL
#define CONF_WORDS_ENUM(name) WORDS_OF(CONF_ENUM_##name)
/* SETTING_ENUM(log_format) is SETTING_ENUM: the name has done its work in the words and the field. */
#define SETTING_ENUM(name) SETTING_ENUM
#define ON_RELOAD true
#define ON_RESTART false
#define ROW(k, t, d, lo, hi, inst, rel, h) \
	[SETTING_##k] = { .key = STRC(#k), .type = SETTING_##t, .words = CONF_WORDS_##t, .preset = d, .min = lo, .max = hi, \
		.instance = inst, .reload = rel, .help = h, .offset = offsetof(struct conf, k), .size = sizeof(((struct conf *)0)->k) },

static const struct setting table[SETTINGS] = {
#define BOOT(key, type, preset, min, max, reload, help) ROW(key, type, preset, min, max, false, ON_##reload, help)
#define INSTANCE(key, type, preset, min, max, help) ROW(key, type, preset, min, max, true, true, help)
#include "conf/settings.def"
};

const struct setting *setting_at(enum setting_id id) { return &table[id]; }

const struct setting *setting_find(struct str key)
{
	for (int i = 0; i < SETTINGS; i++)
		if (str_eq(table[i].key, key))
			return &table[i];
	return NULL;
}

/* "LOCAL_DOMAIN" holds the whole of "domain". */
static bool holds(struct str all, struct str part)
{
	for (size_t i = 0; part.n >= 5 && all.n <= 64 && i + part.n <= all.n; i++)
		if (str_ieq(str_of(all.p + i, part.n), part))
			return true;
	return false;
}

/* "smtp" for "smtp_url". */
static bool begins(struct str all, struct str part)
{
	return all.n > part.n && all.p[part.n] == '_' && str_ieq(str_upto(all, part.n), part);
}

const struct setting *setting_nearest(struct str key)
{
	const struct setting *near = NULL;
	int best = 1 + (int)(key.n / 4) + 1;

	if (str_ihas_prefix(key, STR("HOWDAH_")))
		key = str_from(key, 7);
	for (int i = 0; i < SETTINGS; i++) {
		int d = str_distance(key, table[i].key);

		if (d < best && d < (int)table[i].key.n)
			near = &table[i], best = d;
	}
	for (int i = 0; !near && i < SETTINGS; i++)
		if (begins(table[i].key, key))
			near = &table[i];
	for (int i = 0; !near && i < SETTINGS; i++)
		if (holds(key, table[i].key) || holds(table[i].key, key))
			near = &table[i];
	return near;
}

struct str setting_env_name(struct arena *a, const struct setting *s)
{
	char *p = arena_alloc(a, s->key.n);

	for (size_t i = 0; i < s->key.n; i++)
		p[i] = (char)(s->key.p[i] >= 'a' && s->key.p[i] <= 'z' ? s->key.p[i] - 32 : s->key.p[i]);
	return arena_concat(a, STR("HOWDAH_"), str_of(p, s->key.n));
}
