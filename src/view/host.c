#include "view/host.h"

#include "conf/conf.h"
#include "model/version.h"
#include "store/fetch_tally.h"
#include "wire/url.h"

struct err *view_hosts(struct call *c, const struct hosts_wanted *w, struct host_software **ret, size_t *ret_n, struct str *ret_last)
{
	struct str software = arena_lower(c->arena, w->software.n ? w->software : STR(""));
	size_t n, kept = 0;

	TRY(host_software_page(c, software, w->after.n ? w->after : STR(""), w->limit, ret, &n));
	*ret_last = n == (size_t)w->limit ? (*ret)[n - 1].host : STR_NONE;
	for (size_t i = 0; i < n; i++)
		if (!w->older_than.n || ((*ret)[i].version.n && version_compare((*ret)[i].version, w->older_than) < 0))
			(*ret)[kept++] = (*ret)[i];
	*ret_n = kept;
	return NULL;
}

struct err *view_host_welcome(struct call *c, struct str host, bool *ret)
{
	struct str registered = domain_registered(c->arena, host);
	int64_t most = c->conf->subdomains_day_max, today;
	bool known;

	*ret = true;
	if (!most || !registered.n)
		return NULL;
	TRY(host_siblings(c, registered, host, &today, &known));
	*ret = known || today < most;
	return NULL;
}

/* Below the bound only what is in vain is counted, so that those who cause nothing but good cost no row. */
struct err *view_fetches_spent(struct call *c, struct str blamed, bool *ret, bool *ret_close)
{
	int64_t most = c->conf->vain_hour_max;
	struct fetch_tally t;

	*ret = *ret_close = false;
	if (!most)
		return NULL;
	TRY(fetch_tally(c, blamed, &t));
	*ret_close = t.vain >= most;
	*ret = *ret_close && t.made >= most / 2 && (t.vain - most) * 4 > t.made * 3;
	return NULL;
}

struct err *view_software(struct call *c, int max, struct software_use **ret, size_t *ret_n) { return host_software_uses(c, max, ret, ret_n); }
