/* store/relay.h: rows of relays: the inboxes that public posts are passed to, and whether the relay agreed. A handful. */
#pragma once
#include "model/enums.h"
#include "store/store.h"

struct relay {
	int64_t id;
	struct str inbox_uri, follow_uri;     /* where it reads; the Follow that asked it */
	enum relay_state state;
	int64_t created_us, answered_us;      /* answered 0: not yet */
};
enum { RELAYS_MAX = 50 };

/* In a transaction. *ret_new: false where one with this inbox stands. */
MUST struct err *relay_add(struct call *c, const struct relay *r, bool *ret_new);
MUST struct err *relay_drop(struct call *c, struct str inbox_uri, struct relay *ret, bool *ret_was);
/* The relay that was asked so answers now. *ret_was: there is one, at an inbox that begins with place ("https://relay.example/"). */
MUST struct err *relay_answer(struct call *c, struct str follow_uri, struct str place, enum relay_state state, bool *ret_was);

MUST struct err *relays_all(struct call *c, struct relay **ret, size_t *ret_n);
/* Is one of these the inbox of a relay that agreed? Either may be none. */
MUST struct err *relay_is(struct call *c, struct str inbox_uri, struct str shared_inbox_uri, bool *ret);
