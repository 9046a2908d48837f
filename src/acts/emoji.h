/* acts/emoji.h: the instance's own emoji: ":shortcode:" for a picture whose files stand in storage. */
#pragma once
#include "base/call.h"

enum { EMOJI_SHORTCODE_MIN = 2, EMOJI_SHORTCODE_MAX = 128 };

struct emoji_picture {
	struct str file, static_file;         /* none, none: there was none */
};

/* Fails: INVALID  a shortcode is EMOJI_SHORTCODE_MIN to _MAX of A-Z, a-z, 0-9 and _. */
MUST struct err *acts_emoji_check(struct call *c, struct str shortcode);
/* Adds it, or gives it another picture; *ret_replaced names files that belong to nobody now. Fails: INVALID  as above. */
MUST struct err *acts_emoji_put(struct call *c, struct str shortcode, struct str category, const struct emoji_picture *picture,
				struct emoji_picture *ret_replaced);
/* *ret names the files that belong to nobody now. Fails: NOT_FOUND. */
MUST struct err *acts_emoji_drop(struct call *c, struct str shortcode, struct emoji_picture *ret);
