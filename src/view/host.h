/* view/host.h: the servers that somebody here knows somebody on, and what they run, for those who run this one. */
#pragma once
#include "base/call.h"
#include "store/host_software.h"

struct hosts_wanted {
	struct str software;          /* in any case; none: all */
	struct str older_than;        /* a version (model/version.h); none: any */
	struct str after;             /* hosts after this one */
	int limit;
};
/* By host. *ret_last: where the next page begins; none: that was all. A page of those with older versions may be short of the limit. */
MUST struct err *view_hosts(struct call *c, const struct hosts_wanted *w, struct host_software **ret, size_t *ret_n, struct str *ret_last);
/* Are people of this server taken in? Else it is unknown, and as many below its registered domain as the settings allow became known today:
 * nothing need be asked of it. */
MUST struct err *view_host_welcome(struct call *c, struct str host, bool *ret);
/* Has whoever is blamed for it made us ask for so much in vain within this hour that nothing more is asked for their sake? Past vain_hour_max,
 * and of what came after that more than three quarters. *ret_close: they are past the first, so all that they cause is counted. */
MUST struct err *view_fetches_spent(struct call *c, struct str blamed, bool *ret, bool *ret_close);
/* How many run what, the most used first, at most max. */
MUST struct err *view_software(struct call *c, int max, struct software_use **ret, size_t *ret_n);
