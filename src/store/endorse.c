#include "store/endorse.h"

SQL(q_endorsement_add,
    "INSERT INTO endorsements (account_id, target_id, created_us)"
    " SELECT f.account_id, f.target_id, CAST($3 AS BIGINT) FROM follows f WHERE f.account_id = $1 AND f.target_id = $2 ON CONFLICT DO NOTHING");
SQL(q_endorsement_drop, "DELETE FROM endorsements WHERE account_id = $1 AND target_id = $2");

struct err *endorsement_add(struct call *c, account_id who, account_id whom)
{
	return db_exec(c, &q_endorsement_add, ARGS(who.v, whom.v, c->now_us), NULL);
}

struct err *endorsement_drop(struct call *c, account_id who, account_id whom)
{
	return db_exec(c, &q_endorsement_drop, ARGS(who.v, whom.v), NULL);
}
