/* A fixed window is named by its start. SHARDS tables of SLOTS counters, each shard under its own lock; a full neighbourhood
 * takes over the slot whose window is oldest, so memory never grows and a flood of addresses forgets old callers first. */
#include "gate/limit.h"

#include <pthread.h>

enum { SHARDS = 16, SLOTS = 4096, NEIGHBOURS = 8 };
enum key { KEY_ADDRESS, KEY_USER, KEY_TOKEN };

static const struct {
	int64_t count, window_s;
	enum key key;
} rows[LIMITS] = {
#define LIMIT(NAME, count, window_s, key) [LIMIT_##NAME] = { count, window_s, KEY_##key },
#include "gate/limits.def"
};

struct slot {
	uint64_t hash;
	uint32_t window;          /* its start, in seconds */
	uint32_t used;
};

static struct shard {
	pthread_mutex_t lock;
	struct slot *slots;       /* guarded by lock; made on first use */
} shards[SHARDS] = { [0 ... SHARDS - 1] = { .lock = PTHREAD_MUTEX_INITIALIZER } };

static struct slot shard_slots[SHARDS][SLOTS];

struct str limit_network(struct str address)
{
	int colons = 0;

	if (str_find(address, ':') == address.n)
		return address;
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] == ':' && (++colons == 4 || (i > 0 && address.p[i - 1] == ':')))
			return str_upto(address, i);
	return address;
}

static uint64_t caller_hash(struct call *c, enum limit which, const struct limit_caller *who)
{
	enum key key = rows[which].key;
	struct str text;

	if (key == KEY_TOKEN && who->token)
		text = arena_printf(c->arena, "%d t%lld", which, (long long)who->token);
	else if (key == KEY_USER && who->user)
		text = arena_printf(c->arena, "%d u%lld", which, (long long)who->user);
	else
		text = arena_printf(c->arena, "%d a" STR_FMT, which, STR_ARG(limit_network(who->address)));
	return str_hash(text);
}

static struct slot *slot_of(struct slot *slots, uint64_t hash, uint32_t window)
{
	struct slot *oldest = NULL;

	for (size_t i = 0; i < NEIGHBOURS; i++) {
		struct slot *s = &slots[(hash + i) % SLOTS];

		if (s->hash == hash) {
			if (s->window != window)
				*s = (struct slot){ hash, window, 0 };
			return s;
		}
		if (!oldest || s->window < oldest->window)
			oldest = s;
	}
	*oldest = (struct slot){ hash, window, 0 };
	return oldest;
}

bool limit_take(struct call *c, enum limit which, const struct limit_caller *who)
{
	int64_t now_s = c->now_us / US_PER_S, start, left;
	uint64_t hash;
	struct shard *sh;
	uint32_t used;

	if (which == LIMIT_NONE)
		return true;
	start = now_s - now_s % rows[which].window_s;
	hash = caller_hash(c, which, who);
	sh = &shards[(hash >> 32) % SHARDS];
	pthread_mutex_lock(&sh->lock);
	if (!sh->slots)
		sh->slots = shard_slots[sh - shards];
	used = ++slot_of(sh->slots, hash, (uint32_t)start)->used;
	pthread_mutex_unlock(&sh->lock);
	left = rows[which].count - (int64_t)used;
	if (c->limit.limit == 0 || left < c->limit.left)
		c->limit = (struct limit_note){ rows[which].count, left < 0 ? 0 : left, (start + rows[which].window_s) * US_PER_S };
	return left >= 0;
}
