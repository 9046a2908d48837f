/* ops/ops.h: the operators' endpoints, and the listener for metrics alone. */
#pragma once
#include "gate/endpoint.h"
#include "net/server.h"

extern const struct endpoint *const ops_tables[];             /* ends with NULL */

/* A listener that serves /metrics and /health without a token; server_stop() ends it. Fails as server_start() does. */
MUST struct err *ops_listen(struct arena *a, struct str listen, struct server **ret);
