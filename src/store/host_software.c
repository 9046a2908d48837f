#include "store/host_software.h"

SQL(q_software_known, "SELECT 1 FROM host_software WHERE host = $1");
SQL(q_software_meet,
    "INSERT INTO host_software (host, software, version, seen_us, due_us) VALUES ($1, '', '', 0, $2) ON CONFLICT DO NOTHING");

struct err *host_software_meet(struct call *c, struct str host, int64_t due_us, bool *ret_new)
{
	bool known;
	struct row r;
	int64_t n = 0;

	/* Looked at first: whoever inserts holds up all who insert the same. */
	TRY(db_one(c, &q_software_known, ARGS(host), &r, &known));
	if (!known)
		TRY(db_exec(c, &q_software_meet, ARGS(host, due_us), &n));
	*ret_new = n > 0;
	return NULL;
}

static struct str siblings_key(struct call *c, struct str registered) { return arena_concat(c->arena, STR("servers:"), registered); }

struct err *host_siblings_add(struct call *c, struct str registered, int64_t *ret_today)
{
	return limit_use(c, siblings_key(c, registered), US_PER_DAY, ret_today);
}

SQL(q_host_siblings,
    "SELECT (SELECT used FROM limits WHERE key = $1 AND window_us = $2), EXISTS (SELECT 1 FROM host_software WHERE host = $3)");

struct err *host_siblings(struct call *c, struct str registered, struct str host, int64_t *ret_today, bool *ret_known)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_host_siblings, ARGS(siblings_key(c, registered), c->now_us - c->now_us % US_PER_DAY, host), &r, &found));
	*ret_today = row_i64(r, 0);
	*ret_known = row_bool(r, 1);
	return NULL;
}

SQL(q_software_due,
    "UPDATE host_software SET due_us = $1 + (length(host) * 7919 + seen_us % 7907) % 86400 * 1000000 WHERE host IN"
    " (SELECT host FROM host_software h WHERE due_us <= $2 AND NOT EXISTS (SELECT 1 FROM server_limits l WHERE l.domain = h.host"
    " AND l.suspended_us > 0) ORDER BY due_us LIMIT $3) RETURNING host");

struct err *host_software_due(struct call *c, int max, struct str **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_software_due, ARGS(c->now_us + 7 * US_PER_DAY, c->now_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct str, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_software_put, "UPDATE host_software SET software = $2, version = $3, seen_us = $4 WHERE host = $1");

struct err *host_software_put(struct call *c, const struct host_software *h)
{
	return db_exec(c, &q_software_put, ARGS(h->host, h->software, h->version, h->seen_us), NULL);
}

SQL(q_software_all, "SELECT host, software, version, seen_us FROM host_software WHERE host > $1 ORDER BY host LIMIT $2");
SQL(q_software_of, "SELECT host, software, version, seen_us FROM host_software WHERE host > $1 AND software = $3 ORDER BY host LIMIT $2");

struct err *host_software_page(struct call *c, struct str software, struct str after, int max, struct host_software **ret, size_t *ret_n)
{
	struct sql_rows rows;

	if (software.n)
		TRY(db_rows(c, &q_software_of, ARGS(after, (int64_t)max, software), &rows));
	else
		TRY(db_rows(c, &q_software_all, ARGS(after, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct host_software, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct host_software){ row_str(r, 0), row_str(r, 1), row_str(r, 2), row_i64(r, 3) };
	}
	return NULL;
}

SQL(q_software_uses, "SELECT software, count(*) AS hosts FROM host_software GROUP BY software ORDER BY hosts DESC, software LIMIT $1");

struct err *host_software_uses(struct call *c, int max, struct software_use **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_software_uses, ARGS((int64_t)max), &rows));
	*ret = arena_array(c->arena, struct software_use, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct software_use){ row_str(sql_row(&rows, i), 0), row_i64(sql_row(&rows, i), 1) };
	return NULL;
}
