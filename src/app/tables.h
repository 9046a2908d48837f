/* app/tables.h: the endpoint tables of the rooms that a process serves. */
#pragma once
#include "gate/endpoint.h"

/* What a process does: --roles. */
enum serve_role { SERVE_WEB = 1, SERVE_STREAMING = 2, SERVE_JOBS = 4, SERVE_ALL = 7 };

/* Gathered for these roles, ends with NULL. /health is served by all. */
const struct endpoint *const *app_endpoint_tables(struct arena *a, int roles);
