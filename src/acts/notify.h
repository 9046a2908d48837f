/* acts/notify.h: telling people here what others did. Whether somebody is told, and how it is grouped, is decided when the job runs. */
#pragma once
#include "base/call.h"
#include "model/enums.h"
#include "model/ids.h"

/* In a transaction. about: the post, or none. Where `to` is not one of ours the job ends without a word. */
MUST struct err *acts_notify_add(struct call *c, enum notification_type type, account_id to, account_id from, status_id about);
