#include "store/relay.h"

#define COLUMNS "id, inbox_uri, follow_uri, state, created_us, answered_us"
SQL(q_relay_add,
    "INSERT INTO relays (id, inbox_uri, follow_uri, state, created_us, answered_us) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING");
SQL(q_relay_drop, "DELETE FROM relays WHERE inbox_uri = $1 RETURNING " COLUMNS);
SQL(q_relay_find, "SELECT " COLUMNS " FROM relays WHERE follow_uri = $1");
SQL(q_relay_answer, "UPDATE relays SET state = $2, answered_us = $3 WHERE id = $1");
SQL(q_relays_all, "SELECT " COLUMNS " FROM relays ORDER BY id LIMIT $1");
SQL(q_relay_is, "SELECT 1 FROM relays WHERE inbox_uri IN ($1, $2) AND state = $3");

static struct relay of_row(struct row r)
{
	return (struct relay){ row_i64(r, 0), row_str(r, 1), row_str(r, 2), (enum relay_state)row_i64(r, 3), row_i64(r, 4), row_i64(r, 5) };
}

struct err *relay_add(struct call *c, const struct relay *r, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, &q_relay_add, ARGS(r->id, r->inbox_uri, r->follow_uri, (int64_t)r->state, c->now_us), &n));
	*ret_new = n > 0;
	return NULL;
}

struct err *relay_drop(struct call *c, struct str inbox_uri, struct relay *ret, bool *ret_was)
{
	struct row r;

	TRY(db_one(c, &q_relay_drop, ARGS(inbox_uri), &r, ret_was));
	if (*ret_was)
		*ret = of_row(r);
	return NULL;
}

struct err *relay_answer(struct call *c, struct str follow_uri, struct str place, enum relay_state state, bool *ret_was)
{
	struct relay relay;
	struct row r;

	TRY(db_one(c, &q_relay_find, ARGS(follow_uri), &r, ret_was));
	if (!*ret_was)
		return NULL;
	relay = of_row(r);
	*ret_was = str_has_prefix(relay.inbox_uri, place);
	return *ret_was ? db_exec(c, &q_relay_answer, ARGS(relay.id, (int64_t)state, c->now_us), NULL) : NULL;
}

struct err *relays_all(struct call *c, struct relay **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_relays_all, ARGS((int64_t)RELAYS_MAX), &rows));
	*ret = arena_array(c->arena, struct relay, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = of_row(sql_row(&rows, i));
	return NULL;
}

struct err *relay_is(struct call *c, struct str inbox_uri, struct str shared_inbox_uri, bool *ret)
{
	struct row r;

	return db_one(c, &q_relay_is, ARGS(inbox_uri, shared_inbox_uri, (int64_t)RELAY_ACCEPTED), &r, ret);
}
