#include "store/job_deletion.h"

#include "store/store.h"

SQL(q_job_deletion_add,
    "INSERT INTO job_deletions (id, lane, kind, host, before_us, standing, what, n, by_whom, created_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
SQL(q_job_deletions_old, "DELETE FROM job_deletions WHERE created_us <= $1");

static int64_t since_us(const struct call *c) { return c->now_us - JOB_DELETION_WAITS_US; }

struct err *job_deletion_add(struct call *c, struct job_deletion *d)
{
	const struct job_filter *f = &d->of;

	d->id = id_next(c);
	d->created_us = c->now_us;
	TRY(db_exec(c, &q_job_deletions_old, ARGS(since_us(c)), NULL));
	return db_exec(c, &q_job_deletion_add, ARGS(d->id, (int64_t)f->lane, (int64_t)f->kind, f->host.p ? f->host : STR(""), f->before_us,
						    (int64_t)f->standing, d->what, d->n, d->by, d->created_us), NULL);
}

#define COLUMNS "id, lane, kind, host, before_us, standing, what, n, by_whom, created_us"
SQL(q_job_deletions, "SELECT " COLUMNS " FROM job_deletions WHERE created_us > $1 ORDER BY id DESC LIMIT $2");
SQL(q_job_deletion, "SELECT " COLUMNS " FROM job_deletions WHERE id = $1 AND created_us > $2");
SQL(q_job_deletion_drop, "DELETE FROM job_deletions WHERE id = $1");

static struct job_deletion deletion_of(struct row r)
{
	return (struct job_deletion){ .id = row_i64(r, 0), .what = row_str(r, 6), .n = row_i64(r, 7), .by = row_str(r, 8), .created_us = row_i64(r, 9),
				      .of = { .lane = (int)row_i64(r, 1), .kind = (int)row_i64(r, 2), .host = row_str(r, 3), .before_us = row_i64(r, 4),
					      .standing = (enum job_standing)row_i64(r, 5) } };
}

struct err *job_deletions(struct call *c, int64_t max, struct job_deletion **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_job_deletions, ARGS(since_us(c), max), &rows));
	*ret = arena_array(c->arena, struct job_deletion, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = deletion_of(sql_row(&rows, i));
	return NULL;
}

struct err *job_deletion_find(struct call *c, int64_t id, struct job_deletion *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_job_deletion, ARGS(id, since_us(c)), &r, ret_found));
	if (*ret_found)
		*ret = deletion_of(r);
	return NULL;
}

struct err *job_deletion_drop(struct call *c, int64_t id, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, &q_job_deletion_drop, ARGS(id), &n));
	*ret = n > 0;
	return NULL;
}
