/* acts/jobs.h: what operators do with the queue. Each of these is written into the audit log (store/audit.h) in the transaction that does it.
 * by: who does it, as the log shows it. */
#pragma once
#include "store/job_deleted.h"
#include "store/job_deletion.h"
#include "store/job_filter.h"
#include "store/job_rule.h"

/* Paused (per_minute 0), or throttled to so many begun a minute over all nodes; what runs already is not touched. Every node follows within
 * two seconds. r names one of class, kind and host. Fails: INVALID it names none or several, the rate is out of bounds (1 to 600,000), or
 * JOB_RULES_MAX things are held back already. */
MUST struct err *acts_jobs_hold(struct call *c, const struct job_rule *r);
/* Takes that back: of just what it names, or of everything (NULL). *ret_n: how many rules were there. */
MUST struct err *acts_jobs_resume(struct call *c, const struct job_rule *what, struct str by, int64_t *ret_n);

/* What each class may have of the workers (model/job_policy.h); none: the defaults again. *ret_changes: a line for each number that changes by it,
 * empty where none does. Without `write` that is all; with it every node follows within two seconds. Fails: INVALID  the text says something that
 * cannot be, or that does not fit the workers of a process that runs; the error tells each with its line and field. */
MUST struct err *acts_jobs_policy(struct call *c, struct str text, struct str by, bool write, struct str *ret_changes);

enum jobs_verb { JOBS_DELETE, JOBS_REQUEUE, JOBS_DRAIN };
struct jobs_done {
	int64_t n;                /* how many these were, also where it fails midway */
	int64_t line, kept;       /* of a deletion: its line in the log, and how many of the n acts_jobs_undelete() brings back by it */
	int64_t to_confirm;       /* not 0: nothing was done, for these are more than conf.jobs_delete_alone; somebody else confirms it by this */
};
/* With all that the filter names and no node holds, thousand by thousand.
 *   DELETE   gone; for JOBS_DELETED_KEPT_US that can be taken back
 *   REQUEUE  parked ones are due now, with all their tries
 *   DRAIN    what waits for another try, or for its host, is due now, and all of it goes before what is younger in its class
 * REQUEUE and DRAIN lift the penalty of the hosts concerned. */
MUST struct err *acts_jobs_do(struct call *c, enum jobs_verb verb, const struct job_filter *f, struct str by, struct jobs_done *ret);
/* A second person agrees: it is done, with no job that came since it was asked for. Fails: NOT_FOUND  nothing of that number waits, or not
 * any more; FORBIDDEN  it is who asked. */
MUST struct err *acts_jobs_confirm(struct call *c, int64_t id, struct str by, struct jobs_done *ret);
/* They are jobs again, each as it was, but for those whose work another job of the same once_key is to do by now. line: of the deletion, in
 * the log. *ret_n: how many, also where it fails midway. Fails: NOT_FOUND  no such deletion, it is too long ago, or nothing of it is left. */
MUST struct err *acts_jobs_undelete(struct call *c, int64_t line, struct str by, int64_t *ret_n);
