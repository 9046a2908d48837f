/* net/mx.h: which hosts take a domain's mail (RFC 5321, 5), by the name service. */
#pragma once
#include "base/arena.h"

enum { MX_HOSTS_MAX = 10, MX_WAIT_S = 3 };

/* Fills ret with at most MX_HOSTS_MAX names, as the name service writes them, and answers how many. None where the domain has no such record,
 * or none was had within about MX_WAIT_S seconds. server: "192.0.2.53:53" to ask that one; none: the system's. */
size_t mx_hosts(struct arena *a, struct str server, struct str domain, struct str ret[MX_HOSTS_MAX]);
