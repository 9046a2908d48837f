#include "store/email_block.h"

SQL(q_email_blocks_all, "SELECT domain, by_whom, created_us FROM email_blocks ORDER BY domain LIMIT 20000");
SQL(q_email_blocks_any, "SELECT 1 FROM email_blocks LIMIT 1");
SQL(q_email_blocks_have, "SELECT 1 FROM email_blocks WHERE domain IN (@set) LIMIT 1");

struct err *email_blocks_all(struct call *c, struct email_block **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_email_blocks_all, ARGS0, &rows));
	*ret = arena_array(c->arena, struct email_block, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct email_block){ row_str(r, 0), row_str(r, 1), row_i64(r, 2) };
	}
	return NULL;
}

struct err *email_blocks_any(struct call *c, bool *ret)
{
	struct row r;

	return db_one(c, &q_email_blocks_any, ARGS0, &r, ret);
}

struct err *email_blocks_have(struct call *c, const struct str *domains, size_t n, bool *ret)
{
	struct row r;

	return db_one(c, &q_email_blocks_have, ARGS(sql_strs(domains, n)), &r, ret);
}

SQL(q_email_blocks_count, "SELECT count(*) FROM email_blocks");
SQL(q_email_block_add, "INSERT INTO email_blocks (id, domain, by_whom, created_us) VALUES ($1, $2, $3, $4) ON CONFLICT (domain) DO NOTHING");
SQL(q_email_block_drop, "DELETE FROM email_blocks WHERE domain = $1");

struct err *email_block_add(struct call *c, struct str domain, struct str by, bool *ret_new)
{
	struct row r;
	int64_t n;

	TRY(db_one(c, &q_email_blocks_count, ARGS0, &r, ret_new));
	if (row_i64(r, 0) >= EMAIL_BLOCKS_MAX)
		return FAIL(c->arena, ERR_INVALID, "%d e-mail domains are blocked already", (int)EMAIL_BLOCKS_MAX);
	TRY(db_exec(c, &q_email_block_add, ARGS(id_next(c), domain, by, c->now_us), &n));
	*ret_new = n > 0;
	return NULL;
}

struct err *email_block_drop(struct call *c, struct str domain, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_email_block_drop, ARGS(domain), &n));
	*ret_was = n > 0;
	return NULL;
}
