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
