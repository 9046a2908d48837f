/* acts/mute.h: muting, and private notes about people: what nobody but oneself learns of.
 * https://docs.joinmastodon.org/methods/accounts/#mute */
#pragma once
#include "base/call.h"
#include "model/ids.h"

enum { NOTE_ABOUT_MAX = 2000 };

/* duration_s 0: until it is taken back. Doing it again changes duration and flag. NOT_FOUND: whom is unknown; FORBIDDEN: oneself. */
MUST struct err *acts_mute(struct call *c, account_id who, account_id whom, bool hide_notifications, int64_t duration_s);
MUST struct err *acts_unmute(struct call *c, account_id who, account_id whom);
/* Empty removes it. INVALID: longer than NOTE_ABOUT_MAX characters. */
MUST struct err *acts_note_about(struct call *c, account_id who, account_id whom, struct str comment);
