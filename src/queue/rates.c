/* How many jobs came and went, and how long they took, for those who ask how the queue does. Counted as their ends are written down, kept for
 * a few seconds, then added to this node's own rows. */
#include "queue/queue_priv.h"

#include "base/log.h"
#include "store/store.h"

static int64_t slot_of(int64_t us) { return us / JOB_SLOT_US * JOB_SLOT_US; }

/* The class's counter of that slot; NULL where it is written already and there is no place for another. */
static struct job_rate *of_class(struct rates *r, enum job_lane lane, int64_t slot)
{
	struct job_rate *free = NULL;

	for (int i = 0; i < RATE_SLOTS; i++) {
		struct job_rate *at = &r->classes[lane][i];

		if (at->slot_us == slot)
			return at;
		if (at->slot_us == 0 && !free)
			free = at;
	}
	if (free)
		*free = (struct job_rate){ .slot_us = slot, .lane = (int)lane, .host = STR("") };
	return free;
}

static struct job_rate *of_host(struct rates *r, enum job_lane lane, int64_t slot, struct str host)
{
	struct str name = str_upto(host, HOST_NAME_MAX_BYTES);

	for (size_t i = 0; i < r->hosts_n; i++)
		if (r->hosts[i].slot_us == slot && r->hosts[i].lane == (int)lane && str_eq(r->hosts[i].host, name))
			return &r->hosts[i];
	if (r->hosts_n == HOST_RATES)
		return NULL;
	memcpy(r->names[r->hosts_n], name.p, name.n);
	r->hosts[r->hosts_n] = (struct job_rate){ .slot_us = slot, .lane = (int)lane, .host = str_of(r->names[r->hosts_n], name.n) };
	return &r->hosts[r->hosts_n++];
}

static void add(struct job_rate *r, const struct job_rate *more)
{
	if (!r)
		return;
	r->came += more->came;
	r->gone += more->gone;
	r->runs += more->runs;
	r->work_us += more->work_us;
	r->wire_us += more->wire_us;
}

/* To its class, and to its host. */
static void add_both(struct rates *r, const struct flight *f, int64_t slot, const struct job_rate *more)
{
	add(of_class(r, f->lane, slot), more);
	if (f->job.host.n)
		add(of_host(r, f->lane, slot, f->job.host), more);
}

void queue__count(struct queue *q, const struct call *c, const struct flight *f)
{
	struct rates *r = &q->rates;
	int64_t now = slot_of(c->now_us), came = slot_of(f->job.created_us);

	bool gone = f->end.result == JOB_DONE || f->end.result == JOB_DROP, heard = f->end.host != JOB_HOST_FAILED;
	struct job_rate ran = { .gone = gone };

	if (f->turn)
		return;
	/* How long silence lasted says nothing of how long a job takes. */
	if (heard)
		ran.runs = 1, ran.work_us = f->work_us, ran.wire_us = f->wire_us;
	add_both(r, f, now, &ran);
	/* What came long ago is in nobody's last minute. */
	if (gone && came >= now - US_PER_MIN && came <= now)
		add_both(r, f, came, &(struct job_rate){ .came = 1 });
}

struct writing { int node; const struct job_rate *v; size_t n; };

static struct err *write_rates(struct call *c, void *arg)
{
	const struct writing *w = arg;

	return job_rates_add(c, w->node, w->v, w->n);
}

struct err *queue__rates_write(struct queue *q, struct call *c, int64_t now)
{
	struct rates *r = &q->rates;
	struct job_rate *v;
	size_t n = 0;

	if (now < q->rates_at_us)
		return NULL;
	v = arena_array(c->arena, struct job_rate, JOB_LANES * RATE_SLOTS + HOST_RATES);
	for (int lane = 0; lane < JOB_LANES; lane++)
		for (int i = 0; i < RATE_SLOTS; i++)
			if (r->classes[lane][i].slot_us)
				v[n++] = r->classes[lane][i];
	for (size_t i = 0; i < r->hosts_n; i++)
		v[n++] = r->hosts[i];
	if (n)
		TRY(store_tx(c, write_rates, &(struct writing){ q->how.node, v, n }));
	q->rates_at_us = world_monotonic_us() + RATES_US;
	memset(r->classes, 0, sizeof r->classes);
	r->hosts_n = 0;
	return NULL;
}
