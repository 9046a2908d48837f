/* acts/synchronize.h: what is believed here of who follows whom, brought in line with what the followed one's server says (FEP-8fcf). */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { SYNCHRONIZE_MAX = 5000, SYNCHRONIZE_UNDO_MAX = 200 };

/* whom, elsewhere, says that exactly these of ours follow. Who follows here since before asked_us and is not among them follows no
 * longer; who is among them and does not follow, whose request waits, was let in, and of anybody else their server hears an Undo. */
MUST struct err *acts_followers_synchronize(struct call *c, account_id whom, const account_id *said, size_t n, int64_t asked_us);
