#include "acts/emoji.h"

#include "store/instance.h"

struct change {
	struct emoji_row row;
	struct emoji_picture was;
};

struct err *acts_emoji_check(struct call *c, struct str shortcode)
{
	bool ok = shortcode.n >= EMOJI_SHORTCODE_MIN && shortcode.n <= EMOJI_SHORTCODE_MAX;

	for (size_t i = 0; i < shortcode.n; i++) {
		char ch = shortcode.p[i];

		ok = ok && ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_');
	}
	return ok ? NULL :
		    FAIL(c->arena, ERR_INVALID, "a shortcode has %d to %d characters of A-Z, a-z, 0-9 and _", EMOJI_SHORTCODE_MIN, EMOJI_SHORTCODE_MAX);
}

/* What stands under the change's shortcode. */
static struct err *take_old(struct call *c, struct change *ch, bool *ret_found)
{
	struct emoji_row *rows;
	size_t n;

	TRY(custom_emojis_named(c, &ch->row.shortcode, 1, &rows, &n));
	ch->was = n ? (struct emoji_picture){ rows[0].file, rows[0].static_file } : (struct emoji_picture){ STR_NONE, STR_NONE };
	*ret_found = n > 0;
	return NULL;
}

static struct err *put(struct call *c, void *arg)
{
	struct change *ch = arg;
	bool found;

	TRY(take_old(c, ch, &found));
	return custom_emoji_put(c, &ch->row);
}

struct err *acts_emoji_put(struct call *c, struct str shortcode, struct str category, const struct emoji_picture *picture,
			   struct emoji_picture *ret_replaced)
{
	struct change ch = { .row = { .shortcode = shortcode, .file = picture->file, .static_file = picture->static_file,
				      .category = category.n ? category : STR_NONE, .visible = true, .created_us = c->now_us } };

	TRY(acts_emoji_check(c, shortcode));
	ch.row.id = id_next(c);
	TRY(store_tx(c, put, &ch));
	*ret_replaced = ch.was;
	return NULL;
}

static struct err *drop(struct call *c, void *arg)
{
	struct change *ch = arg;
	bool found;

	TRY(take_old(c, ch, &found));
	if (!found)
		return FAIL(c->arena, ERR_NOT_FOUND, "there is no emoji '" STR_FMT "'", STR_ARG(ch->row.shortcode));
	return custom_emoji_drop(c, ch->row.shortcode);
}

struct err *acts_emoji_drop(struct call *c, struct str shortcode, struct emoji_picture *ret)
{
	struct change ch = { .row.shortcode = shortcode };

	TRY(store_tx(c, drop, &ch));
	*ret = ch.was;
	return NULL;
}
