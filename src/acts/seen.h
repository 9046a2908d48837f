/* acts/seen.h: noting that somebody is here: tokens and people, at most once an hour each. */
#pragma once
#include "base/call.h"
#include "model/viewer.h"

/* A person who was away longer than home timelines are kept also gets theirs built again. */
MUST struct err *acts_token_seen(struct call *c, const struct viewer *v);
