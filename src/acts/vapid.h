/* acts/vapid.h: the server's key pair for Web Push (RFC 8292). */
#pragma once
#include "base/call.h"

/* Makes the pair where there is none yet: the public key in the clear, the private one sealed. Safe where two nodes start at once. */
MUST struct err *acts_vapid_make(struct call *c);
