#include "store/edit.h"

SQL(q_edit_add,
    "INSERT INTO status_edits (id, status_id, text, content, spoiler_text, sensitive, media, poll, emojis, created_us, content_type)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
SQL(q_edits,
    "SELECT text, content, spoiler_text, sensitive, media, poll, emojis, created_us, content_type FROM status_edits"
    " WHERE status_id = $1 ORDER BY id LIMIT $2");

struct err *status_edit_add(struct call *c, const struct status_edit *e)
{
	return db_exec(c, &q_edit_add,
		       ARGS(id_next(c), e->status.v, e->text, e->content, e->spoiler_text, (int64_t)e->sensitive, e->media, e->poll, e->emojis,
			    e->created_us, (int64_t)e->content_type),
		       NULL);
}

struct err *status_edits(struct call *c, status_id of, int max, struct status_edit **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_edits, ARGS(of.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct status_edit, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct status_edit){ .status = of, .text = row_str(r, 0), .content = row_str(r, 1), .spoiler_text = row_str(r, 2),
						  .sensitive = row_bool(r, 3), .media = row_str(r, 4), .poll = row_str(r, 5), .emojis = row_str(r, 6),
						  .created_us = row_i64(r, 7), .content_type = (enum content_type)row_i64(r, 8) };
	}
	return NULL;
}
