#include "store/instance.h"

#define EMOJI_COLUMNS "id, shortcode, file, static_file, visible, category, created_us"

static struct err *list(struct call *c, const struct sql_text *q, struct sql_args args, struct emoji_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct emoji_row, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct emoji_row){ .id = row_i64(r, 0), .shortcode = row_str(r, 1), .file = row_str(r, 2), .static_file = row_str(r, 3),
						.visible = row_bool(r, 4), .category = row_str(r, 5), .created_us = row_i64(r, 6) };
	}
	return NULL;
}

SQL(q_emojis_all, "SELECT " EMOJI_COLUMNS " FROM custom_emojis ORDER BY shortcode LIMIT 5000");
SQL(q_emojis_named, "SELECT " EMOJI_COLUMNS " FROM custom_emojis WHERE shortcode IN (@set)");
SQL(q_emoji_put,
    "INSERT INTO custom_emojis (" EMOJI_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (shortcode) DO UPDATE"
    " SET file = excluded.file, static_file = excluded.static_file, visible = excluded.visible, category = excluded.category");

struct err *custom_emojis(struct call *c, struct emoji_row **ret, size_t *ret_n)
{
	return list(c, &q_emojis_all, ARGS0, ret, ret_n);
}

struct err *custom_emojis_named(struct call *c, const struct str *shortcodes, size_t n, struct emoji_row **ret, size_t *ret_n)
{
	return list(c, &q_emojis_named, ARGS(sql_strs(shortcodes, n)), ret, ret_n);
}

struct err *custom_emoji_put(struct call *c, const struct emoji_row *e)
{
	return db_exec(c, &q_emoji_put, ARGS(e->id, e->shortcode, e->file, e->static_file, (int64_t)e->visible, e->category, e->created_us), NULL);
}

SQL(q_emoji_drop, "DELETE FROM custom_emojis WHERE shortcode = $1");

struct err *custom_emoji_drop(struct call *c, struct str shortcode)
{
	return db_exec(c, &q_emoji_drop, ARGS(shortcode), NULL);
}
