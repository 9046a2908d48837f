#include "base/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum kind { COUNTER, GAUGE, SECONDS };
static const int64_t bounds_us[] = { 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000 };
enum { BOUNDS = sizeof bounds_us / sizeof *bounds_us };

static const struct {
	const char *name;
	enum kind kind;
	const char *label, *help;
} rows[METRICS] = {
#define METRIC(name, kind, label, help) [METRIC_##name] = { #name, kind, label, help },
#include "base/metrics.def"
};

struct cell {
	_Atomic(const char *) label;                              /* NULL: free; set once, under the lock, last */
	size_t label_n;
	_Atomic int64_t value;                                    /* the count of a SECONDS row */
	_Atomic int64_t sum_us;
	_Atomic int64_t under[BOUNDS];
};

static struct cell *cells[METRICS];                           /* made on first use; guarded by lock until set */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct cell *find(struct cell *table, struct str label)
{
	for (size_t k = 0, i = str_hash(label) % METRIC_LABELS; k < METRIC_LABELS; k++, i = (i + 1) % METRIC_LABELS) {
		const char *have = atomic_load_explicit(&table[i].label, memory_order_acquire);

		if (!have || str_eq(str_of(have, table[i].label_n), label))
			return &table[i];
	}
	return NULL;
}

static struct cell *cell_of(enum metric m, struct str label)
{
	struct cell *table = __atomic_load_n(&cells[m], __ATOMIC_ACQUIRE), *c = table ? find(table, label) : NULL;
	char *copy;

	if (c && atomic_load(&c->label))
		return c;
	pthread_mutex_lock(&lock);
	if (!cells[m])
		__atomic_store_n(&cells[m], calloc(METRIC_LABELS, sizeof(struct cell)), __ATOMIC_RELEASE);
	c = find(cells[m], label);
	if (!c)
		c = &cells[m][0];      /* full: the first stands for the others */
	if (!atomic_load(&c->label) && (copy = malloc(label.n + 1))) {
		if (label.n)
			memcpy(copy, label.p, label.n);
		c->label_n = label.n;
		atomic_store_explicit(&c->label, copy, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return c;
}

void metric_add(enum metric m, struct str label, int64_t by) { atomic_fetch_add(&cell_of(m, label)->value, by); }
void metric_set(enum metric m, struct str label, int64_t value) { atomic_store(&cell_of(m, label)->value, value); }
int64_t metric_get(enum metric m, struct str label) { return atomic_load(&cell_of(m, label)->value); }

void metric_time(enum metric m, struct str label, int64_t took_us)
{
	struct cell *c = cell_of(m, label);

	for (size_t i = 0; i < BOUNDS; i++)
		if (took_us <= bounds_us[i])
			atomic_fetch_add(&c->under[i], 1);
	atomic_fetch_add(&c->value, 1);
	atomic_fetch_add(&c->sum_us, took_us);
}

static void write_label(struct buf *out, enum metric m, struct str label)
{
	if (!*rows[m].label)
		return;
	buf_addf(out, "%s=\"", rows[m].label);
	for (size_t i = 0; i < label.n; i++) {
		if (label.p[i] == '"' || label.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, label.p[i] == '\n' ? ' ' : label.p[i]);
	}
	buf_addc(out, '"');
}

static void write_seconds(struct buf *out, enum metric m, struct cell *c, struct str label)
{
	const char *sep = *rows[m].label ? "," : "";

	for (size_t i = 0; i < BOUNDS; i++) {
		buf_addf(out, "howdah_%s_bucket{", rows[m].name);
		write_label(out, m, label);
		buf_addf(out, "%sle=\"%g\"} %lld\n", sep, (double)bounds_us[i] / 1e6, (long long)atomic_load(&c->under[i]));
	}
	buf_addf(out, "howdah_%s_bucket{", rows[m].name);
	write_label(out, m, label);
	buf_addf(out, "%sle=\"+Inf\"} %lld\nhowdah_%s_sum{", sep, (long long)atomic_load(&c->value), rows[m].name);
	write_label(out, m, label);
	buf_addf(out, "} %.6f\nhowdah_%s_count{", (double)atomic_load(&c->sum_us) / 1e6, rows[m].name);
	write_label(out, m, label);
	buf_addf(out, "} %lld\n", (long long)atomic_load(&c->value));
}

void metrics_write(struct buf *out)
{
	static const char *const kinds[] = { "counter", "gauge", "histogram" };

	for (enum metric m = 0; m < METRICS; m++) {
		struct cell *table = __atomic_load_n(&cells[m], __ATOMIC_ACQUIRE);

		if (!table)
			continue;
		buf_addf(out, "# HELP howdah_%s %s\n# TYPE howdah_%s %s\n", rows[m].name, rows[m].help, rows[m].name, kinds[rows[m].kind]);
		for (size_t i = 0; i < METRIC_LABELS; i++) {
			const char *have = atomic_load(&table[i].label);
			struct str label = str_of(have, have ? table[i].label_n : 0);

			if (!have)
				continue;
			if (rows[m].kind == SECONDS) {
				write_seconds(out, m, &table[i], label);
				continue;
			}
			buf_addf(out, "howdah_%s{", rows[m].name);
			write_label(out, m, label);
			buf_addf(out, "} %lld\n", (long long)atomic_load(&table[i].value));
		}
	}
}
