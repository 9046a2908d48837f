/* model/job_policy.h: what each class of background work may have of the workers, as operators write it: a text with one line a class,
 *
 *   # class  reserve  weight  ceiling
 *   PUSH           1       6       75
 *
 * Lines that are empty or begin with '#' are theirs. Classes that it does not name have what lanes.def says. */
#pragma once
#include "model/jobs.h"

enum { JOB_POLICY_TEXT_MAX = 16 * 1024, JOB_POLICY_PROBLEMS_MAX = 20, JOB_WORKERS_MAX = 256, JOB_WEIGHT_MAX = 1000 };

struct job_share {
	int reserve;              /* workers kept for the class, of each process */
	int weight;               /* its turns at a free worker, against those of others */
	int ceiling_percent;      /* of the workers: more it never has */
};
struct job_policy {
	struct job_share of[JOB_LANES];
};
struct job_policy_problem {
	int line;                 /* from 1; 0: of the whole text */
	const char *field;        /* "class", "reserve", "weight", "ceiling" */
	struct str why;
};
struct job_policy_read {
	struct job_policy policy;
	int lines[JOB_LANES];     /* where each class stands; 0: nowhere */
	struct job_policy_problem problems[JOB_POLICY_PROBLEMS_MAX];
	size_t problems_n;        /* further ones are not kept */
};

struct job_policy job_policy_default(void);
/* The text that says so, with comments on what it means. */
struct str job_policy_text(struct arena *a, const struct job_policy *p);
/* What a line says wrongly has its default; so a text of another version of this program is read as far as it goes. Texts of problems are made
 * in the arena. */
void job_policy_read(struct arena *a, struct str text, struct job_policy_read *ret);
/* More problems: classes that the text does not name, and what does not fit a process of so many workers, called so. */
void job_policy_check_whole(struct arena *a, struct job_policy_read *r);
void job_policy_check_workers(struct arena *a, struct job_policy_read *r, int workers, struct str called);

/* Of so many workers: at least one. */
int job_share_ceiling(const struct job_share *s, int workers);
