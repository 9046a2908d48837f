/* queue/queue_priv.h: what the queue's files share. A flight is one leased job, or one turn of recurring work:
 *
 *   free ──leased──▶ WAITING ──picked──▶ RUNNING ──handler returned──▶ ENDED ──written down──▶ free
 *                       │                   └─later─▶ WIRE ──reported──▲
 *                       └─the node stops: given back
 *
 * Its host counts it until it ends, or until it is written down where it failed; its row is leased until it is written down. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "model/job_turns.h"
#include "queue/queue.h"
#include "store/job.h"
#include "store/job_rule.h"
#include "store/job_stats.h"

enum {
	FLIGHTS = 1024,           /* held at once, over all lanes */
	LEASE_BATCH = 64,
	SETTLE_BATCH = 64,
	PROBES_MAX = 64,          /* of one lane, under way */
	SCHEDULE_MAX = 64,
	HOST_NAME_MAX_BYTES = 255,
	WHY_MAX = 200,
	STACK_BYTES = 512 * 1024,
};
#define SETTLE_US (50 * US_PER_MS)            /* an end waits this long for others to be written down with */
#define LEASE_GAP_US (5 * US_PER_MS)          /* between two leases of a lane, where the first got all there was */
#define REST_US US_PER_S                      /* after the database failed */
#define JOB_DEADLINE_US (10 * US_PER_MIN)     /* of a run: database and remote calls past it fail */
#define WIRE_DEADLINE_US (15 * US_PER_MIN)    /* of a report; past it the job counts as failed */
#define PROBE_US US_PER_MIN                   /* how long a probe keeps others from its host */
#define GAUGES_US (10 * US_PER_S)
#define RATES_US (5 * US_PER_S)               /* how long what is counted stays in memory */

enum flight_state { FLIGHT_FREE, FLIGHT_WAITING, FLIGHT_RUNNING, FLIGHT_WIRE, FLIGHT_ENDED };

struct batch {                    /* the memory of jobs that were leased together */
	struct arena *arena;
	int live;
};

struct host_slot {
	char name[HOST_NAME_MAX_BYTES];
	size_t n;
	uint64_t hash;
	int total, running;       /* flights not ended; those with a worker or on the wire. total 0: free */
	bool failed;              /* just now: what waits for it is about to be given back */
};

struct recurring;
struct flight {
	enum flight_state state;
	enum job_lane lane;
	struct job job;
	struct batch *batch;          /* NULL: a turn of recurring work */
	struct recurring *turn;
	struct host_slot *host;       /* NULL: none */
	bool probe;                   /* the one job sent to see whether a failing host is back */
	bool reported;                /* the desk heard its end while its handler still ran */
	struct job_end end;
	char why[WHY_MAX];            /* what end.why points to */
	int64_t leased_us;            /* monotonic, of the last extension */
	int64_t begun_us;             /* monotonic */
	int64_t work_us, wire_us;     /* how long a worker had it, and then the wire */
	int64_t began_at_us;          /* the same by the world's clock */
	struct flight *next;          /* free, waiting in its lane, or ended */
};
struct flights { struct flight *first, **last; int n; };

struct lane_state {
	_Atomic bool look;            /* jobs may be due */
	int64_t lease_at_us;          /* monotonic; not before */
	struct flights waiting;
	int wire;
	int64_t run_us;               /* how long a run lately took: decides how many are leased ahead */
};

struct recurring {
	struct schedule_row row;
	int64_t next_us;              /* world's clock; 0: not known yet */
	bool own;                     /* of this process alone, not in the database */
	bool running;                 /* guarded by the queue's lock */
};

/* What came and went and is not written down yet: all of a class, and of hosts as many as there is room for. */
enum { RATE_SLOTS = 8, HOST_RATES = 256 };
struct rates {
	struct job_rate classes[JOB_LANES][RATE_SLOTS];       /* of the last minute; slot_us 0: unused */
	struct job_rate hosts[HOST_RATES];
	char names[HOST_RATES][HOST_NAME_MAX_BYTES];
	size_t hosts_n;
};

struct queue {
	struct job_desk desk;         /* first: a desk is its queue */
	struct queue_how how;
	pthread_mutex_t lock;         /* guards what follows, but for what says otherwise */
	pthread_cond_t work, keep, drained;
	struct job_turns turns;       /* who runs; .of[].served is set before the threads start */
	struct lane_state lanes[JOB_LANES];
	struct flight flights[FLIGHTS];
	struct flights free, ended;
	struct host_slot hosts[FLIGHTS];
	int wire;
	int64_t first_ended_us;       /* monotonic; when the oldest of `ended` ended */
	bool poked, stopping, finishing;
	/* The keeper's own. */
	struct recurring recurring[SCHEDULE_MAX + 1];
	size_t recurring_n;
	int64_t poll_at_us, extend_at_us, rest_until_us, turns_at_us, rules_at_us, rates_at_us;    /* monotonic */
	struct job_rule rules[JOB_RULES_MAX];         /* what operators hold back; hosts in rule_hosts */
	char rule_hosts[JOB_RULES_MAX][HOST_NAME_MAX_BYTES];
	size_t rules_n;
	uint64_t policy_seen;                         /* hash of the policy's text */
	struct rates rates;
	int64_t next_due_us;          /* world's clock: the first job that is due later; 0: none known */
	struct arena *arena;
	int threads_n;
	pthread_t keeper, workers[256];
};

void queue__call(struct queue *q, struct arena *a, struct call *c);
void queue__call_end(struct queue *q, struct call *c);
void queue__push(struct flights *l, struct flight *f);
struct flight *queue__pop(struct flights *l);
void queue__poke(struct queue *q);                            /* under the lock: the keeper has something to do */

/* lanes.c; under the lock */
void queue__lanes_init(struct queue *q);
struct flight *queue__pick(struct queue *q);                  /* what a free worker runs next, now counted as running; or NULL */
int queue__room(const struct queue *q, enum job_lane lane);   /* how many more jobs are worth leasing */
int queue__wanted(const struct queue *q, enum job_lane lane, int64_t now);    /* the same, but 0 where none may be due, or it is too soon */
struct host_slot *queue__host_take(struct queue *q, struct str name);     /* NULL: no name */
/* How many jobs of one host may be under way now, where it is this lane that leases. */
int queue__host_max(const struct queue *q, enum job_lane lane);
size_t queue__hosts_full(const struct queue *q, int host_max, struct str *ret, size_t max);
/* Whether the lane has as many probes under way as it may: it leases nothing then for hosts that failed before. */
bool queue__probes_full(const struct queue *q, enum job_lane lane);
/* The flight has ended as f->end says: its worker and host are free, its row waits to be settled. */
void queue__ended(struct queue *q, struct flight *f);
void queue__set_end(struct flight *f, const struct job_end *end);
void queue__forget(struct queue *q, struct flight *f);        /* back to the free ones */
void queue__host_give(struct queue *q, struct flight *f);

/* worker.c */
void *queue__work(void *arg);
void queue__report(struct job_desk *desk, job_id id, const struct job_end *end);
struct err *queue__gauges(struct call *c);                    /* a turn of recurring work: jobs waiting, for /metrics */
const char *queue__name(const struct flight *f);

/* keeper.c, settle.c */
void *queue__keep(void *arg);
/* Gives back what is held, has not begun and is wanted(q, flight). */
MUST struct err *queue__give_back(struct queue *q, struct call *c, bool (*wanted)(const struct queue *q, const struct flight *f));
MUST struct err *queue__settle(struct queue *q, struct call *c);

/* hold.c: what operators hold back, and their policy */
enum { HELD_MAX = JOB_RULES_MAX };
struct granted { const struct job_rule *rule; int64_t n; };
/* Reads the policy and the rules, once a second; what is paused and has not begun goes back. */
MUST struct err *queue__rules(struct queue *q, struct call *c, int64_t now);
/* Narrows a lease by the rules: how->max, kinds and hosts (busy has room for 320). What throttled rules granted to it is in
 * ret[HELD_MAX], to be settled with once it is known what was leased. */
MUST struct err *queue__hold(const struct queue *q, struct call *c, struct job_lease *how, struct str *busy, struct granted *ret, size_t *ret_n);
MUST struct err *queue__hold_settle(struct call *c, enum job_lane lane, const struct granted *v, size_t n, const struct job *jobs, size_t jobs_n);

/* rates.c; the keeper's */
void queue__count(struct queue *q, const struct call *c, const struct flight *f);     /* it is done with */
MUST struct err *queue__rates_write(struct queue *q, struct call *c, int64_t now);
