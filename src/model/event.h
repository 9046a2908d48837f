/* model/event.h: what happened, as it is told to those who watch (store/event.h writes it, notify reads it). */
#pragma once
#include "base/str.h"
#include "model/enums.h"

/* topics: words separated by spaces: "user:12 public public:local hashtag:cats". */
struct event {
	int64_t id;
	enum event_kind kind;
	int64_t subject_id;
	struct str topics;
	struct str payload;       /* short text of the kind's own shape, or none */
	struct event *next;
};
