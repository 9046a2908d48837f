/* store/job_rule.h: what operators hold back: a class, a kind, or what is for a host; at most JOB_RULES_MAX. Every node reads them once a
 * second. */
#pragma once
#include "base/call.h"
#include "model/jobs.h"

enum { JOB_RULES_MAX = 100 };

/* Names one of the three: the others are -1 and empty. */
struct job_rule {
	int64_t id;
	int lane, kind;
	struct str host;
	int64_t per_minute;       /* jobs begun, over all nodes; 0: none, it is paused */
	struct str by;
	int64_t created_us;
};
/* The rules, oldest first. */
MUST struct err *job_rules(struct call *c, struct job_rule **ret, size_t *ret_n);
/* In a transaction. One about the same is replaced. Fails: INVALID there are JOB_RULES_MAX. */
MUST struct err *job_rule_put(struct call *c, const struct job_rule *r);
/* In a transaction: the rule about just that, or all of them (NULL). */
MUST struct err *job_rule_drop(struct call *c, const struct job_rule *what, int64_t *ret_n);

/* The policy (model/job_policy.h) as it was written; empty: the defaults. */
MUST struct err *job_policy_get(struct call *c, struct str *ret_text);
MUST struct err *job_policy_put(struct call *c, struct str text);

/* Of a throttled rule: how many of `want` may begin now. What is then not begun is given back. The nodes share the rate: what one took
 * another does not get, and who was beaten to it gets none this time. */
MUST struct err *job_rule_take(struct call *c, const struct job_rule *r, int64_t want, int64_t *ret_n);
MUST struct err *job_rule_give(struct call *c, const struct job_rule *r, int64_t n);
