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
#define CONF_WORDS_LINES NULL
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

static char folded(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c == '-' ? '_' : c); }
static int least(int a, int b) { return a < b ? a : b; }

enum { KEY_MAX = 64, FAR = 1000 };

int conf__distance(struct str a, struct str b)
{
	int rows[3][KEY_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];

	if (a.n > KEY_MAX || b.n > KEY_MAX)
		return FAR;
	for (size_t j = 0; j <= b.n; j++)
		before[j] = FAR, last[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int *spare = before;

		now[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = folded(a.p[i - 1]), y = folded(b.p[j - 1]);

			now[j] = least(last[j - 1] + (x != y), least(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == folded(b.p[j - 2]) && folded(a.p[i - 2]) == y)
				now[j] = least(now[j], before[j - 2] + 1);
		}
		before = last, last = now, now = spare;
	}
	return last[b.n];
}

/* "LOCAL_DOMAIN" holds the whole of "domain". */
static bool holds(struct str all, struct str part)
{
	for (size_t i = 0; part.n >= 5 && i + part.n <= all.n; i++)
		if (conf__distance(str_of(all.p + i, part.n), part) == 0)
			return true;
	return false;
}

const struct setting *setting_nearest(struct str key)
{
	const struct setting *near = NULL;
	int best = 1 + (int)(key.n / 4) + 1;

	if (str_ihas_prefix(key, STR("HOWDAH_")))
		key = str_from(key, 7);
	for (int i = 0; i < SETTINGS; i++) {
		int d = conf__distance(key, table[i].key);

		if (d < best && d < (int)table[i].key.n)
			near = &table[i], best = d;
	}
	for (int i = 0; !near && key.n <= KEY_MAX && i < SETTINGS; i++)
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
