#include "store/export.h"

#define PEOPLE(columns, table) \
	"SELECT r.id, 0, a.username, a.domain, NULL, NULL, " columns ", a.id, 0 FROM " table " r JOIN accounts a ON a.id = r.target_id" \
	" WHERE r.account_id = $1 AND (CAST($2 AS BIGINT) = 0 OR r.id < $2) AND a.deleted_us = 0 AND CAST($3 AS BIGINT) = 0 ORDER BY r.id DESC LIMIT $4"
SQL(q_export_follows, PEOPLE("r.languages, r.show_reblogs, r.notify", "follows"));
SQL(q_export_blocks, PEOPLE("NULL, 0, 0", "blocks"));
SQL(q_export_mutes, PEOPLE("NULL, r.hide_notifications, 0", "mutes"));
SQL(q_export_domains,
    "SELECT d.id, 0, NULL, d.domain, NULL, NULL, NULL, 0, 0, 0, 0 FROM domain_mutes d WHERE d.account_id = $1"
    " AND (CAST($2 AS BIGINT) = 0 OR d.id < $2) AND CAST($3 AS BIGINT) = 0 ORDER BY d.id DESC LIMIT $4");
SQL(q_export_bookmarks,
    "SELECT b.id, 0, NULL, NULL, s.uri, NULL, NULL, 0, 0, 0, s.id FROM bookmarks b JOIN statuses s ON s.id = b.status_id WHERE b.account_id = $1"
    " AND (CAST($2 AS BIGINT) = 0 OR b.id < $2) AND CAST($3 AS BIGINT) = 0 ORDER BY b.id DESC LIMIT $4");
SQL(q_export_lists,
    "SELECT la.list_id, la.account_id, a.username, a.domain, NULL, l.title, NULL, 0, 0, a.id, l.id FROM list_accounts la"
    " JOIN lists l ON l.id = la.list_id JOIN accounts a ON a.id = la.account_id WHERE l.account_id = $1 AND a.deleted_us = 0"
    " AND (la.list_id > $2 OR (la.list_id = $2 AND la.account_id > $3)) ORDER BY la.list_id, la.account_id LIMIT $4");

static const struct sql_text *const texts[DATA_COUNT] = {
	[DATA_FOLLOWS] = &q_export_follows, [DATA_BLOCKS] = &q_export_blocks, [DATA_MUTES] = &q_export_mutes,
	[DATA_DOMAINS] = &q_export_domains, [DATA_BOOKMARKS] = &q_export_bookmarks, [DATA_LISTS] = &q_export_lists,
};

struct err *export_rows(struct call *c, enum data_kind kind, account_id who, int64_t id, int64_t second, int max, struct export_row **ret,
			size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (texts[kind])
		TRY(db_rows(c, texts[kind], ARGS(who.v, id, second, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct export_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct export_row){
			.id = row_i64(r, 0), .second = row_i64(r, 1), .username = row_str(r, 2), .domain = row_str(r, 3), .uri = row_str(r, 4),
			.title = row_str(r, 5), .languages = row_str(r, 6), .first = row_bool(r, 7), .second_flag = row_bool(r, 8),
			.account = ID(account_id, row_i64(r, 9)), .about = row_i64(r, 10),
		};
	}
	return NULL;
}

SQL(q_count_follows, "SELECT count(*) FROM follows WHERE account_id = $1");
SQL(q_count_blocks, "SELECT count(*) FROM blocks WHERE account_id = $1");
SQL(q_count_mutes, "SELECT count(*) FROM mutes WHERE account_id = $1");
SQL(q_count_domains, "SELECT count(*) FROM domain_mutes WHERE account_id = $1");
SQL(q_count_bookmarks, "SELECT count(*) FROM bookmarks WHERE account_id = $1");
SQL(q_count_lists, "SELECT count(*) FROM lists WHERE account_id = $1");
SQL(q_count_filters, "SELECT count(*) FROM filters WHERE account_id = $1");

struct err *export_count(struct call *c, enum data_kind kind, account_id who, int64_t *ret)
{
	static const struct sql_text *const counts[DATA_COUNT] = {
		[DATA_FOLLOWS] = &q_count_follows, [DATA_BLOCKS] = &q_count_blocks, [DATA_MUTES] = &q_count_mutes,
		[DATA_DOMAINS] = &q_count_domains, [DATA_BOOKMARKS] = &q_count_bookmarks, [DATA_LISTS] = &q_count_lists, [DATA_FILTERS] = &q_count_filters,
	};
	struct row r;
	bool found;

	TRY(db_one(c, counts[kind], ARGS(who.v), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}
