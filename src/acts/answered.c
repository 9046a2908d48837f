#include "acts/answered.h"

#include <pthread.h>

#include "store/repeat.h"

enum { BATCH = 320 };

static struct {
	pthread_mutex_t lock;
	struct answer_note v[ANSWERED_MAX];   /* guarded by lock */
	size_t n;                             /* guarded by lock */
} noted = { .lock = PTHREAD_MUTEX_INITIALIZER };

void acts_answered(const struct answer_note *note)
{
	if (!note->post)
		return;
	pthread_mutex_lock(&noted.lock);
	if (noted.n < ANSWERED_MAX)
		noted.v[noted.n++] = *note;
	pthread_mutex_unlock(&noted.lock);
}

/* Takes up to BATCH posts out, oldest first; none where the author, if one is named, is not among all that is noted, and that is little. */
static size_t take(account_id author, int64_t ids[BATCH])
{
	size_t n = 0;
	bool wanted;

	pthread_mutex_lock(&noted.lock);
	wanted = noted.n >= BATCH || !author.v;
	for (size_t i = 0; !wanted && i < noted.n; i++)
		wanted = id_eq(noted.v[i].author, author);
	for (; wanted && n < noted.n && n < BATCH; n++)
		ids[n] = noted.v[n].post;
	noted.n -= n;
	memmove(noted.v, noted.v + n, noted.n * sizeof *noted.v);
	pthread_mutex_unlock(&noted.lock);
	return n;
}

struct batch {
	int64_t ids[BATCH];
	size_t n;
};

static struct err *write_batch(struct call *c, void *arg)
{
	const struct batch *b = arg;

	return fingerprints_answered(c, b->ids, b->n);
}

struct err *acts_answers_flush(struct call *c, account_id author)
{
	struct batch b;

	while ((b.n = take(author, b.ids)) > 0)
		TRY(store_tx(c, write_batch, &b));
	return NULL;
}
