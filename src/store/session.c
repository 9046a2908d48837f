#include "store/session.h"

#define SESSION_COLUMNS "id, token_hash, account_id, created_us, seen_us, user_agent, network"

static struct web_session from_row(struct row r)
{
	return (struct web_session){ row_i64(r, 0), row_str(r, 1), ID(account_id, row_i64(r, 2)), row_i64(r, 3), row_i64(r, 4), row_str(r, 5),
				     row_str(r, 6) };
}

SQL(q_session_add, "INSERT INTO sessions (" SESSION_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)");
SQL(q_session_find, "SELECT " SESSION_COLUMNS " FROM sessions WHERE token_hash = $1");

struct err *session_add(struct call *c, const struct web_session *s)
{
	return db_exec(c, &q_session_add, ARGS(s->id, s->hash, s->account.v, s->created_us, s->seen_us, s->user_agent, s->network), NULL);
}

struct err *session_find(struct call *c, struct str hash, struct web_session *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_session_find, ARGS(hash), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

SQL(q_session_owner,
    "SELECT s.account_id, s.created_us, s.seen_us, u.role, u.confirmed_us, u.disabled_us, a.suspended_us, u.approved, u.last_active_us,"
    " u.locale, s.id FROM sessions s JOIN users u ON u.account_id = s.account_id JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1");

struct err *session_owner(struct call *c, struct str hash, struct token_owner *ret, int64_t *ret_id, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_session_owner, ARGS(hash), &r, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct token_owner){
		.token = { .hash = hash, .account = ID(account_id, row_i64(r, 0)), .created_us = row_i64(r, 1), .last_used_us = row_i64(r, 2) },
		.role = (enum role)row_i64(r, 3), .confirmed_us = row_i64(r, 4), .disabled_us = row_i64(r, 5), .suspended_us = row_i64(r, 6),
		.approved = row_bool(r, 7), .last_active_us = row_i64(r, 8), .locale = row_str(r, 9),
	};
	*ret_id = row_i64(r, 10);
	return NULL;
}

SQL(q_session_seen, "UPDATE sessions SET seen_us = $2 WHERE token_hash = $1 AND seen_us < $2");
SQL(q_session_drop, "DELETE FROM sessions WHERE token_hash = $1");
SQL(q_session_drop_id, "DELETE FROM sessions WHERE account_id = $1 AND id = $2");
SQL(q_sessions_drop, "DELETE FROM sessions WHERE account_id = $1 AND id <> $2");

struct err *session_seen(struct call *c, struct str hash)
{
	return db_exec(c, &q_session_seen, ARGS(hash, c->now_us), NULL);
}

struct err *session_drop(struct call *c, struct str hash)
{
	return db_exec(c, &q_session_drop, ARGS(hash), NULL);
}

struct err *session_drop_id(struct call *c, account_id who, int64_t id, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_session_drop_id, ARGS(who.v, id), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *sessions_drop_all(struct call *c, account_id who, int64_t but_id)
{
	return db_exec(c, &q_sessions_drop, ARGS(who.v, but_id), NULL);
}

SQL(q_sessions_of,
    "SELECT " SESSION_COLUMNS " FROM sessions WHERE account_id = $1 AND seen_us >= $2 ORDER BY seen_us DESC, id DESC LIMIT $3");

struct err *sessions_of(struct call *c, account_id who, int64_t since_us, int max, struct web_session **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_sessions_of, ARGS(who.v, since_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct web_session, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_networks_count,
    "SELECT count(*), count(*) FILTER (WHERE network = $2) FROM sign_in_networks WHERE account_id = $1");
SQL(q_network_put,
    "INSERT INTO sign_in_networks (account_id, network, seen_us) VALUES ($1, $2, $3)"
    " ON CONFLICT (account_id, network) DO UPDATE SET seen_us = excluded.seen_us");

struct err *sign_in_network_add(struct call *c, account_id who, struct str network, bool *ret_new, bool *ret_first)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_networks_count, ARGS(who.v, network), &r, &found));
	*ret_first = row_i64(r, 0) == 0;
	*ret_new = row_i64(r, 1) == 0;
	return db_exec(c, &q_network_put, ARGS(who.v, network, c->now_us), NULL);
}
