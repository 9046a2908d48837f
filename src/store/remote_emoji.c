#include "store/remote_emoji.h"

#define COLUMNS "id, domain, shortcode, url, updated_us, used_us, failed_us"
enum { COLUMNS_N = 7 };

SQL(q_remote_emojis_named, "SELECT " COLUMNS " FROM remote_emojis WHERE domain = $1 AND shortcode IN (@set)");

struct err *remote_emojis_named(struct call *c, struct str domain, const struct str *shortcodes, size_t n, struct remote_emoji **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_remote_emojis_named, ARGS(domain, sql_strs(shortcodes, n)), &rows));
	*ret = arena_array(c->arena, struct remote_emoji, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct remote_emoji){ .id = row_i64(r, 0), .domain = row_str(r, 1), .shortcode = row_str(r, 2), .url = row_str(r, 3),
						   .updated_us = row_i64(r, 4), .used_us = row_i64(r, 5), .failed_us = row_i64(r, 6) };
	}
	return NULL;
}

SQL(q_remote_emojis_put,
    "INSERT INTO remote_emojis (" COLUMNS ") VALUES @rows ON CONFLICT (domain, shortcode) DO UPDATE SET id = excluded.id, url = excluded.url,"
    " updated_us = excluded.updated_us, used_us = excluded.used_us, failed_us = excluded.failed_us");

struct err *remote_emojis_put(struct call *c, const struct remote_emoji *v, size_t n)
{
	struct sql_arg *args = arena_array(c->arena, struct sql_arg, n * COLUMNS_N + 1);

	for (size_t i = 0; i < n; i++) {
		struct sql_arg *a = args + i * COLUMNS_N;

		a[0] = SQL_ARG(v[i].id);
		a[1] = SQL_ARG(v[i].domain);
		a[2] = SQL_ARG(v[i].shortcode);
		a[3] = SQL_ARG(v[i].url);
		a[4] = SQL_ARG(v[i].updated_us);
		a[5] = SQL_ARG(v[i].used_us);
		a[6] = SQL_ARG(v[i].failed_us);
	}
	return n ? db_insert_rows(c, &q_remote_emojis_put, COLUMNS_N, args, n) : NULL;
}

SQL(q_remote_emoji_fetched, "UPDATE remote_emojis SET used_us = $2, failed_us = $3 WHERE id = $1");

struct err *remote_emoji_fetched(struct call *c, int64_t id, int64_t used_us, int64_t failed_us)
{
	return db_exec(c, &q_remote_emoji_fetched, ARGS(id, used_us, failed_us), NULL);
}

SQL(q_remote_emojis_trim_domain,
    "DELETE FROM remote_emojis WHERE id IN (SELECT id FROM remote_emojis WHERE domain = $1 ORDER BY used_us DESC LIMIT $3 OFFSET $2)");
SQL(q_remote_emojis_trim,
    "DELETE FROM remote_emojis WHERE id IN (SELECT id FROM remote_emojis ORDER BY used_us DESC LIMIT $2 OFFSET $1)");

struct err *remote_emojis_trim_domain(struct call *c, struct str domain, int64_t keep, int64_t drop, int64_t *ret_n)
{
	return db_exec(c, &q_remote_emojis_trim_domain, ARGS(domain, keep, drop), ret_n);
}

struct err *remote_emojis_trim(struct call *c, int64_t keep, int64_t drop, int64_t *ret_n)
{
	return db_exec(c, &q_remote_emojis_trim, ARGS(keep, drop), ret_n);
}

SQL(q_remote_emojis_drop, "DELETE FROM remote_emojis WHERE domain = $1");

struct err *remote_emojis_drop(struct call *c, struct str domain) { return db_exec(c, &q_remote_emojis_drop, ARGS(domain), NULL); }
