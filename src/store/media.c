#include "store/media.h"

/* A post for later has it. */
#define UNHELD " AND NOT EXISTS (SELECT 1 FROM scheduled_media h WHERE h.media_id = media.id)"
#define MEDIA_COLUMNS \
	"id, account_id, status_id, position, type, state, mime, file, preview_file, remote_url, remote_preview_url, description, blurhash," \
	" focus_x, focus_y, width, height, preview_width, preview_height, bytes, content_hash, created_us,"\
	" original, duration_ms, frame_rate, bitrate, audio_rate"

static struct media from_row(struct row r)
{
	return (struct media){
		.id = ID(media_id, row_i64(r, 0)), .account = ID(account_id, row_i64(r, 1)), .status = ID(status_id, row_i64(r, 2)),
		.position = (int)row_i64(r, 3), .type = (enum media_type)row_i64(r, 4), .state = (enum media_state)row_i64(r, 5),
		.mime = row_str(r, 6), .file = row_str(r, 7), .preview_file = row_str(r, 8), .remote_url = row_str(r, 9),
		.remote_preview_url = row_str(r, 10), .description = row_str(r, 11), .blurhash = row_str(r, 12), .focus_x = row_f64(r, 13),
		.focus_y = row_f64(r, 14), .has_focus = !row_is_null(r, 13), .width = row_i64(r, 15), .height = row_i64(r, 16),
		.preview_width = row_i64(r, 17), .preview_height = row_i64(r, 18), .bytes = row_i64(r, 19), .content_hash = row_str(r, 20),
		.created_us = row_i64(r, 21), .original = row_str(r, 22), .duration_ms = row_i64(r, 23), .frame_rate = row_str(r, 24),
		.bitrate = row_i64(r, 25), .audio_rate = row_i64(r, 26),
	};
}

static struct err *list(struct call *c, const struct sql_text *q, struct sql_args args, struct media **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct media, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_media_of, "SELECT " MEDIA_COLUMNS " FROM media WHERE status_id IN (@set) ORDER BY status_id, position, id");
SQL(q_media_by_ids, "SELECT " MEDIA_COLUMNS " FROM media WHERE id IN (@set)");
SQL(q_media_loose, "SELECT " MEDIA_COLUMNS " FROM media WHERE status_id IS NULL AND created_us < $1" UNHELD " ORDER BY created_us LIMIT $2");
SQL(q_media_find, "SELECT " MEDIA_COLUMNS " FROM media WHERE id = $1");

struct err *media_of_statuses(struct call *c, const int64_t *status_ids, size_t n, struct media **ret, size_t *ret_n)
{
	return list(c, &q_media_of, ARGS(sql_ids(status_ids, n)), ret, ret_n);
}

struct err *media_by_ids(struct call *c, const int64_t *ids, size_t n, struct media **ret, size_t *ret_n)
{
	return list(c, &q_media_by_ids, ARGS(sql_ids(ids, n)), ret, ret_n);
}

struct err *media_loose_before(struct call *c, int64_t before_us, int max, struct media **ret, size_t *ret_n)
{
	return list(c, &q_media_loose, ARGS(before_us, (int64_t)max), ret, ret_n);
}

struct err *media_find(struct call *c, media_id id, struct media *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_media_find, ARGS(id.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

static struct sql_arg focus(const struct media *m, double v)
{
	return m->has_focus ? sql_arg_f64(v) : sql_arg_str(STR_NONE);
}

SQL(q_media_add,
    "INSERT INTO media (" MEDIA_COLUMNS ")"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,"
    " $26, $27)");

struct err *media_add(struct call *c, const struct media *m)
{
	return db_exec(c, &q_media_add,
		       ARGS(m->id.v, m->account.v, sql_opt(m->status.v), (int64_t)m->position, (int64_t)m->type, (int64_t)m->state, m->mime, m->file,
			    m->preview_file, m->remote_url, m->remote_preview_url, m->description, m->blurhash, focus(m, m->focus_x),
			    focus(m, m->focus_y), m->width, m->height, m->preview_width, m->preview_height, m->bytes, m->content_hash, m->created_us,
			    m->original, m->duration_ms, m->frame_rate, m->bitrate, m->audio_rate),
		       NULL);
}

SQL(q_media_put,
    "UPDATE media SET type = $2, state = $3, mime = $4, file = $5, preview_file = $6, description = $7, blurhash = $8, focus_x = $9, focus_y = $10,"
    " width = $11, height = $12, preview_width = $13, preview_height = $14, bytes = $15 WHERE id = $1");

struct err *media_put(struct call *c, const struct media *m)
{
	return db_exec(c, &q_media_put,
		       ARGS(m->id.v, (int64_t)m->type, (int64_t)m->state, m->mime, m->file, m->preview_file, m->description, m->blurhash,
			    focus(m, m->focus_x), focus(m, m->focus_y), m->width, m->height, m->preview_width, m->preview_height, m->bytes),
		       NULL);
}

/* A preview that stands there was given by its owner. */
#define UNLESS_GIVEN(column, value) column " = CASE WHEN preview_width > 0 THEN " column " ELSE " value " END"
SQL(q_media_converted,
    "UPDATE media SET state = $2, mime = $3, " UNLESS_GIVEN("blurhash", "$4") ", width = $5, height = $6, " UNLESS_GIVEN("preview_width", "$7") ","
    " " UNLESS_GIVEN("preview_height", "$8") ", bytes = $9, duration_ms = $10, frame_rate = $11, bitrate = $12, audio_rate = $13, file = $14,"
    " " UNLESS_GIVEN("preview_file", "$15") ", type = $17 WHERE id = $1 AND state = $16");
SQL(q_media_original_gone, "UPDATE media SET original = NULL WHERE id = $1");

struct err *media_put_converted(struct call *c, const struct media *m, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_media_converted,
		    ARGS(m->id.v, (int64_t)m->state, m->mime, m->blurhash, m->width, m->height, m->preview_width, m->preview_height, m->bytes, m->duration_ms,
			 m->frame_rate, m->bitrate, m->audio_rate, m->file, m->preview_file, (int64_t)MEDIA_STATE_WAITING, (int64_t)m->type),
		    &n));
	*ret_took = n > 0;
	return NULL;
}

SQL(q_media_gifv,
    "UPDATE media SET type = $3, mime = $4, width = $5, height = $6, duration_ms = $7, frame_rate = $8, bitrate = $9"
    " WHERE id = $1 AND remote_url = $2 AND type = $10");

struct err *media_put_gifv(struct call *c, const struct media *m, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_media_gifv,
		    ARGS(m->id.v, m->remote_url, (int64_t)MEDIA_GIFV, m->mime, m->width, m->height, m->duration_ms, m->frame_rate, m->bitrate,
			 (int64_t)MEDIA_IMAGE),
		    &n));
	*ret_took = n > 0;
	return NULL;
}

SQL(q_media_silent, "UPDATE media SET type = $3 WHERE id = $1 AND remote_url = $2 AND type = $4");

struct err *media_put_silent(struct call *c, media_id id, struct str remote_url, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_media_silent, ARGS(id.v, remote_url, (int64_t)MEDIA_GIFV, (int64_t)MEDIA_VIDEO), &n));
	*ret_took = n > 0;
	return NULL;
}

struct err *media_original_gone(struct call *c, media_id id)
{
	return db_exec(c, &q_media_original_gone, ARGS(id.v), NULL);
}

SQL(q_media_attach,
    "UPDATE media SET status_id = $3, position = $4 WHERE id = $1 AND account_id = $2 AND (status_id IS NULL OR status_id = $3)" UNHELD);
SQL(q_media_detach, "UPDATE media SET status_id = NULL, position = 0, created_us = $2 WHERE status_id = $1");
SQL(q_media_expire, "UPDATE media SET created_us = 0 WHERE status_id = $1");
SQL(q_media_drop, "DELETE FROM media WHERE id = $1 AND status_id IS NULL" UNHELD);

struct err *media_attach(struct call *c, account_id owner, status_id to, const media_id *ids, size_t n, int64_t *ret_n)
{
	int64_t took;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {      /* at most media_max, and each has its own place */
		TRY(db_exec(c, &q_media_attach, ARGS(ids[i].v, owner.v, to.v, (int64_t)i), &took));
		*ret_n += took;
	}
	return NULL;
}

struct err *media_detach_all(struct call *c, status_id from)
{
	return db_exec(c, &q_media_detach, ARGS(from.v, c->now_us), NULL);
}

struct err *media_drop_loose(struct call *c, media_id id, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_media_drop, ARGS(id.v), &n));
	*ret_took = n > 0;
	return NULL;
}

SQL(q_media_words, "UPDATE media SET description = $2, focus_x = $3, focus_y = $4 WHERE id = $1 AND status_id IS NULL");
SQL(q_media_preview,
    "UPDATE media SET preview_file = $2, blurhash = $3, preview_width = $4, preview_height = $5 WHERE id = $1 AND status_id IS NULL");

struct err *media_put_words(struct call *c, const struct media *m, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_media_words, ARGS(m->id.v, m->description, focus(m, m->focus_x), focus(m, m->focus_y)), &n));
	*ret_took = n > 0;
	return NULL;
}

struct err *media_put_preview(struct call *c, media_id id, const struct media_preview *p)
{
	return db_exec(c, &q_media_preview, ARGS(id.v, p->file, p->blurhash, p->width, p->height), NULL);
}

struct err *media_expire(struct call *c, status_id of)
{
	return db_exec(c, &q_media_expire, ARGS(of.v), NULL);
}
