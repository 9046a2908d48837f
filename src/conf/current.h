/* conf/current.h: the settings in force, which change while the server runs. A unit of work takes them once at its start and
 * gives them back at its end, so that it sees one state throughout; the one replaced is freed when its last taker is done.
 * Safe from any thread; guarded by one lock that is held for a few instructions. */
#pragma once
#include "conf/conf.h"

struct conf_current;

/* conf lives in owner, which now belongs to the holder. */
struct conf_current *conf_current_create(struct arena *owner, const struct conf *conf);
void conf_current_destroy(struct conf_current *cur);          /* all takers have given back */
const struct conf *conf_take(struct conf_current *cur);
void conf_give(struct conf_current *cur, const struct conf *conf);
void conf_current_put(struct conf_current *cur, struct arena *owner, const struct conf *conf);
