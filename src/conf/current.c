/* Each state has its count of takers; the newest is held once by the holder itself. */
#include "conf/current.h"

#include <assert.h>
#include <pthread.h>

struct state {
	struct arena *owner;
	const struct conf *conf;
	int64_t held;
	struct state *older;
};

struct conf_current {
	struct arena *arena;
	pthread_mutex_t lock;
	struct state *newest;         /* guarded by lock, with all that hang on it */
};

static struct state *state_create(struct arena *owner, const struct conf *conf, struct state *older)
{
	struct state *s = arena_new(owner, struct state);

	*s = (struct state){ owner, conf, 1, older };
	return s;
}

/* Takes one hold off s and, with the last, s out of the chain. */
static void release(struct conf_current *cur, const struct conf *conf)
{
	struct state **at = &cur->newest;

	while (*at && (*at)->conf != conf)
		at = &(*at)->older;
	assert(*at);
	if (--(*at)->held == 0) {
		struct state *gone = *at;

		*at = gone->older;
		arena_destroy(gone->owner);
	}
}

struct conf_current *conf_current_create(struct arena *owner, const struct conf *conf)
{
	struct arena *arena = arena_create();
	struct conf_current *cur = arena_new(arena, struct conf_current);

	cur->arena = arena;
	pthread_mutex_init(&cur->lock, NULL);
	cur->newest = state_create(owner, conf, NULL);
	return cur;
}

void conf_current_destroy(struct conf_current *cur)
{
	if (!cur)
		return;
	release(cur, cur->newest->conf);
	assert(!cur->newest);
	pthread_mutex_destroy(&cur->lock);
	arena_destroy(cur->arena);
}

const struct conf *conf_take(struct conf_current *cur)
{
	const struct conf *conf;

	pthread_mutex_lock(&cur->lock);
	cur->newest->held++;
	conf = cur->newest->conf;
	pthread_mutex_unlock(&cur->lock);
	return conf;
}

void conf_give(struct conf_current *cur, const struct conf *conf)
{
	pthread_mutex_lock(&cur->lock);
	release(cur, conf);
	pthread_mutex_unlock(&cur->lock);
}

void conf_current_put(struct conf_current *cur, struct arena *owner, const struct conf *conf)
{
	const struct conf *old;

	pthread_mutex_lock(&cur->lock);
	old = cur->newest->conf;
	cur->newest = state_create(owner, conf, cur->newest);
	release(cur, old);
	pthread_mutex_unlock(&cur->lock);
}
