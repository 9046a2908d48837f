#include "model/job_turns.h"

enum { STRIDE = 1 << 16 };

void job_turns_init(struct job_turns *t, const struct job_policy *p, int workers, unsigned served)
{
	*t = (struct job_turns){ .workers = workers };
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		t->of[i].served = (served >> i & 1) != 0;
	job_turns_change(t, p);
}

void job_turns_change(struct job_turns *t, const struct job_policy *p)
{
	int left = t->workers / 2;

	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		struct job_turn *l = &t->of[i];

		l->weight = p->of[i].weight;
		l->ceiling = job_share_ceiling(&p->of[i], t->workers);
		/* Half of the workers are nobody's, or classes without a reserve would never have a turn where there are few. */
		l->reserve = !l->served ? 0 : p->of[i].reserve < left ? p->of[i].reserve : left;
		left -= l->reserve;
	}
}

static int reserved_for_others(const struct job_turns *t, const struct job_turn *me)
{
	int n = 0;

	for (const struct job_turn *l = t->of; l < t->of + JOB_LANES; l++)
		if (l != me && l->reserve > l->running)
			n += l->reserve - l->running;
	return n;
}

static bool may_take(const struct job_turns *t, const struct job_turn *l)
{
	if (l->running >= l->ceiling)
		return false;
	return l->running < l->reserve || t->workers - t->running > reserved_for_others(t, l);
}

bool job_turns_take(struct job_turns *t, unsigned waiting, bool (*can_begin)(void *arg, enum job_lane lane), void *arg, enum job_lane *ret)
{
	struct job_turn *best = NULL;
	int64_t least = INT64_MAX;

	for (enum job_lane i = 0; i < JOB_LANES; i++) {
		struct job_turn *l = &t->of[i];

		if ((waiting >> i & 1) == 0 || l->pass >= least || !may_take(t, l) || !can_begin(arg, i))
			continue;
		least = l->pass;
		best = l;
		*ret = i;
	}
	if (!best)
		return false;
	best->pass += STRIDE / best->weight;
	/* A class that was idle has not saved up turns: it goes on from where the others are. */
	for (enum job_lane i = 0; i < JOB_LANES; i++)
		if ((waiting >> i & 1) == 0 && t->of[i].pass < least)
			t->of[i].pass = least;
	best->running++;
	t->running++;
	return true;
}

void job_turns_give(struct job_turns *t, enum job_lane lane)
{
	t->of[lane].running--;
	t->running--;
}
