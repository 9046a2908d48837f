#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/world.h"

enum { LINE_MAX_BYTES = 2048, RECENT = 64 };
static const char *const level_names[] = { "debug", "info", "warn", "error" };

static _Atomic bool as_json;
static _Atomic enum log_level least_level = LOG_INFO;

/* Lines of the last minute, by hash; guarded by lock. Only warnings and errors are held back. */
static struct recent {
	uint64_t hash;
	int64_t since_us, count;
	char event[48];
	enum log_level level;
} recent[RECENT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct kv kv_str_(const char *key, struct str v) { return (struct kv){ .key = key, .s = v }; }
struct kv kv_z_(const char *key, const char *v) { return (struct kv){ .key = key, .s = str_z(v) }; }
struct kv kv_i64_(const char *key, int64_t v) { return (struct kv){ .key = key, .i = v, .is_num = true }; }

void log_setup(bool json, enum log_level least)
{
	as_json = json;
	least_level = least;
}

struct line {
	char p[LINE_MAX_BYTES];
	size_t n;
};

static void put(struct line *l, const char *p, size_t n)
{
	if (n > sizeof l->p - 2 - l->n)
		n = sizeof l->p - 2 - l->n;
	memcpy(l->p + l->n, p, n);
	l->n += n;
}

static void putz(struct line *l, const char *z) { put(l, z, strlen(z)); }

/* Quoted, with control bytes as \u00xx: nothing a stranger sent can forge a line or a pair. */
static void put_quoted(struct line *l, struct str s)
{
	char esc[8];

	putz(l, "\"");
	for (size_t i = 0; i < s.n && i < 512; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			put(l, "\\", 1);
		if (c < 0x20 || c == 0x7f) {
			snprintf(esc, sizeof esc, "\\u%04x", c);
			putz(l, esc);
		} else {
			put(l, s.p + i, 1);
		}
	}
	putz(l, "\"");
}

static bool plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || strchr("\"\\=", s.p[i]) || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0 && s.n <= 512;
}

static void put_pair(struct line *l, const struct kv *kv)
{
	char num[24];

	putz(l, as_json ? ",\"" : " ");
	putz(l, kv->key);
	putz(l, as_json ? "\":" : "=");
	if (kv->is_num) {
		snprintf(num, sizeof num, "%lld", (long long)kv->i);
		putz(l, num);
	} else if (!as_json && plain(kv->s)) {
		put(l, kv->s.p, kv->s.n);
	} else {
		put_quoted(l, kv->s);
	}
}

static void put_head(struct line *l, enum log_level level, const char *event)
{
	int64_t us = world_real.now_us(&world_real);
	time_t s = (time_t)(us / US_PER_S);
	struct tm tm;
	char when[80];

	gmtime_r(&s, &tm);
	snprintf(when, sizeof when, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(us % US_PER_S / 1000));
	putz(l, as_json ? "{\"time\":\"" : "");
	putz(l, when);
	putz(l, as_json ? "\",\"level\":\"" : " ");
	putz(l, level_names[level]);
	putz(l, as_json ? "\",\"event\":\"" : " ");
	putz(l, event);
	putz(l, as_json ? "\"" : "");
}

static void write_line(struct line *l)
{
	if (as_json)
		putz(l, "}");
	l->p[l->n++] = '\n';
	fwrite(l->p, 1, l->n, stderr);
}

/* Writes how often a held-back line came, and forgets it. Called with the lock. */
static void settle(struct recent *r)
{
	struct line l = { .n = 0 };
	struct kv times = KV("times", r->count);
	struct kv what = KV("what", (const char *)r->event);

	if (r->count > 0) {
		put_head(&l, r->level, "log.repeated");
		put_pair(&l, &what);
		put_pair(&l, &times);
		write_line(&l);
	}
	*r = (struct recent){ 0 };
}

/* True where the same line stood within the last minute; counts it then. */
static bool held_back(enum log_level level, const char *event, struct str body)
{
	uint64_t hash = str_hash(body) ^ str_hash(str_z(event));
	struct recent *r = &recent[hash % RECENT];
	int64_t now = world_monotonic_us();
	bool held = false;

	pthread_mutex_lock(&lock);
	if (r->hash == hash && now - r->since_us < US_PER_MIN) {
		r->count++;
		held = true;
	} else {
		settle(r);
		*r = (struct recent){ .hash = hash, .since_us = now, .level = level };
		snprintf(r->event, sizeof r->event, "%s", event);
	}
	pthread_mutex_unlock(&lock);
	return held;
}

void log_line_(enum log_level level, const char *event, const struct kv *kv, size_t n)
{
	struct line l = { .n = 0 };
	size_t head;

	if (level < least_level)
		return;
	put_head(&l, level, event);
	head = l.n;
	for (size_t i = 0; i < n; i++)
		put_pair(&l, &kv[i]);
	if (level >= LOG_WARN && held_back(level, event, str_of(l.p + head, l.n - head)))
		return;
	write_line(&l);
}

void log_flush(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < RECENT; i++)
		settle(&recent[i]);
	pthread_mutex_unlock(&lock);
	fflush(stderr);
}
