/* store/instance.h: what belongs to the installation as a whole: custom emoji. */
#pragma once
#include "store/store.h"

struct emoji_row {
	int64_t id;
	struct str shortcode, file, static_file, category;
	bool visible;
	int64_t created_us;
};
MUST struct err *custom_emojis(struct call *c, struct emoji_row **ret, size_t *ret_n);        /* all, by shortcode; at most 5000 */
MUST struct err *custom_emojis_named(struct call *c, const struct str *shortcodes, size_t n, struct emoji_row **ret, size_t *ret_n);
MUST struct err *custom_emoji_put(struct call *c, const struct emoji_row *e);                 /* in a transaction */
MUST struct err *custom_emoji_drop(struct call *c, struct str shortcode);                      /* in a transaction */
