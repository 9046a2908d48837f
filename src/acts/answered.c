#include "acts/answered.h"

#include <pthread.h>

#include "store/repeat.h"

enum { BATCH = 320 };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t written;       /* with lock: a batch has been written, or could not be */
	struct {
		struct answer_note note;
		int64_t batch;        /* that it is being written in; 0: none yet */
	} v[ANSWERED_MAX];            /* guarded by lock, oldest first */
	size_t n;                     /* guarded by lock */
	int64_t batches;              /* guarded by lock: how many there were */
} noted = { .lock = PTHREAD_MUTEX_INITIALIZER, .written = PTHREAD_COND_INITIALIZER };

void acts_answered(const struct answer_note *note)
{
	if (!note->post)
		return;
	pthread_mutex_lock(&noted.lock);
	if (noted.n < ANSWERED_MAX) {
		noted.v[noted.n].note = *note;
		noted.v[noted.n++].batch = 0;
	}
	pthread_mutex_unlock(&noted.lock);
}

struct batch {
	int64_t number;
	int64_t ids[BATCH];
	size_t n;
};

/* How many notes wait to be written, and what of this author: whether any waits, whether any is being written. Called with the lock. */
static size_t count(account_id author, bool *ret_waits, bool *ret_under_way)
{
	size_t n = 0;

	*ret_waits = *ret_under_way = false;
	for (size_t i = 0; i < noted.n; i++) {
		bool theirs = id_eq(noted.v[i].note.author, author);

		n += !noted.v[i].batch;
		*ret_waits |= theirs && !noted.v[i].batch;
		*ret_under_way |= theirs && noted.v[i].batch;
	}
	return n;
}

/* Up to BATCH posts, oldest first, that are being written from now on; none where the author, if one is named, is not among all that waits,
 * and that is little. Another's hand may be writing the author's: that is waited for. */
static void take(account_id author, struct batch *ret)
{
	bool waits, under_way;
	size_t n;

	ret->n = 0;
	pthread_mutex_lock(&noted.lock);
	while (n = count(author, &waits, &under_way), under_way)
		pthread_cond_wait(&noted.written, &noted.lock);
	ret->number = ++noted.batches;
	for (size_t i = 0; (waits || n >= BATCH || !author.v) && i < noted.n && ret->n < BATCH; i++)
		if (!noted.v[i].batch) {
			noted.v[i].batch = ret->number;
			ret->ids[ret->n++] = noted.v[i].note.post;
		}
	pthread_mutex_unlock(&noted.lock);
}

static void settle(const struct batch *b)
{
	size_t kept = 0;

	pthread_mutex_lock(&noted.lock);
	for (size_t i = 0; i < noted.n; i++)
		if (noted.v[i].batch != b->number)
			noted.v[kept++] = noted.v[i];
	noted.n = kept;
	pthread_cond_broadcast(&noted.written);
	pthread_mutex_unlock(&noted.lock);
}

static struct err *write_batch(struct call *c, void *arg)
{
	const struct batch *b = arg;

	return fingerprints_answered(c, b->ids, b->n);
}

struct err *acts_answers_flush(struct call *c, account_id author)
{
	for (;;) {
		struct batch b;
		struct err *e;

		take(author, &b);
		/* What another's hand has written is not in what was read before. */
		call_reads_end(c);
		if (b.n == 0)
			return NULL;
		e = store_tx(c, write_batch, &b);
		settle(&b);
		TRY(e);
	}
}
