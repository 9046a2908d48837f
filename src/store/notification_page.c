#include "store/home_rule_priv.h"
#include "store/notification.h"

#define COLUMNS "n.id, n.account_id, n.type, n.from_id, n.status_id, n.group_key, n.created_us, n.filtered, n.extra_id"
#define FROM " FROM notifications n JOIN accounts a ON a.id = n.from_id"
#define STANDING(OF) " n.account_id = " OF " AND NOT " SQL_GONE("a") " AND NOT " SQL_BLOCKS(OF, "n.from_id")
#define CHOSEN \
	STANDING("$1") " AND (CAST($2 AS BIGINT) = 0 OR n.from_id = $2) AND ((CAST($3 AS BIGINT) >> CAST(n.type AS INTEGER)) & 1) = 1" \
	" AND n.filtered <= $4"

static struct notification from_row(struct row r)
{
	return (struct notification){
		.id = ID(notification_id, row_i64(r, 0)), .account = ID(account_id, row_i64(r, 1)), .type = (enum notification_type)row_i64(r, 2),
		.from = ID(account_id, row_i64(r, 3)), .status = ID(status_id, row_i64(r, 4)), .group_key = row_str(r, 5), .created_us = row_i64(r, 6),
		.filtered = row_bool(r, 7), .extra_id = row_i64(r, 8),
	};
}

static struct err *list(struct call *c, const struct sql_text *q, struct sql_args args, bool up, struct notification **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct notification, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, up ? rows.n - 1 - i : i));
	return NULL;
}

static int64_t below(const struct page *p) { return p->max_id ? p->max_id : INT64_MAX; }
static int64_t above(const struct page *p) { return p->min_id ? p->min_id : p->since_id; }

#define PAGE "SELECT " COLUMNS FROM " WHERE" CHOSEN " AND n.id < $5 AND n.id > $6"
SQL(q_notifications_down, PAGE " ORDER BY n.id DESC LIMIT $7");
SQL(q_notifications_up, PAGE " ORDER BY n.id LIMIT $7");

struct err *notifications_page(struct call *c, const struct notification_choice *what, const struct page *p, struct notification **ret, size_t *ret_n)
{
	return list(c, p->min_id ? &q_notifications_up : &q_notifications_down,
		    ARGS(what->of.v, what->from.v, what->types, (int64_t)what->filtered, below(p), above(p), (int64_t)p->limit), p->min_id != 0, ret, ret_n);
}

#define GROUP_PAGE "SELECT " COLUMNS FROM " WHERE" STANDING("$1") " AND n.group_key = $2 AND n.id < $3 AND n.id > $4"
SQL(q_group_down, GROUP_PAGE " ORDER BY n.id DESC LIMIT $5");
SQL(q_group_up, GROUP_PAGE " ORDER BY n.id LIMIT $5");

struct err *notifications_of_group(struct call *c, account_id of, struct str group_key, const struct page *p, struct notification **ret,
				   size_t *ret_n)
{
	return list(c, p->min_id ? &q_group_up : &q_group_down, ARGS(of.v, group_key, below(p), above(p), (int64_t)p->limit), p->min_id != 0, ret,
		    ret_n);
}

SQL(q_notification_find, "SELECT " COLUMNS FROM " WHERE" STANDING("$1") " AND n.id = $2");

struct err *notification_find(struct call *c, account_id of, notification_id id, struct notification *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_notification_find, ARGS(of.v, id.v), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

SQL(q_unread, "SELECT count(*) FROM (SELECT 1" FROM " WHERE" CHOSEN " AND n.id > $5 LIMIT $6) AS t");
SQL(q_unread_groups, "SELECT count(*) FROM (SELECT DISTINCT n.group_key" FROM " WHERE" CHOSEN " AND n.id > $5 LIMIT $6) AS t");

struct err *notifications_unread(struct call *c, const struct notification_choice *what, int64_t after_id, int64_t max, bool grouped, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, grouped ? &q_unread_groups : &q_unread,
		   ARGS(what->of.v, what->from.v, what->types, (int64_t)what->filtered, after_id, max), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

#define IN_GROUPS FROM " WHERE" CHOSEN " AND n.id > $5 AND n.id < $6 AND n.group_key IN (@set)"
SQL(q_groups, "SELECT n.group_key, count(*), min(n.id), max(n.id), max(n.created_us)" IN_GROUPS " GROUP BY n.group_key");
SQL(q_samples,
    "SELECT t.group_key, t.from_id FROM (SELECT n.group_key, n.from_id, n.id, row_number() OVER (PARTITION BY n.group_key ORDER BY n.id DESC) AS k"
    IN_GROUPS ") AS t WHERE t.k <= 8 ORDER BY t.id DESC");

static struct notification_group *group_of(struct notification_group *v, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].key, key))
			return &v[i];
	return NULL;
}

struct err *notification_groups(struct call *c, const struct notification_choice *what, struct id_range between, const struct str *keys, size_t n,
				struct notification_group *ret)
{
	struct notification_group *g;
	struct sql_args args = ARGS(what->of.v, what->from.v, what->types, (int64_t)what->filtered, between.above, between.below, sql_strs(keys, n));
	struct sql_rows rows;

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct notification_group){ .key = keys[i] };
	if (n == 0)
		return NULL;
	TRY(db_rows(c, &q_groups, args, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		g = group_of(ret, n, row_str(r, 0));
		if (g) {
			g->count = row_i64(r, 1);
			g->oldest = row_i64(r, 2);
			g->newest = row_i64(r, 3);
			g->newest_us = row_i64(r, 4);
		}
	}
	TRY(db_rows(c, &q_samples, args, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		g = group_of(ret, n, row_str(sql_row(&rows, i), 0));
		if (g && g->samples_n < NOTIFICATION_SAMPLES_MAX)
			g->samples[g->samples_n++].v = row_i64(sql_row(&rows, i), 1);
	}
	return NULL;
}

SQL(q_notifications_clear, "DELETE FROM notifications WHERE account_id = $1");
SQL(q_notification_drop, "DELETE FROM notifications WHERE account_id = $1 AND id = $2");
SQL(q_notifications_drop, "DELETE FROM notifications WHERE account_id = $1 AND id IN (@set)");
SQL(q_notifications_drop_group, "DELETE FROM notifications WHERE account_id = $1 AND group_key = $2");

struct err *notifications_clear(struct call *c, account_id of)
{
	return db_exec(c, &q_notifications_clear, ARGS(of.v), NULL);
}

static struct err *drop(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *notification_drop(struct call *c, account_id of, notification_id id, bool *ret_was)
{
	return drop(c, &q_notification_drop, ARGS(of.v, id.v), ret_was);
}

struct err *notifications_drop(struct call *c, account_id of, const int64_t *ids, size_t n)
{
	return db_exec(c, &q_notifications_drop, ARGS(of.v, sql_ids(ids, n)), NULL);
}

struct err *notifications_drop_group(struct call *c, account_id of, struct str group_key, bool *ret_was)
{
	return drop(c, &q_notifications_drop_group, ARGS(of.v, group_key), ret_was);
}

SQL(q_markers_of, "SELECT timeline, last_read_id, version, updated_us FROM markers WHERE account_id = $1 ORDER BY timeline");

struct err *markers_of(struct call *c, account_id who, struct marker **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_markers_of, ARGS(who.v), &rows));
	*ret = arena_array(c->arena, struct marker, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct marker){ row_str(r, 0), row_i64(r, 1), row_i64(r, 2), row_i64(r, 3) };
	}
	return NULL;
}

SQL(q_marker_add, "INSERT INTO markers (account_id, timeline, last_read_id, version, updated_us) VALUES ($1, $2, $3, 1, $4) ON CONFLICT DO NOTHING");
SQL(q_marker_put,
    "UPDATE markers SET last_read_id = $3, updated_us = $4, version = version + 1 WHERE account_id = $1 AND timeline = $2 AND version = $5");

struct err *marker_put(struct call *c, account_id who, struct str timeline, int64_t last_read_id, int64_t was, bool *ret_put)
{
	int64_t n;

	if (was == 0)
		TRY(db_exec(c, &q_marker_add, ARGS(who.v, timeline, last_read_id, c->now_us), &n));
	else
		TRY(db_exec(c, &q_marker_put, ARGS(who.v, timeline, last_read_id, c->now_us, was), &n));
	*ret_put = n > 0;
	return NULL;
}
