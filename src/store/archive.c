#include "store/archive.h"

#define ARCHIVE_COLUMNS "account_id, asked_us, ready_us, file, bytes, posts"
SQL(q_archive, "SELECT " ARCHIVE_COLUMNS " FROM archives WHERE account_id = $1");
SQL(q_archives_before, "SELECT " ARCHIVE_COLUMNS " FROM archives WHERE asked_us < $1 ORDER BY asked_us LIMIT $2");

static struct own_archive from_row(struct row r)
{
	return (struct own_archive){ ID(account_id, row_i64(r, 0)), row_i64(r, 1), row_i64(r, 2), row_str(r, 3), row_i64(r, 4), row_i64(r, 5) };
}

struct err *archive_find(struct call *c, account_id who, struct own_archive *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_archive, ARGS(who.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

struct err *archives_before(struct call *c, int64_t before_us, int max, struct own_archive **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_archives_before, ARGS(before_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct own_archive, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

static struct err *took(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

SQL(q_archive_ask,
    "INSERT INTO archives (account_id, asked_us, ready_us, file, bytes, posts) VALUES ($1, $2, 0, NULL, 0, 0)"
    " ON CONFLICT (account_id) DO UPDATE SET asked_us = excluded.asked_us, ready_us = 0, bytes = 0, posts = 0 WHERE archives.asked_us <= $3");
SQL(q_archive_name, "UPDATE archives SET file = $3 WHERE account_id = $1 AND asked_us = $2 AND ready_us = 0");
SQL(q_archive_ready, "UPDATE archives SET ready_us = $3, bytes = $4, posts = $5 WHERE account_id = $1 AND file = $2 AND ready_us = 0");
SQL(q_archive_drop, "DELETE FROM archives WHERE account_id = $1 AND asked_us = $2");

struct err *archive_ask(struct call *c, account_id who, int64_t again_us, bool *ret_took)
{
	return took(c, &q_archive_ask, ARGS(who.v, c->now_us, again_us), ret_took);
}

struct err *archive_name(struct call *c, account_id who, int64_t asked_us, struct str file, bool *ret_took)
{
	return took(c, &q_archive_name, ARGS(who.v, asked_us, file), ret_took);
}

struct err *archive_ready(struct call *c, const struct own_archive *a, bool *ret_took)
{
	return took(c, &q_archive_ready, ARGS(a->account.v, a->file, a->ready_us, a->bytes, a->posts), ret_took);
}

struct err *archive_drop(struct call *c, account_id who, int64_t asked_us)
{
	return db_exec(c, &q_archive_drop, ARGS(who.v, asked_us), NULL);
}

/* ---- what goes into one ---- */

SQL(q_archive_posts, "SELECT id FROM statuses WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3");

struct err *archive_posts(struct call *c, account_id of, int64_t after, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_archive_posts, ARGS(of.v, after, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_archive_files,
    "SELECT id, file FROM media WHERE account_id = $1 AND id > $2 AND status_id IS NOT NULL AND file IS NOT NULL AND state = $4"
    " ORDER BY id LIMIT $3");

struct err *archive_files(struct call *c, account_id of, int64_t after, int max, struct archive_file **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_archive_files, ARGS(of.v, after, (int64_t)max, (int64_t)MEDIA_STATE_READY), &rows));
	*ret = arena_array(c->arena, struct archive_file, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct archive_file){ row_i64(sql_row(&rows, i), 0), row_str(sql_row(&rows, i), 1) };
	return NULL;
}

#define MARKS(table) \
	"SELECT m.id, s.uri FROM " table " m JOIN statuses s ON s.id = m.status_id WHERE m.account_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3"
SQL(q_archive_likes, MARKS("favourites"));
SQL(q_archive_bookmarks, MARKS("bookmarks"));

struct err *archive_marks(struct call *c, account_id of, bool likes, int64_t after, int max, struct archive_mark **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, likes ? &q_archive_likes : &q_archive_bookmarks, ARGS(of.v, after, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct archive_mark, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct archive_mark){ row_i64(sql_row(&rows, i), 0), row_str(sql_row(&rows, i), 1) };
	return NULL;
}
