/* app/tables.h: every endpoint table of every room, gathered. */
#pragma once
#include "gate/endpoint.h"

const struct endpoint *const *app_endpoint_tables(void);      /* ends with NULL */
