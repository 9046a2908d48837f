#include "store/quote.h"

#include "store/standing_priv.h"

#define QUOTE_COLUMNS \
	"q.id, q.status_id, q.account_id, q.quoted_id, q.quoted_account_id, q.quoted_uri, q.state, q.legacy, q.approval_uri, q.request_uri," \
	" q.created_us, q.version, q.due_us"

static void from_row(struct row r, struct quote *q)
{
	*q = (struct quote){
		.id = ID(quote_id, row_i64(r, 0)), .status = ID(status_id, row_i64(r, 1)), .account = ID(account_id, row_i64(r, 2)),
		.quoted = ID(status_id, row_i64(r, 3)), .quoted_account = ID(account_id, row_i64(r, 4)), .quoted_uri = row_str(r, 5),
		.state = (enum quote_state)row_i64(r, 6), .legacy = row_bool(r, 7), .approval_uri = row_str(r, 8), .request_uri = row_str(r, 9),
		.created_us = row_i64(r, 10), .version = row_i64(r, 11), .due_us = row_i64(r, 12),
	};
}

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct quote *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, args, &r, ret_found));
	if (*ret_found)
		from_row(r, ret);
	return NULL;
}

SQL(q_quote_find, "SELECT " QUOTE_COLUMNS " FROM quotes q WHERE q.id = $1");
SQL(q_quote_of_status, "SELECT " QUOTE_COLUMNS " FROM quotes q WHERE q.status_id = $1");
SQL(q_quote_find_request, "SELECT " QUOTE_COLUMNS " FROM quotes q WHERE q.request_uri = $1 ORDER BY q.id LIMIT 1");

struct err *quote_find(struct call *c, quote_id id, struct quote *ret, bool *ret_found)
{
	return one(c, &q_quote_find, ARGS(id.v), ret, ret_found);
}

struct err *quote_of_status(struct call *c, status_id id, struct quote *ret, bool *ret_found)
{
	return one(c, &q_quote_of_status, ARGS(id.v), ret, ret_found);
}

struct err *quote_find_request(struct call *c, struct str request_uri, struct quote *ret, bool *ret_found)
{
	return one(c, &q_quote_find_request, ARGS(request_uri), ret, ret_found);
}

SQL(q_quotes_approved_by,
    "SELECT " QUOTE_COLUMNS " FROM quotes q WHERE q.approval_uri = $1"
    " AND (CAST($2 AS BIGINT) = 0 OR q.quoted_account_id = $2) ORDER BY q.id LIMIT $3");

struct err *quotes_approved_by(struct call *c, struct str approval_uri, account_id quoted_account, int max, struct quote **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_quotes_approved_by, ARGS(approval_uri, quoted_account.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct quote, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		from_row(sql_row(&rows, i), &(*ret)[i]);
	return NULL;
}

SQL(q_quotes_of_statuses, "SELECT " QUOTE_COLUMNS " FROM quotes q WHERE q.status_id IN (@set)");

struct err *quotes_of_statuses(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_status)
{
	struct sql_rows rows = { 0 };

	*ret_by_status = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_quotes_of_statuses, ARGS(sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct quote *q = arena_new(c->arena, struct quote);

		from_row(sql_row(&rows, i), q);
		map_put_i64(*ret_by_status, q->status.v, q);
	}
	return NULL;
}

#define QUOTES_PAGE \
	"SELECT q.id, q.status_id FROM quotes q JOIN accounts a ON a.id = q.account_id WHERE q.quoted_id = $1 AND q.state = 1" \
	" AND " SQL_STANDS("a") \
	" AND (CAST($2 AS BIGINT) = 0 OR (NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $2 AND b.target_id = q.account_id)" \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = q.account_id AND b.target_id = $2)" \
	" AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = $2 AND m.target_id = q.account_id AND (m.expires_us = 0 OR m.expires_us > $3))" \
	" AND NOT EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = $2 AND d.domain = a.domain)))" \
	" AND q.id < $4 AND q.id > $5 ORDER BY q.id"
SQL(q_quotes_down, QUOTES_PAGE " DESC LIMIT $6");
SQL(q_quotes_up, QUOTES_PAGE " LIMIT $6");

struct err *quotes_page(struct call *c, status_id of, account_id viewer, const struct page *p, struct quote_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_quotes_up : &q_quotes_down,
		    ARGS(of.v, viewer.v, c->now_us, p->max_id ? p->max_id : INT64_MAX, p->min_id ? p->min_id : p->since_id, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct quote_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, p->min_id ? rows.n - 1 - i : i);

		(*ret)[i] = (struct quote_row){ row_i64(r, 0), row_i64(r, 1) };
	}
	return NULL;
}

SQL(q_quoters_here,
    "SELECT q.id, q.status_id, q.account_id FROM quotes q JOIN users u ON u.account_id = q.account_id"
    " WHERE q.quoted_id = $1 AND q.state = 1 AND q.id > $2 ORDER BY q.id LIMIT $3");

struct err *quoters_here(struct call *c, status_id of, quote_id after, int max, struct quoter **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_quoters_here, ARGS(of.v, after.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct quoter, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct quoter){ ID(quote_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)) };
	}
	return NULL;
}

SQL(q_quote_add,
    "INSERT INTO quotes (id, status_id, account_id, quoted_id, quoted_account_id, quoted_uri, state, legacy, approval_uri, request_uri, created_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");

struct err *quote_add(struct call *c, const struct quote *q)
{
	return db_exec(c, &q_quote_add,
		       ARGS(q->id.v, q->status.v, q->account.v, sql_opt(q->quoted.v), sql_opt(q->quoted_account.v), q->quoted_uri, (int64_t)q->state,
			    (int64_t)q->legacy, q->approval_uri, q->request_uri, q->created_us),
		       NULL);
}

SQL(q_quote_put,
    "UPDATE quotes SET quoted_id = $2, quoted_account_id = $3, quoted_uri = $4, state = $5, legacy = $6, approval_uri = $7, request_uri = $8,"
    " due_us = $9, version = version + 1 WHERE id = $1 AND version = $10");

struct err *quote_put(struct call *c, const struct quote *q, bool *ret_took)
{
	int64_t n;

	TRY(db_exec(c, &q_quote_put,
		    ARGS(q->id.v, sql_opt(q->quoted.v), sql_opt(q->quoted_account.v), q->quoted_uri, (int64_t)q->state, (int64_t)q->legacy,
			 q->approval_uri, q->request_uri, q->due_us, q->version),
		    &n));
	*ret_took = n > 0;
	return NULL;
}

SQL(q_quote_drop, "DELETE FROM quotes WHERE id = $1");

struct err *quote_drop(struct call *c, quote_id id)
{
	return db_exec(c, &q_quote_drop, ARGS(id.v), NULL);
}

SQL(q_quotes_count,
    "UPDATE status_stats SET quotes_count = CASE WHEN quotes_count + $2 < 0 THEN 0 ELSE quotes_count + $2 END WHERE status_id = $1");

struct err *quotes_count(struct call *c, status_id quoted, int64_t by, bool *ret_there)
{
	int64_t n;

	TRY(db_exec(c, &q_quotes_count, ARGS(quoted.v, by), &n));
	*ret_there = n > 0;
	return NULL;
}

SQL(q_quotes_orphan,
    "UPDATE quotes SET quoted_id = NULL, state = CASE WHEN state < 2 THEN 4 ELSE state END, due_us = 0, version = version + 1 WHERE quoted_id = $1");

struct err *quotes_orphan(struct call *c, status_id quoted)
{
	return db_exec(c, &q_quotes_orphan, ARGS(quoted.v), NULL);
}

SQL(q_quotes_due,
    "UPDATE quotes SET due_us = $1 + id / 1024 % 86400 * 1000000 WHERE id IN"
    " (SELECT id FROM quotes WHERE due_us > 0 AND due_us <= $2 ORDER BY due_us LIMIT $3) RETURNING id, approval_uri");

struct err *quotes_due(struct call *c, int max, int64_t again_us, struct quote_due **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_quotes_due, ARGS(again_us, c->now_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct quote_due, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct quote_due){ ID(quote_id, row_i64(sql_row(&rows, i), 0)), row_str(sql_row(&rows, i), 1) };
	return NULL;
}
