#include "store/audit.h"

#include "store/store.h"

SQL(q_audit_add, "INSERT INTO audit_log (id, by_whom, what, n, created_us) VALUES ($1, $2, $3, $4, $5)");
SQL(q_audit_more, "UPDATE audit_log SET n = n + $2 WHERE id = $1");
SQL(q_audit_newest, "SELECT id, by_whom, what, n, created_us FROM audit_log ORDER BY id DESC LIMIT $1");

struct err *audit_add(struct call *c, struct audit_entry *e)
{
	if (e->id)
		return db_exec(c, &q_audit_more, ARGS(e->id, e->n), NULL);
	e->id = id_next(c);
	return db_exec(c, &q_audit_add, ARGS(e->id, e->by, e->what, e->n, c->now_us), NULL);
}

struct err *audit_newest(struct call *c, int64_t max, struct audit_entry **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_audit_newest, ARGS(max), &rows));
	*ret = arena_array(c->arena, struct audit_entry, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct audit_entry){ row_i64(r, 0), row_str(r, 1), row_str(r, 2), row_i64(r, 3), row_i64(r, 4) };
	}
	return NULL;
}
