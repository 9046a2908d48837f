#include "store/conversation.h"
#include "store/thread.h"

SQL(q_ancestors,
    "WITH RECURSIVE up (id, reply_to_id, depth) AS ("
    " SELECT s.id, s.reply_to_id, CAST(0 AS BIGINT) FROM statuses s WHERE s.id = $1"
    " UNION ALL SELECT s.id, s.reply_to_id, up.depth + 1 FROM up JOIN statuses s ON s.id = up.reply_to_id WHERE up.depth < $2"
    ") SELECT id FROM up WHERE depth > 0 ORDER BY depth DESC");

struct err *thread_ancestors(struct call *c, status_id of, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_ancestors, ARGS(of.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

/* The inner LIMIT ends the recursion on both engines, which hand on its rows level by level. */
SQL(q_descendants,
    "WITH RECURSIVE down (id, reply_to_id, account_id, reply_to_account_id, depth) AS ("
    " SELECT s.id, s.reply_to_id, s.account_id, s.reply_to_account_id, CAST(1 AS BIGINT) FROM statuses s WHERE s.reply_to_id = $1"
    " UNION ALL SELECT s.id, s.reply_to_id, s.account_id, s.reply_to_account_id, down.depth + 1"
    " FROM down JOIN statuses s ON s.reply_to_id = down.id WHERE down.depth < $2"
    ") SELECT id, reply_to_id, account_id, reply_to_account_id FROM (SELECT * FROM down LIMIT $3) AS first ORDER BY depth, id");

struct err *thread_descendants(struct call *c, status_id of, int max, int depth, struct thread_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_descendants, ARGS(of.v, (int64_t)depth, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct thread_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct thread_row){ ID(status_id, row_i64(r, 0)), ID(status_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)),
						 ID(account_id, row_i64(r, 3)) };
	}
	return NULL;
}

/* The threads that wait for the post $1. Its own thread $2 begins with a post that it answers itself: that one goes on waiting, else the
 * thread would have no end. */
#define WAITING "(SELECT o.thread_id FROM statuses o WHERE o.reply_to_uri = $1 AND o.reply_to_id IS NULL AND o.id <> $2)"
SQL(q_adopt_any, "SELECT 1 WHERE EXISTS " WAITING);
SQL(q_adopt_mutes,
    "INSERT INTO thread_mutes (account_id, thread_id, created_us) SELECT m.account_id, CAST($2 AS BIGINT), min(m.created_us)"
    " FROM thread_mutes m WHERE m.thread_id IN " WAITING " GROUP BY m.account_id ON CONFLICT DO NOTHING");
SQL(q_adopt_mutes_drop, "DELETE FROM thread_mutes WHERE thread_id <> $2 AND thread_id IN " WAITING);
SQL(q_adopt_threads, "UPDATE statuses SET thread_id = $2, version = version + 1 WHERE thread_id IN " WAITING);
SQL(q_adopt_replies,
    "UPDATE statuses SET reply_to_id = $3, reply_to_account_id = $4, reply_to_uri = NULL WHERE reply_to_uri = $1 AND reply_to_id IS NULL"
    " AND id <> $2");
SQL(q_adopt_count,
    "UPDATE status_stats SET replies_count = (SELECT count(*) FROM statuses r WHERE r.reply_to_id = $1 AND r.visibility < 2) WHERE status_id = $1");

struct err *status_adopt(struct call *c, const struct status *s)
{
	status_id thread = s->thread.v ? s->thread : s->id;
	struct row r;
	bool any;

	TRY(db_one(c, &q_adopt_any, ARGS(s->uri, thread.v), &r, &any));
	if (!any)
		return NULL;
	TRY(db_exec(c, &q_adopt_mutes, ARGS(s->uri, thread.v), NULL));
	TRY(db_exec(c, &q_adopt_mutes_drop, ARGS(s->uri, thread.v), NULL));
	TRY(db_exec(c, &q_adopt_threads, ARGS(s->uri, thread.v), NULL));
	TRY(conversations_join(c, thread));
	TRY(db_exec(c, &q_adopt_replies, ARGS(s->uri, thread.v, s->id.v, s->account.v), NULL));
	return db_exec(c, &q_adopt_count, ARGS(s->id.v), NULL);
}

SQL(q_thread_fetched,
    "SELECT f.fetched_us, f.ended_us, f.found FROM statuses s JOIN statuses o ON o.id = COALESCE(s.reblog_of_id, s.id)"
    " JOIN thread_fetches f ON f.thread_id = o.thread_id WHERE s.id = $1");
SQL(q_thread_fetch_note,
    "INSERT INTO thread_fetches (thread_id, fetched_us, ended_us, found) VALUES ($1, $2, 0, 0)"
    " ON CONFLICT (thread_id) DO UPDATE SET fetched_us = excluded.fetched_us, ended_us = 0, found = 0 WHERE thread_fetches.fetched_us <= $3");
SQL(q_thread_fetch_goes, "UPDATE thread_fetches SET found = $2, ended_us = $3 WHERE thread_id = $1");

struct err *thread_fetched(struct call *c, status_id of, struct thread_fetch *ret)
{
	struct row r;
	bool found;

	*ret = (struct thread_fetch){ 0 };
	TRY(db_one(c, &q_thread_fetched, ARGS(of.v), &r, &found));
	if (found)
		*ret = (struct thread_fetch){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) };
	return NULL;
}

struct err *thread_fetch_note(struct call *c, status_id thread, int64_t before_us, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, &q_thread_fetch_note, ARGS(thread.v, c->now_us, before_us), &n));
	*ret = n > 0;
	return NULL;
}

struct err *thread_fetch_goes(struct call *c, status_id thread, int64_t found, int64_t ended_us)
{
	return db_exec(c, &q_thread_fetch_goes, ARGS(thread.v, found, ended_us), NULL);
}
