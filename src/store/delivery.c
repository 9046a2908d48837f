#include "store/delivery.h"

#include "store/host.h"

SQL(q_body_add,
    "INSERT INTO delivery_bodies (id, account_id, body, to_followers, created_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
/* All that a delivery needs: one trip to the database for each of what may be hundreds of thousands. (Algorithm 0 is RSA.) */
SQL(q_body_find,
    "SELECT b.id, b.account_id, b.body, b.to_followers, COALESCE(h.dialect, 0), k.uri, k.private_sealed FROM delivery_bodies b"
    " LEFT JOIN hosts h ON h.host = $2 AND h.dialect_us > $3"
    " LEFT JOIN account_keys k ON k.account_id = b.account_id AND k.algorithm = 0 AND k.private_sealed IS NOT NULL"
    " WHERE b.id = $1 ORDER BY k.id DESC LIMIT 1");

struct err *delivery_body_add(struct call *c, const struct delivery_body *b, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, &q_body_add, ARGS(b->id, b->account.v, b->body, b->to_followers, c->now_us), &n));
	*ret_new = n > 0;
	return NULL;
}

struct err *delivery_body_find(struct call *c, int64_t id, struct str host, struct delivery_body *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_body_find, ARGS(id, host, c->now_us - HOST_DIALECT_US), &r, ret_found));
	if (*ret_found)
		*ret = (struct delivery_body){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), row_str(r, 2), row_bool(r, 3), (enum dialect)row_i64(r, 4),
					       row_str(r, 5), row_str(r, 6) };
	return NULL;
}
