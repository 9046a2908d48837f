#include "store/proxy.h"

#include "store/store_priv.h"

#define PROXY_COLUMNS "kind, ref_id, source_url, file, mime, bytes, fetched_us"

static struct proxy_file from_row(struct row r)
{
	return (struct proxy_file){ .kind = row_i64(r, 0), .ref_id = row_i64(r, 1), .source_url = row_str(r, 2), .file = row_str(r, 3),
				    .mime = row_str(r, 4), .bytes = row_i64(r, 5), .fetched_us = row_i64(r, 6) };
}

SQL(q_proxy_find, "SELECT " PROXY_COLUMNS " FROM proxy_files WHERE kind = $1 AND ref_id = $2");

struct err *proxy_file_find(struct call *c, int64_t kind, int64_t ref_id, struct proxy_file *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_proxy_find, ARGS(kind, ref_id), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

SQL(q_proxy_put,
    "INSERT INTO proxy_files (" PROXY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, ref_id) DO UPDATE"
    " SET source_url = excluded.source_url, file = excluded.file, mime = excluded.mime, bytes = excluded.bytes, fetched_us = excluded.fetched_us");

struct err *proxy_file_put(struct call *c, const struct proxy_file *f)
{
	return db_exec(c, &q_proxy_put, ARGS(f->kind, f->ref_id, f->source_url, f->file, f->mime, f->bytes, f->fetched_us), NULL);
}

SQL(q_proxy_drop, "DELETE FROM proxy_files WHERE kind = $1 AND ref_id = $2 AND file = $3");

struct err *proxy_file_drop(struct call *c, const struct proxy_file *f, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_proxy_drop, ARGS(f->kind, f->ref_id, f->file), &n));
	*ret_took = n > 0;
	return NULL;
}

SQL(q_proxy_before, "SELECT " PROXY_COLUMNS " FROM proxy_files WHERE fetched_us < $1 ORDER BY fetched_us LIMIT $2");

struct err *proxy_files_before(struct call *c, int64_t before_us, int max, struct proxy_file **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_proxy_before, ARGS(before_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct proxy_file, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

/* An id is of one table or another; the address says which. */
SQL(q_proxy_expire,
    "UPDATE proxy_files SET fetched_us = 0 WHERE fetched_us > 0 AND (source_url LIKE '%://' || $2 || '/%' ESCAPE '\\'"
    " OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = proxy_files.ref_id AND a.domain = $1"
    " AND (a.avatar_remote_url = proxy_files.source_url OR a.header_remote_url = proxy_files.source_url))"
    " OR EXISTS (SELECT 1 FROM media m JOIN accounts a ON a.id = m.account_id WHERE m.id = proxy_files.ref_id AND a.domain = $1"
    " AND m.remote_url = proxy_files.source_url)"
    " OR EXISTS (SELECT 1 FROM remote_emojis e WHERE e.id = proxy_files.ref_id AND e.domain = $1 AND e.url = proxy_files.source_url))");

struct err *proxy_files_expire(struct call *c, struct str domain)
{
	return db_exec(c, &q_proxy_expire, ARGS(domain, store__like_text(c, domain)), NULL);
}

SQL(q_proxy_bytes, "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM proxy_files");

struct err *proxy_files_bytes(struct call *c, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_proxy_bytes, ARGS0, &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}
