/* Which job a free worker takes: of the class whose turn it is (model/job_turns.h), the first whose host is not at its limit. */
#include "queue/queue_priv.h"

enum { AHEAD_US = 250000 };

void queue__lanes_init(struct queue *q)
{
	struct job_policy policy = job_policy_default();

	q->policy_seen = str_hash(STR(""));
	job_turns_init(&q->turns, &policy, q->how.workers, q->how.lanes);
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		atomic_store(&q->lanes[i].look, q->turns.of[i].served);
}

struct host_slot *queue__host_take(struct queue *q, struct str name)
{
	struct str cut = str_upto(name, HOST_NAME_MAX_BYTES);
	uint64_t hash = str_hash(cut);
	struct host_slot *empty = NULL;

	if (name.n == 0)
		return NULL;
	for (size_t i = 0; i < FLIGHTS; i++) {
		struct host_slot *h = &q->hosts[i];

		if (h->total == 0) {
			empty = empty ? empty : h;
		} else if (h->hash == hash && str_eq(str_of(h->name, h->n), cut)) {
			h->total++;
			return h;
		}
	}
	if (!empty)
		return NULL;              /* there are as many slots as flights */
	memcpy(empty->name, cut.p, cut.n);
	empty->n = cut.n;
	empty->hash = hash;
	empty->total = 1;
	empty->running = 0;
	empty->failed = false;
	return empty;
}

/* Hosts that answer after ten seconds, each with its share of flights, would in the end hold the whole wire: what is due is leased in
 * order, and the quick ones end and leave their places to them. */
int queue__host_max(const struct queue *q, enum job_lane lane)
{
	return q->lanes[lane].wire >= JOB_WIRE_CROWDED ? 1 : q->how.host_max;
}

size_t queue__hosts_full(const struct queue *q, int host_max, struct str *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < FLIGHTS && n < max; i++)
		if (q->hosts[i].total >= host_max)
			ret[n++] = str_of(q->hosts[i].name, q->hosts[i].n);
	return n;
}

/* A probe that waits for its answer in a worker keeps it from what would not fail: a quarter of the lane's workers is enough. */
bool queue__probes_full(const struct queue *q, enum job_lane lane)
{
	int all = 0, wire = 0;

	for (const struct flight *f = q->flights; f < q->flights + FLIGHTS; f++) {
		bool is = f->state != FLIGHT_FREE && f->lane == lane && f->probe;

		all += is;
		wire += is && f->state == FLIGHT_WIRE;
	}
	return all >= PROBES_MAX || all - wire > q->turns.of[lane].ceiling / 4;
}

/* The lane's first job whose host is not at its limit: the link that leads to it, or NULL. */
static struct flight **startable(const struct queue *q, struct lane_state *l)
{
	struct flight **at = &l->waiting.first;

	for (int i = 0; i < l->waiting.n; i++, at = &(*at)->next)
		if (!(*at)->host || (*at)->host->running < q->how.host_max)
			return at;
	return NULL;
}

static struct flight *take_out(struct lane_state *l, struct flight **at)
{
	struct flight *f = *at;

	*at = f->next;
	if (--l->waiting.n == 0)
		l->waiting.last = &l->waiting.first;
	else if (!*at)
		l->waiting.last = at;
	return f;
}

static bool can_begin(void *arg, enum job_lane lane)
{
	struct queue *q = arg;

	return startable(q, &q->lanes[lane]) != NULL;
}

struct flight *queue__pick(struct queue *q)
{
	unsigned waiting = 0;
	enum job_lane lane;
	struct flight *f;

	for (enum job_lane i = 0; i < JOB_LANES; i++)
		waiting |= q->lanes[i].waiting.n ? 1u << i : 0;
	if (q->stopping || !job_turns_take(&q->turns, waiting, can_begin, q, &lane))
		return NULL;
	f = take_out(&q->lanes[lane], startable(q, &q->lanes[lane]));
	f->state = FLIGHT_RUNNING;
	f->begun_us = world_monotonic_us();
	if (f->host)
		f->host->running++;
	if (queue__wanted(q, f->lane, f->begun_us) > 0)
		queue__poke(q);
	return f;
}

int queue__room(const struct queue *q, enum job_lane lane)
{
	const struct lane_state *l = &q->lanes[lane];
	int ceiling = q->turns.of[lane].ceiling;
	int64_t ahead = ceiling * AHEAD_US / (l->run_us > 1000 ? l->run_us : 1000);
	int room;

	if (ahead > LEASE_BATCH)
		ahead = LEASE_BATCH;
	if (ahead < ceiling)
		ahead = ceiling;
	if (!q->turns.of[lane].served || l->waiting.n > ahead / 2 || l->wire >= JOB_WIRE_MAX)
		return 0;
	room = (int)ahead - l->waiting.n;
	if (room > q->free.n)
		room = q->free.n;
	return room < LEASE_BATCH ? room : LEASE_BATCH;
}

int queue__wanted(const struct queue *q, enum job_lane lane, int64_t now)
{
	const struct lane_state *l = &q->lanes[lane];

	return atomic_load(&l->look) && now >= l->lease_at_us ? queue__room(q, lane) : 0;
}

void queue__set_end(struct flight *f, const struct job_end *end)
{
	struct str why = str_utf8_upto(end->why, WHY_MAX);

	if (why.n)
		memcpy(f->why, why.p, why.n);
	f->end = *end;
	f->end.why = str_of(f->why, why.n);
}

void queue__host_give(struct queue *q, struct flight *f)
{
	struct host_slot *h = f->host;

	if (!h)
		return;
	/* One more of that host may be leased now. */
	if (h->total-- == q->how.host_max || h->total == 0)
		atomic_store(&q->lanes[f->lane].look, true);
	if (f->state != FLIGHT_WAITING)
		h->running--;
	f->host = NULL;
	pthread_cond_signal(&q->work);
}

void queue__ended(struct queue *q, struct flight *f)
{
	struct lane_state *l = &q->lanes[f->lane];
	int64_t now = world_monotonic_us();

	/* One that failed is held until its penalty is written, or a host that fails fast would be tried dozens of times meanwhile. */
	if (f->end.host != JOB_HOST_FAILED)
		queue__host_give(q, f);
	if (f->state == FLIGHT_WIRE) {
		l->wire--;
		q->wire--;
		f->wire_us = now - f->begun_us - f->work_us;
	} else {
		job_turns_give(&q->turns, f->lane);
	}
	f->state = FLIGHT_ENDED;
	if (q->ended.n == 0)
		q->first_ended_us = now;
	queue__push(&q->ended, f);
	if (q->ended.n == 1 || q->ended.n >= SETTLE_BATCH || queue__wanted(q, f->lane, now) > 0)
		queue__poke(q);
	if (q->turns.running + q->wire == 0)
		pthread_cond_broadcast(&q->drained);
}

void queue__forget(struct queue *q, struct flight *f)
{
	struct batch *b = f->batch;

	if (b && --b->live == 0)
		arena_destroy(b->arena);
	if (f->turn)
		f->turn->running = false;
	*f = (struct flight){ .state = FLIGHT_FREE };
	queue__push(&q->free, f);
}
