/* acts/search.h: keeping the index of posts (store/search_index.h): a job works off the marks that changes leave, a hundred posts a transaction,
 * and goes through everything where that was asked for. So posting pays for two short rows, not for an index; how far the index is behind is
 * measured (search_behind_seconds), and said to whoever searches. */
#pragma once
#include "model/jobs.h"

job_fn acts_job_search;
schedule_fn acts_search_watch;        /* fails where the index is five minutes behind, so that it is heard of */
/* All posts are taken up anew, newest first, behind what changes meanwhile; the index serves all the time, and a restart goes on where it was. */
MUST struct err *acts_search_rebuild(struct call *c);
