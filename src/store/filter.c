#include "store/filter.h"

SQL(q_filters_of, "SELECT id, account_id, title, contexts, action, expires_us FROM filters WHERE account_id = $1 ORDER BY id");
SQL(q_filter_keywords_of,
    "SELECT k.id, k.filter_id, k.keyword, k.whole_word FROM filter_keywords k JOIN filters f ON f.id = k.filter_id"
    " WHERE f.account_id = $1 ORDER BY k.id");
SQL(q_filter_statuses_of,
    "SELECT s.id, s.filter_id, s.status_id FROM filter_statuses s JOIN filters f ON f.id = s.filter_id WHERE f.account_id = $1 ORDER BY s.id");

struct err *filters_of(struct call *c, account_id who, struct filter_rows *ret)
{
	struct sql_rows rows;

	*ret = (struct filter_rows){ 0 };
	TRY(db_rows(c, &q_filters_of, ARGS(who.v), &rows));
	if (rows.n == 0)
		return NULL;
	ret->filters = arena_array(c->arena, struct filter_row, rows.n);
	ret->filters_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		ret->filters[i] = (struct filter_row){ ID(filter_id, row_i64(r, 0)), ID(account_id, row_i64(r, 1)), row_str(r, 2), row_i64(r, 3),
						       (enum filter_action)row_i64(r, 4), row_i64(r, 5) };
	}
	TRY(db_rows(c, &q_filter_keywords_of, ARGS(who.v), &rows));
	ret->keywords = arena_array(c->arena, struct filter_keyword_row, rows.n + 1);
	ret->keywords_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		ret->keywords[i] = (struct filter_keyword_row){ row_i64(r, 0), ID(filter_id, row_i64(r, 1)), row_str(r, 2), row_bool(r, 3) };
	}
	TRY(db_rows(c, &q_filter_statuses_of, ARGS(who.v), &rows));
	ret->statuses = arena_array(c->arena, struct filter_status_row, rows.n + 1);
	ret->statuses_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		ret->statuses[i] = (struct filter_status_row){ row_i64(r, 0), ID(filter_id, row_i64(r, 1)), ID(status_id, row_i64(r, 2)) };
	}
	return NULL;
}

#define THEIRS " IN (SELECT f.id FROM filters f WHERE f.account_id = $1)"
SQL(q_filter_add, "INSERT INTO filters (id, account_id, title, contexts, action, expires_us, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7)");
SQL(q_filter_put, "UPDATE filters SET title = $3, contexts = $4, action = $5, expires_us = $6 WHERE id = $1 AND account_id = $2");
SQL(q_filter_put_single,
    "UPDATE filters SET title = $3, contexts = $4, action = $5, expires_us = $6 WHERE id = $1 AND account_id = $2"
    " AND (SELECT count(*) FROM filter_keywords k WHERE k.filter_id = $1) = 1");
SQL(q_filter_drop_empty,
    "DELETE FROM filters WHERE id = $1 AND account_id = $2 AND NOT EXISTS (SELECT 1 FROM filter_keywords k WHERE k.filter_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM filter_statuses s WHERE s.filter_id = $1)");
SQL(q_filter_drop, "DELETE FROM filters WHERE id = $1 AND account_id = $2");
SQL(q_filter_keyword_add,
    "INSERT INTO filter_keywords (id, filter_id, keyword, whole_word)"
    " SELECT CAST($1 AS BIGINT), f.id, CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM filters f WHERE f.account_id = $2 AND f.id = $3");
SQL(q_filter_keyword_put, "UPDATE filter_keywords SET keyword = $3, whole_word = $4 WHERE id = $2 AND filter_id" THEIRS);
SQL(q_filter_keyword_drop, "DELETE FROM filter_keywords WHERE id = $2 AND filter_id" THEIRS);
SQL(q_filter_status_add,
    "INSERT INTO filter_statuses (id, filter_id, status_id)"
    " SELECT CAST($1 AS BIGINT), f.id, CAST($4 AS BIGINT) FROM filters f WHERE f.account_id = $2 AND f.id = $3");
SQL(q_filter_status_drop, "DELETE FROM filter_statuses WHERE id = $2 AND filter_id" THEIRS);

static struct err *change(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *filter_add(struct call *c, const struct filter_row *f)
{
	return db_exec(c, &q_filter_add, ARGS(f->id.v, f->account.v, f->title, f->contexts, (int64_t)f->action, f->expires_us, c->now_us), NULL);
}

struct err *filter_put(struct call *c, const struct filter_row *f, bool *ret_was)
{
	return change(c, &q_filter_put, ARGS(f->id.v, f->account.v, f->title, f->contexts, (int64_t)f->action, f->expires_us), ret_was);
}

struct err *filter_put_single(struct call *c, const struct filter_row *f, bool *ret_was)
{
	return change(c, &q_filter_put_single, ARGS(f->id.v, f->account.v, f->title, f->contexts, (int64_t)f->action, f->expires_us), ret_was);
}

struct err *filter_drop_empty(struct call *c, account_id who, filter_id id)
{
	return db_exec(c, &q_filter_drop_empty, ARGS(id.v, who.v), NULL);
}

struct err *filter_drop(struct call *c, account_id who, filter_id id, bool *ret_was)
{
	return change(c, &q_filter_drop, ARGS(id.v, who.v), ret_was);
}

struct err *filter_keyword_add(struct call *c, account_id who, const struct filter_keyword_row *k, bool *ret_was)
{
	return change(c, &q_filter_keyword_add, ARGS(k->id, who.v, k->filter.v, k->keyword, (int64_t)k->whole_word), ret_was);
}

struct err *filter_keyword_put(struct call *c, account_id who, const struct filter_keyword_row *k, bool *ret_was)
{
	return change(c, &q_filter_keyword_put, ARGS(who.v, k->id, k->keyword, (int64_t)k->whole_word), ret_was);
}

struct err *filter_keyword_drop(struct call *c, account_id who, int64_t id, bool *ret_was)
{
	return change(c, &q_filter_keyword_drop, ARGS(who.v, id), ret_was);
}

struct err *filter_status_add(struct call *c, account_id who, const struct filter_status_row *s, bool *ret_was)
{
	return change(c, &q_filter_status_add, ARGS(s->id, who.v, s->filter.v, s->status.v), ret_was);
}

struct err *filter_status_drop(struct call *c, account_id who, int64_t id, bool *ret_was)
{
	return change(c, &q_filter_status_drop, ARGS(who.v, id), ret_was);
}
