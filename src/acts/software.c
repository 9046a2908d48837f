#include "acts/software.h"

#include "base/log.h"
#include "conf/conf.h"
#include "store/host_software.h"
#include "store/job.h"
#include "wire/url.h"

enum { ASK_AT_ONCE = 200 };

static struct job_new asking(struct call *c, struct str host)
{
	return (struct job_new){ .kind = JOB_HOST_SOFTWARE, .arg = host, .once_key = arena_concat(c->arena, STR("software:"), host) };
}

/* A flood of sub-domains ends here: each may have as many people and posts as it likes. */
static struct err *among_its_siblings(struct call *c, struct str host)
{
	struct str domain = domain_registered(c->arena, host);
	int64_t most = c->conf->subdomains_day_max, used;

	if (!most || !domain.n)
		return NULL;
	TRY(host_siblings_add(c, domain, &used));
	if (used <= most)
		return NULL;
	log_warn("servers.too_many", KV("below", domain));
	return FAIL(c->arena, ERR_INVALID, "%lld servers below '" STR_FMT "' have become known today", (long long)most, STR_ARG(domain));
}

struct err *acts__host_meet(struct call *c, struct str host)
{
	struct job_new job = asking(c, host);
	bool is_new;

	TRY(host_software_meet(c, host, c->now_us + 7 * US_PER_DAY, &is_new));
	if (!is_new)
		return NULL;
	TRY(among_its_siblings(c, host));
	return job_add(c, &job);
}

static struct err *put(struct call *c, void *arg) { return host_software_put(c, arg); }

struct err *acts_host_software_put(struct call *c, struct str host, struct str software, struct str version)
{
	return store_tx(c, put, &(struct host_software){ host, software, version, c->now_us });
}

static struct err *ask(struct call *c, void *arg)
{
	struct job_new *jobs;
	struct str *hosts;
	size_t n;

	(void)arg;
	TRY(host_software_due(c, ASK_AT_ONCE, &hosts, &n));
	jobs = arena_array(c->arena, struct job_new, n + 1);
	for (size_t i = 0; i < n; i++)
		jobs[i] = asking(c, hosts[i]);
	return jobs_add(c, jobs, n);
}

struct err *acts_hosts_ask(struct call *c) { return store_tx(c, ask, NULL); }
