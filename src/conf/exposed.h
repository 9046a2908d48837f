/* conf/exposed.h: settings that may stand and leave something open to others: a database that asks nobody who he is, what travels without TLS,
 * numbers that everybody can read, limits that hold nobody. A laboratory's own name is no excuse: what is open there is open, too. */
#pragma once
#include "conf/conf.h"

struct conf_exposed {
	struct str key;               /* of the setting */
	struct str text;              /* one line: what is open, and what to write instead; no secrets in it */
};
enum { CONF_EXPOSED_MAX = 16 };

/* Judged by the settings alone: no name is asked for, nothing is connected to. How many there are in ret. */
size_t conf_exposed(struct arena *a, const struct conf *conf, struct conf_exposed ret[CONF_EXPOSED_MAX]);
