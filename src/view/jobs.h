/* view/jobs.h: how the queue does, for those who run the server. */
#pragma once
#include "base/call.h"
#include "model/job_policy.h"
#include "store/job_deleted.h"
#include "store/job_deletion.h"
#include "store/job_rule.h"
#include "store/job_stats.h"
#include "store/store.h"

enum { VIEW_JOBS_HOSTS = 40, VIEW_JOBS_DELETIONS = 20 };

struct jobs_state {
	struct job_class_stats classes[JOB_LANES];
	struct job_host_stats *hosts;             /* those with most jobs, VIEW_JOBS_HOSTS at most */
	size_t hosts_n;
	int64_t hosts_failing, hosts_parked;
	struct job_node_stats *nodes;             /* the processes that run */
	size_t nodes_n;
	struct database_room room;
	struct job_policy policy;
	int64_t eta_s[JOB_LANES];                 /* until what waits is done (view/forecast.h); -1: it does not get less */
	struct job_rule *rules;
	size_t rules_n;
	struct job_deletion *deletions;           /* that wait for a second person, VIEW_JOBS_DELETIONS at most */
	size_t deletions_n;
	struct jobs_deleted *deleted;             /* that can be taken back, VIEW_JOBS_DELETIONS at most */
	size_t deleted_n;
};
/* How many connections all nodes together may hold. */
int64_t view_jobs_connections(const struct jobs_state *s);
MUST struct err *view_jobs(struct call *c, struct jobs_state *ret);
MUST struct err *view_jobs_json(struct call *c, struct str *ret);
/* Of a host: seconds until what waits is done at the pace of the last minute, what comes in meanwhile taken off; 0 where nothing waits, -1
 * where it does not get less. */
int64_t view_jobs_eta_s(int64_t waiting, int64_t came, int64_t gone);
