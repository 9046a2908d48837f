/* notify/hub.h: open streams and what they are told. https://docs.joinmastodon.org/methods/streaming/
 *
 * One thread renders and sends; its queue is bounded, and what does not fit is read from the table of events, as is what other processes
 * wrote: once a second while anybody listens, and when app says that there is something new. */
#pragma once
#include "base/call.h"
#include "gate/endpoint.h"

struct event;
struct hub;

struct hub_how {
	struct world *world;
	struct sql_db *db;
	struct ids *ids;
	const struct house *house;
};
/* Lives in the arena. Set house->hub to it before the server starts. */
struct hub *notify_hub_create(struct arena *a, const struct hub_how *how);
MUST struct err *notify_hub_start(struct arena *a, struct hub *h);
/* After server_stop(), when no stream is open any more. notify_event() and notify_catch_up() stay harmless. */
void notify_hub_stop(struct hub *h);

/* What store_on_event() wants: arg is the hub. On the committing thread; only queues a copy. */
void notify_event(void *arg, const struct event *e);
/* Others may have written events. Any thread. */
void notify_catch_up(struct hub *h);

extern const struct endpoint *const notify_tables[];
