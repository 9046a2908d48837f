/* acts/links.h: the links of a profile's fields: which of them lead to a page that may prove whose it is, and what became of looking.
 * https://docs.joinmastodon.org/user/profile/#verification */
#pragma once
#include "base/call.h"
#include "model/account.h"

/* A page is looked at again this long after it was last reached; sooner where it was not. */
enum { LINKS_AGAIN_S = 7 * 86400, LINKS_MISSED_S = 86400, FIELDS_READ_MAX = 50 };

/* The address that a field's value (HTML) is: one link that says its own address and nothing beside; none otherwise. */
struct str acts_link_of_field(struct call *c, struct str value);

/* In a transaction: queues looking at the links of these fields, where there is one. all: also those that are verified. */
MUST struct err *acts__links_queue(struct call *c, const struct account *a, bool all);
/* The fields of another server's account as it says them, with what was verified here of the same values. */
struct str acts__links_kept(struct call *c, struct str fields, const struct account *old);

enum link_found { LINK_PROVEN, LINK_NOT_PROVEN, LINK_NOT_REACHED };
struct link_look {
	struct str value;             /* of the field, as it was when it was looked at */
	enum link_found found;
};
/* A proven one is verified from now on, or still; one whose page no longer links back is so no longer; one that was not reached stays as it
 * is. Fields that have changed meanwhile are left alone. Sets when they are looked at again (accounts here). */
MUST struct err *acts_links_looked(struct call *c, account_id who, const struct link_look *looks, size_t n);

/* Recurring: queues looking again at the links of accounts here whose turn it is. */
MUST struct err *acts_links_again(struct call *c);
