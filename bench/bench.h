/* bench/bench.h: the program beside bench/run: howdah-bench fill|plain|speed. It links the rooms, so that what is filled in is what
 * the rooms write. */
#pragma once
#include "app/cli.h"

/* Fills the database that the environment's settings name; see fill.c for what. Prints JSON: tokens, ids, names. */
MUST struct err *bench_fill(struct cli *cli);
/* Serves until SIGTERM: the barest application over net/server.h, and a sink for deliveries; see plain.c. */
MUST struct err *bench_plain(struct cli *cli);
