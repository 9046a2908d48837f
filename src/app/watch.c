#include "app/watch.h"

#include "app/schedule.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/conf.h"
#include "store/job.h"
#include "store/schedule.h"
#include "store/store.h"
#include "wire/date.h"

/* Two periods, and what a restart takes. */
enum { MISSED_PERIODS = 2 };
#define MISSED_LEAST_US (5 * US_PER_MIN)

struct watch {
	struct arena *arena;
	struct attention *v;
	size_t n;
};

static void add(struct watch *w, const char *event, struct str what, struct str why)
{
	if (w->n < ATTENTIONS_MAX)
		w->v[w->n++] = (struct attention){ event, what, why };
}

static struct err *look_at_classes(struct call *c, struct watch *w)
{
	int64_t due[JOB_LANES] = { 0 };

	TRY(jobs_next(c, due));
	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		int64_t waits = due[i] ? c->now_us - due[i] : 0, most = job_lane_row(i).late_s * US_PER_S;

		if (most && waits > most)
			add(w, "queue.late", str_z(job_lane_name(i)), arena_printf(w->arena, "the oldest job waits for %lld s, %lld s are usual at most",
				(long long)(waits / US_PER_S), (long long)(most / US_PER_S)));
	}
	return NULL;
}

static int64_t period_of(struct str name)
{
	for (size_t i = 0; i < app_schedule_n; i++)
		if (str_eqz(name, app_schedule[i].name))
			return app_schedule[i].period_us;
	return 0;                 /* of another version */
}

static struct err *look_at_recurring(struct call *c, struct watch *w)
{
	struct recurring_run *v;
	size_t n;

	TRY(schedule_all(c, &v, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t period = period_of(v[i].name), late = c->now_us - v[i].next_us, most = (MISSED_PERIODS - 1) * period;

		if (!period)
			continue;
		if (late > (most > MISSED_LEAST_US ? most : MISSED_LEAST_US))
			add(w, "recurring.missed", v[i].name, arena_printf(w->arena, "it was due at " STR_FMT,
				STR_ARG(date_iso_s(w->arena, v[i].next_us))));
		else if (v[i].error.n)
			add(w, "recurring.failed", v[i].name, str_utf8_upto(v[i].error, 200));
	}
	return NULL;
}

/* They fitted when they began: the database lets in fewer now, or one was taken for dead that was not. */
static struct err *look_at_connections(struct call *c, struct watch *w, int64_t all)
{
	struct database_room room;
	int64_t spare = c->conf->db_connections_spare;

	TRY(database_room(c, &room));
	if (room.lets_in && all > room.lets_in - spare)
		add(w, "database.connections", STR(""), arena_printf(w->arena, "the nodes may hold %lld connections together, but the database lets in %lld"
			" (%s), %lld of which are kept free: howdah jobs shows each node's", (long long)all, (long long)room.lets_in, room.by, (long long)spare));
	return NULL;
}

static struct err *look_at_nodes(struct call *c, struct watch *w)
{
	struct node *v;
	size_t n, works = 0;

	TRY(nodes_leased(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		works += str_contains(v[i].roles, STR("jobs"));
	if (!works)
		add(w, "queue.nobody", STR(""), STR("no process that runs has the role jobs: nothing is delivered, processed or done in the background"));
	return look_at_connections(c, w, nodes_connections(v, n));
}

struct err *app_watch(struct call *c, struct attention ret[ATTENTIONS_MAX], size_t *ret_n)
{
	struct watch w = { c->arena, ret, 0 };

	TRY(look_at_nodes(c, &w));
	TRY(look_at_classes(c, &w));
	TRY(look_at_recurring(c, &w));
	*ret_n = w.n;
	return NULL;
}

struct err *app_watch_tell(struct call *c)
{
	struct attention v[ATTENTIONS_MAX];
	size_t n;

	TRY(app_watch(c, v, &n));
	metric_set(METRIC_attention, STR_NONE, (int64_t)n);
	for (size_t i = 0; i < n; i++)
		log_line_(LOG_WARN, v[i].event, (struct kv[]){ KV("what", v[i].what), KV("why", v[i].why) }, 2);
	return NULL;
}
