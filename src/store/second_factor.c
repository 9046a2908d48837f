#include "store/second_factor.h"

#define SEED_COLUMNS "account_id, seed_sealed, proven_us, last_step"

static struct totp_seed seed_from_row(struct row r)
{
	return (struct totp_seed){ ID(account_id, row_i64(r, 0)), row_str(r, 1), row_i64(r, 2), row_i64(r, 3) };
}

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret_was = n > 0;
	return NULL;
}

SQL(q_totp_put,
    "INSERT INTO totp_seeds (account_id, seed_sealed, proven_us, last_step, created_us) VALUES ($1, $2, 0, 0, $3)"
    " ON CONFLICT (account_id) DO UPDATE SET seed_sealed = excluded.seed_sealed, created_us = excluded.created_us"
    " WHERE totp_seeds.proven_us = 0");
SQL(q_totp_find, "SELECT " SEED_COLUMNS " FROM totp_seeds WHERE account_id = $1");
SQL(q_totp_prove, "UPDATE totp_seeds SET proven_us = $2, last_step = $3 WHERE account_id = $1 AND proven_us = 0");
SQL(q_totp_use, "UPDATE totp_seeds SET last_step = $2 WHERE account_id = $1 AND proven_us > 0 AND last_step < $2");
SQL(q_totp_drop, "DELETE FROM totp_seeds WHERE account_id = $1");

struct err *totp_put(struct call *c, account_id who, struct str sealed, bool *ret_was)
{
	return changed(c, &q_totp_put, ARGS(who.v, sealed, c->now_us), ret_was);
}

struct err *totp_find(struct call *c, account_id who, struct totp_seed *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_totp_find, ARGS(who.v), &r, ret_found));
	if (*ret_found)
		*ret = seed_from_row(r);
	return NULL;
}

struct err *totp_prove(struct call *c, account_id who, int64_t step, bool *ret_was)
{
	return changed(c, &q_totp_prove, ARGS(who.v, c->now_us, step), ret_was);
}

struct err *totp_use(struct call *c, account_id who, int64_t step, bool *ret_was)
{
	return changed(c, &q_totp_use, ARGS(who.v, step), ret_was);
}

SQL(q_recovery_drop, "DELETE FROM recovery_codes WHERE account_id = $1");

struct err *totp_drop(struct call *c, account_id who, bool *ret_was)
{
	TRY(db_exec(c, &q_recovery_drop, ARGS(who.v), NULL));
	return changed(c, &q_totp_drop, ARGS(who.v), ret_was);
}

SQL(q_totp_sealed, "SELECT " SEED_COLUMNS " FROM totp_seeds WHERE account_id > $1 ORDER BY account_id LIMIT $2");
SQL(q_totp_reseal, "UPDATE totp_seeds SET seed_sealed = $3 WHERE account_id = $1 AND seed_sealed = $2");

struct err *totp_sealed(struct call *c, account_id after, int max, struct totp_seed **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_totp_sealed, ARGS(after.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct totp_seed, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = seed_from_row(sql_row(&rows, i));
	return NULL;
}

struct err *totp_reseal(struct call *c, const struct totp_seed *was, struct str sealed)
{
	return db_exec(c, &q_totp_reseal, ARGS(was->account.v, was->sealed, sealed), NULL);
}

SQL(q_recovery_add, "INSERT INTO recovery_codes (account_id, code_hash) VALUES @rows");
SQL(q_recovery_use, "DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2");
SQL(q_recovery_count, "SELECT count(*) FROM recovery_codes WHERE account_id = $1");

struct err *recovery_codes_put(struct call *c, account_id who, const struct str *hashes, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		v[2 * i] = sql_arg_i64(who.v);
		v[2 * i + 1] = sql_arg_str(hashes[i]);
	}
	TRY(db_exec(c, &q_recovery_drop, ARGS(who.v), NULL));
	return db_insert_rows(c, &q_recovery_add, 2, v, n);
}

struct err *recovery_code_use(struct call *c, account_id who, struct str hash, bool *ret_was)
{
	return changed(c, &q_recovery_use, ARGS(who.v, hash), ret_was);
}

struct err *recovery_codes_count(struct call *c, account_id who, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_recovery_count, ARGS(who.v), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}
