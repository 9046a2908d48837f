/* api/api.h: the Mastodon client API and OAuth: one file a noun, each with its endpoint table at the foot. */
#pragma once
#include "gate/endpoint.h"

extern const struct endpoint *const api_tables[];             /* ends with NULL */
