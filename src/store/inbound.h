/* store/inbound.h: which activities were accepted already, so that one that comes twice is processed once. */
#pragma once
#include "store/store.h"

MUST struct err *activity_seen(struct call *c, struct str key, bool *ret);
/* In a transaction. *ret_new: false where it was there. */
MUST struct err *activity_note(struct call *c, struct str key, bool *ret_new);
/* The same. *ret_ails, where it is new: deliveries to that host fail or are parked, so its host_alive() has something to do. */
MUST struct err *activity_note_from(struct call *c, struct str key, struct str host, bool *ret_new, bool *ret_ails);
