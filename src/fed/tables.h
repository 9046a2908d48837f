/* fed/tables.h: this room's endpoints, for the gate. */
#pragma once
#include "gate/endpoint.h"

extern const struct endpoint *const fed_tables[];     /* NULL-terminated */
