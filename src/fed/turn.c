#include "fed/turn.h"

#include <pthread.h>

enum { ADDRESS_MAX = 2048 };

/* A place is taken while somebody asks, and then until all who waited for it have read how it ended. */
struct turn {
	char address[ADDRESS_MAX];
	size_t n;                         /* 0: free */
	pthread_t who;
	bool ended;
	enum err_code code;               /* of what it ended with; ERR_CODES: well */
	int waiting;
};

static struct {
	pthread_once_t once;
	pthread_mutex_t lock;
	pthread_cond_t changed;           /* on CLOCK_MONOTONIC */
	struct turn v[FED_TURNS_MAX];
} turns = { .once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER };

static void set_up(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&turns.changed, &attr);
	pthread_condattr_destroy(&attr);
}

/* The one that goes on, of this address; NULL: none. *ret_free: a place for another; NULL: there is none. */
static struct turn *find(struct str address, struct turn **ret_free)
{
	*ret_free = NULL;
	for (struct turn *t = turns.v; t < turns.v + FED_TURNS_MAX; t++) {
		if (t->n == 0)
			*ret_free = t;
		else if (!t->ended && str_eq(str_of(t->address, t->n), address))
			return t;
	}
	return NULL;
}

static void leave(struct turn *t)
{
	if (t->ended && t->waiting == 0)
		t->n = 0;
}

/* False: it did not end in that time. */
static bool wait_for(struct turn *t, int64_t wait_us, enum err_code *ret)
{
	int64_t until_us = world_monotonic_us() + wait_us;
	struct timespec until = { .tv_sec = until_us / US_PER_S, .tv_nsec = until_us % US_PER_S * 1000 };
	bool ended;

	t->waiting++;
	while (!t->ended && pthread_cond_timedwait(&turns.changed, &turns.lock, &until) == 0)
		;
	ended = t->ended;
	*ret = t->code;
	t->waiting--;
	leave(t);
	return ended;
}

static int64_t patience_us(struct call *c)
{
	int64_t us = FED_TURN_WAIT_MS * US_PER_MS, left = c->deadline_us ? c->deadline_us - c->world->now_us(c->world) : us;

	return left < us ? left : us;
}

/* The lock is held. */
static enum fed_turn take(struct call *c, struct str address, enum err_code *ret_code)
{
	struct turn *place, *t = find(address, &place);

	if (t)
		return pthread_equal(t->who, pthread_self()) || !wait_for(t, patience_us(c), ret_code) ? FED_TURN_NONE : FED_TURN_OVER;
	if (!place)
		return FED_TURN_NONE;
	*place = (struct turn){ .n = address.n, .who = pthread_self() };
	memcpy(place->address, address.p, address.n);
	return FED_TURN_MINE;
}

struct err *fed_turn_begin(struct call *c, const struct fed_budget *b, struct str address, enum fed_turn *ret)
{
	enum err_code code = ERR_CODES;

	*ret = FED_TURN_NONE;
	if (address.n == 0 || address.n > ADDRESS_MAX || b->asks_nobody || b->bearer.n)
		return NULL;
	pthread_once(&turns.once, set_up);
	call_reads_end(c);                /* what others write meanwhile is to be seen afterwards */
	pthread_mutex_lock(&turns.lock);
	*ret = take(c, address, &code);
	pthread_mutex_unlock(&turns.lock);
	if (code == ERR_REMOTE || code == ERR_NOT_FOUND || code == ERR_GONE)
		return FAIL(c->arena, code, "'" STR_FMT "' was asked for just now, in vain", STR_ARG(str_upto(address, 200)));
	if (code != ERR_CODES)
		*ret = FED_TURN_NONE;
	return NULL;
}

struct err *fed_turn_end(enum fed_turn turn, struct str address, struct err *e)
{
	struct turn *t, *place;

	if (turn != FED_TURN_MINE)
		return e;
	pthread_mutex_lock(&turns.lock);
	t = find(address, &place);
	t->ended = true;
	t->code = e ? e->code : ERR_CODES;
	pthread_cond_broadcast(&turns.changed);
	leave(t);
	pthread_mutex_unlock(&turns.lock);
	return e;
}
