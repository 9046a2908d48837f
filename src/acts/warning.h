/* acts/warning.h: what moderators tell somebody about their account. https://docs.joinmastodon.org/entities/AccountWarning/ */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

enum { WARNING_TEXT_MAX = 10000, WARNING_STATUSES_MAX = 500 };

struct warning_new {
	account_id by, to;        /* a moderator; one of ours */
	enum warning_action action;
	struct str text;
	const status_id *statuses;      /* that it is about */
	size_t statuses_n;
};
/* Writes it down and tells `to`; does nothing else to the account. NOT_FOUND: `to` is nobody of ours; INVALID: the text or the list is too
 * long. */
MUST struct err *acts_account_warn(struct call *c, const struct warning_new *what, warning_id *ret);
