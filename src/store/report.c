#include "store/report.h"

SQL(q_report_add,
    "INSERT INTO reports (id, account_id, target_id, category, comment, forwarded, uri, action_taken_us, created_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING");
SQL(q_report_statuses_add,
    "INSERT INTO report_statuses (report_id, status_id, uri, visibility, spoiler_text, text, content, media, posted_us) VALUES @rows");
SQL(q_report_rules_add, "INSERT INTO report_rules (report_id, rule_id) VALUES @rows");
enum { STATUS_COLUMNS = 9 };

static struct err *add_statuses(struct call *c, int64_t report, const struct report_status *s, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, n * STATUS_COLUMNS + 1), *at = v;

	for (size_t i = 0; i < n; i++) {
		*at++ = sql_arg_i64(report);
		*at++ = sql_arg_i64(s[i].status.v);
		*at++ = sql_arg_str(s[i].uri);
		*at++ = sql_arg_i64(s[i].visibility);
		*at++ = sql_arg_str(s[i].spoiler_text);
		*at++ = sql_arg_str(s[i].text);
		*at++ = sql_arg_str(s[i].content);
		*at++ = sql_arg_str(s[i].media);
		*at++ = sql_arg_i64(s[i].posted_us);
	}
	return n ? db_insert_rows(c, &q_report_statuses_add, STATUS_COLUMNS, v, n) : NULL;
}

struct err *report_add(struct call *c, const struct report *r, const struct report_status *statuses, size_t statuses_n, const int64_t *rules,
		       size_t rules_n, bool *ret_added)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 2 * rules_n + 1);
	int64_t n;

	TRY(db_exec(c, &q_report_add,
		    ARGS(r->id, r->account.v, r->target.v, (int64_t)r->category, r->comment, (int64_t)r->forwarded, r->uri, r->created_us), &n));
	*ret_added = n > 0;
	if (n == 0)
		return NULL;
	for (size_t i = 0; i < rules_n; i++) {
		v[2 * i] = sql_arg_i64(r->id);
		v[2 * i + 1] = sql_arg_i64(rules[i]);
	}
	if (rules_n)
		TRY(db_insert_rows(c, &q_report_rules_add, 2, v, rules_n));
	return add_statuses(c, r->id, statuses, statuses_n);
}

SQL(q_report_collections_add, "INSERT INTO report_collections (report_id, collection_id) VALUES @rows ON CONFLICT DO NOTHING");

struct err *report_collections_add(struct call *c, int64_t report, const int64_t *collections, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		v[2 * i] = sql_arg_i64(report);
		v[2 * i + 1] = sql_arg_i64(collections[i]);
	}
	return n ? db_insert_rows(c, &q_report_collections_add, 2, v, n) : NULL;
}

#define REPORT_COLUMNS "r.id, r.account_id, r.target_id, r.category, r.comment, r.forwarded, r.uri, r.action_taken_us, r.created_us"
SQL(q_report_find, "SELECT " REPORT_COLUMNS " FROM reports r WHERE r.id = $1");
SQL(q_reports_newest,
    "SELECT " REPORT_COLUMNS ", CASE WHEN a.domain = '' THEN a.username ELSE a.username || '@' || a.domain END,"
    " CASE WHEN t.domain = '' THEN t.username ELSE t.username || '@' || t.domain END,"
    " (SELECT count(*) FROM report_statuses s WHERE s.report_id = r.id)"
    " FROM reports r JOIN accounts a ON a.id = r.account_id JOIN accounts t ON t.id = r.target_id ORDER BY r.id DESC LIMIT $1");
SQL(q_reports_by_ids, "SELECT " REPORT_COLUMNS " FROM reports r WHERE r.id IN (@set) ORDER BY r.id");
SQL(q_reports_status_ids, "SELECT report_id, status_id FROM report_statuses WHERE report_id IN (@set) ORDER BY report_id, status_id");
SQL(q_reports_collection_ids,
    "SELECT report_id, collection_id FROM report_collections WHERE report_id IN (@set) ORDER BY report_id, collection_id");
SQL(q_reports_rule_ids, "SELECT report_id, rule_id FROM report_rules WHERE report_id IN (@set) ORDER BY report_id, rule_id");
SQL(q_report_statuses,
    "SELECT status_id, uri, visibility, spoiler_text, text, content, media, posted_us FROM report_statuses WHERE report_id = $1 ORDER BY status_id");

static struct report from_row(struct row r)
{
	return (struct report){ .id = row_i64(r, 0), .account = ID(account_id, row_i64(r, 1)), .target = ID(account_id, row_i64(r, 2)),
				.category = (enum report_category)row_i64(r, 3), .comment = row_str(r, 4), .forwarded = row_bool(r, 5),
				.uri = row_str(r, 6), .action_taken_us = row_i64(r, 7), .created_us = row_i64(r, 8) };
}

struct err *report_find(struct call *c, int64_t id, struct report *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_report_find, ARGS(id), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

struct err *reports_newest(struct call *c, int max, struct report_line **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_reports_newest, ARGS((int64_t)max), &rows));
	*ret = arena_array(c->arena, struct report_line, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct report_line){ from_row(r), row_str(r, 9), row_str(r, 10), row_i64(r, 11) };
	}
	return NULL;
}

struct err *report_statuses(struct call *c, int64_t id, struct report_status **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_report_statuses, ARGS(id), &rows));
	*ret = arena_array(c->arena, struct report_status, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct report_status){ .status = ID(status_id, row_i64(r, 0)), .uri = row_str(r, 1),
						    .visibility = (enum visibility)row_i64(r, 2), .spoiler_text = row_str(r, 3), .text = row_str(r, 4),
						    .content = row_str(r, 5), .media = row_str(r, 6), .posted_us = row_i64(r, 7) };
	}
	return NULL;
}

struct err *reports_by_ids(struct call *c, const int64_t *ids, size_t n, struct report **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_reports_by_ids, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct report, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

static struct err *members(struct call *c, const struct sql_text *q, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct report_member, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct report_member){ row_i64(sql_row(&rows, i), 0), row_i64(sql_row(&rows, i), 1) };
	return NULL;
}

struct err *reports_status_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n)
{
	return members(c, &q_reports_status_ids, ids, n, ret, ret_n);
}

struct err *reports_collection_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n)
{
	return members(c, &q_reports_collection_ids, ids, n, ret, ret_n);
}

struct err *reports_rule_ids(struct call *c, const int64_t *ids, size_t n, struct report_member **ret, size_t *ret_n)
{
	return members(c, &q_reports_rule_ids, ids, n, ret, ret_n);
}
