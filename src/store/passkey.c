#include "store/passkey.h"

#define PASSKEY_COLUMNS "id, account_id, credential, public_key, sign_count, name, created_us, used_us"

static struct passkey from_row(struct row r)
{
	return (struct passkey){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), row_str(r, 2), row_str(r, 3), row_i64(r, 4), row_str(r, 5),
				 row_i64(r, 6), row_i64(r, 7) };
}

SQL(q_passkey_add, "INSERT INTO passkeys (" PASSKEY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(q_passkey_find, "SELECT " PASSKEY_COLUMNS " FROM passkeys WHERE credential = $1");
SQL(q_passkeys_of, "SELECT " PASSKEY_COLUMNS " FROM passkeys WHERE account_id = $1 ORDER BY id LIMIT $2");
SQL(q_passkey_use,
    "UPDATE passkeys SET sign_count = $2, used_us = $3 WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))");
SQL(q_passkey_drop, "DELETE FROM passkeys WHERE account_id = $1 AND id = $2 RETURNING name");

struct err *passkey_add(struct call *c, const struct passkey *k)
{
	return db_exec(c, &q_passkey_add, ARGS(k->id, k->account.v, k->credential, k->public_key, k->sign_count, k->name, k->created_us, k->used_us),
		       NULL);
}

struct err *passkey_find(struct call *c, struct str credential, struct passkey *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_passkey_find, ARGS(credential), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

struct err *passkeys_of(struct call *c, account_id who, int max, struct passkey **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_passkeys_of, ARGS(who.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct passkey, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

struct err *passkey_use(struct call *c, int64_t id, int64_t sign_count, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_passkey_use, ARGS(id, sign_count, c->now_us), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *passkey_drop(struct call *c, account_id who, int64_t id, struct str *ret_name, bool *ret_was)
{
	struct row r;

	TRY(db_one(c, &q_passkey_drop, ARGS(who.v, id), &r, ret_was));
	*ret_name = *ret_was ? row_str(r, 0) : STR_NONE;
	return NULL;
}
