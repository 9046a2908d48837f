#include "store/import.h"

#define COLUMNS "id, account_id, kind, overwrite, state, file_name, total, done, failed, created_us, ended_us"
SQL(q_import_add,
    "INSERT INTO imports (" COLUMNS ") SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), 0,"
    " CAST($5 AS TEXT), CAST($6 AS BIGINT), 0, 0, CAST($7 AS BIGINT), 0"
    " WHERE NOT EXISTS (SELECT 1 FROM imports i WHERE i.account_id = $2 AND i.ended_us = 0 AND i.created_us > $8)");
SQL(q_import_rows_add, "INSERT INTO import_rows (import_id, position, state, line) VALUES @rows");
enum { ROW_COLUMNS = 4 };

struct err *import_add(struct call *c, const struct import *i, const struct str *lines, size_t n, bool *ret_made)
{
	struct sql_arg *values = arena_array(c->arena, struct sql_arg, n * ROW_COLUMNS + 1), *at = values;
	int64_t made;

	TRY(db_exec(c, &q_import_add,
		    ARGS(i->id, i->account.v, (int64_t)i->kind, (int64_t)i->overwrite, i->file_name, (int64_t)n, i->created_us,
			 i->created_us - 7 * US_PER_DAY),
		    &made));
	*ret_made = made > 0;
	if (!made || n == 0)
		return NULL;
	for (size_t k = 0; k < n; k++) {
		*at++ = sql_arg_i64(i->id);
		*at++ = sql_arg_i64((int64_t)k + 1);
		*at++ = sql_arg_i64(IMPORT_ROWS_WAITING);
		*at++ = sql_arg_str(lines[k]);
	}
	return db_insert_rows(c, &q_import_rows_add, ROW_COLUMNS, values, n);
}

static struct import from_row(struct row r)
{
	return (struct import){
		.id = row_i64(r, 0), .account = ID(account_id, row_i64(r, 1)), .kind = (enum data_kind)row_i64(r, 2), .overwrite = row_bool(r, 3),
		.state = (enum import_state)row_i64(r, 4), .file_name = row_str(r, 5), .total = row_i64(r, 6), .done = row_i64(r, 7),
		.failed = row_i64(r, 8), .created_us = row_i64(r, 9), .ended_us = row_i64(r, 10),
	};
}

SQL(q_import_find, "SELECT " COLUMNS " FROM imports WHERE id = $1");
SQL(q_imports_of, "SELECT " COLUMNS " FROM imports WHERE account_id = $1 ORDER BY id DESC LIMIT $2");
SQL(q_import_state, "UPDATE imports SET state = $2, ended_us = $3 WHERE id = $1");

struct err *import_find(struct call *c, int64_t id, struct import *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_import_find, ARGS(id), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

struct err *imports_of(struct call *c, account_id who, int max, struct import **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_imports_of, ARGS(who.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct import, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

struct err *import_state_put(struct call *c, int64_t id, enum import_state state)
{
	return db_exec(c, &q_import_state, ARGS(id, (int64_t)state, state == IMPORT_ENDED ? c->now_us : 0), NULL);
}

SQL(q_import_rows, "SELECT position, line FROM import_rows WHERE import_id = $1 AND state = $2 AND position > $3 ORDER BY position LIMIT $4");

struct err *import_rows_find(struct call *c, int64_t id, enum import_rows which, int64_t after, int max, struct import_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_import_rows, ARGS(id, (int64_t)which, after, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct import_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct import_row){ row_i64(sql_row(&rows, i), 0), row_str(sql_row(&rows, i), 1) };
	return NULL;
}

SQL(q_import_row_drop, "DELETE FROM import_rows WHERE import_id = $1 AND position = $2 AND state = 0");
SQL(q_import_row_fail, "UPDATE import_rows SET state = 1 WHERE import_id = $1 AND position = $2 AND state = 0");
SQL(q_import_count, "UPDATE imports SET done = done + 1, failed = failed + $2 WHERE id = $1");

struct err *import_row_end(struct call *c, int64_t id, int64_t position, bool failed)
{
	int64_t n;

	TRY(db_exec(c, failed ? &q_import_row_fail : &q_import_row_drop, ARGS(id, position), &n));
	return n ? db_exec(c, &q_import_count, ARGS(id, (int64_t)failed), NULL) : NULL;
}

SQL(q_imports_old_rows,
    "DELETE FROM import_rows WHERE import_id IN (SELECT i.id FROM imports i WHERE i.id < $1 ORDER BY i.id LIMIT $2)");
SQL(q_imports_old, "DELETE FROM imports WHERE id IN (SELECT i.id FROM imports i WHERE i.id < $1 ORDER BY i.id LIMIT $2)");

struct err *imports_drop_old(struct call *c, int64_t before_us, int max, int64_t *ret_n)
{
	int64_t before = (before_us / 1000) << 16;      /* ids are times */

	TRY(db_exec(c, &q_imports_old_rows, ARGS(before, (int64_t)max), NULL));
	return db_exec(c, &q_imports_old, ARGS(before, (int64_t)max), ret_n);
}
