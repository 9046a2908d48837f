/* store/event.h: what happened, told to those who watch: written with the data, flown after its commit. notify registers at start;
 * on PostgreSQL other nodes learn of new rows through a NOTIFY and read them by id. */
#pragma once
#include "base/call.h"
#include "model/event.h"

/* In a transaction: remembers it for after the commit, and adds the row that other nodes tell their streams of. What only this machinery
 * hears (JOBS_ADDED, SETTINGS_CHANGED) has none. */
MUST struct err *store_event_add(struct call *c, enum event_kind kind, int64_t subject_id, struct str topics, struct str payload);

/* app gives the listener at start, before any transaction. It must only queue: it runs on the committing thread. */
void store_on_event(void (*fn)(void *arg, const struct event *e), void *arg);

/* A NOTIFY on the channel "howdah_events" (PostgreSQL): which node wrote, and 1u << lane for each lane that has new jobs. A process that
 * listens sends one for all transactions of some ten milliseconds, others one a transaction. None (the connection was away) reads as
 * everybody and everything. */
struct store_notice {
	int node;
	unsigned lanes;
};
struct store_notice store_notice_read(struct str payload);
/* What a listener of that channel says for its process: sql_listening.say. */
size_t store_notice_say(char *ret, size_t room);

/* Events after `after_id`, oldest first, at most max: how a node catches up with the others. */
MUST struct err *events_after(struct call *c, int64_t after_id, int max, struct event **ret, size_t *ret_n);
MUST struct err *events_last_id(struct call *c, int64_t *ret);
