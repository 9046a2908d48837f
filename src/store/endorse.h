/* store/endorse.h: rows of whom somebody recommends on their profile. Pages of them are in relation.h (LIST_ENDORSEMENTS). */
#pragma once
#include "store/store.h"

/* In a transaction. Nothing where it stands already, or who does not follow whom. */
MUST struct err *endorsement_add(struct call *c, account_id who, account_id whom);
MUST struct err *endorsement_drop(struct call *c, account_id who, account_id whom);
