#include "store/account.h"
#include "store/store_priv.h"

#define KEY_COLUMNS "id, account_id, uri, algorithm, public_pem, private_sealed, created_us, retired_us"

struct account_key store__key(struct row r)
{
	return (struct account_key){
		.id = row_i64(r, 0), .account = ID(account_id, row_i64(r, 1)), .uri = row_str(r, 2), .algorithm = (enum key_algorithm)row_i64(r, 3),
		.public_pem = row_str(r, 4), .private_sealed = row_str(r, 5), .created_us = row_i64(r, 6), .retired_us = row_i64(r, 7),
	};
}

SQL(q_key_add, "INSERT INTO account_keys (" KEY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(q_key_by_uri, "SELECT " KEY_COLUMNS " FROM account_keys WHERE uri = $1 AND (retired_us = 0 OR retired_us > $2)");
SQL(q_keys_of, "SELECT " KEY_COLUMNS " FROM account_keys WHERE account_id = $1 AND (retired_us = 0 OR retired_us > $2) ORDER BY id");
SQL(q_keys_sealed, "SELECT " KEY_COLUMNS " FROM account_keys WHERE id > $1 AND private_sealed IS NOT NULL ORDER BY id LIMIT $2");
SQL(q_key_reseal, "UPDATE account_keys SET private_sealed = $3 WHERE id = $1 AND private_sealed = $2");
SQL(q_keys_drop, "DELETE FROM account_keys WHERE account_id = $1");
SQL(q_key_drop_uri, "DELETE FROM account_keys WHERE uri = $1 AND private_sealed IS NULL");

struct err *account_key_add(struct call *c, const struct account_key *k)
{
	return db_exec(c, &q_key_add,
		       ARGS(k->id, k->account.v, k->uri, (int64_t)k->algorithm, k->public_pem, k->private_sealed, k->created_us, k->retired_us), NULL);
}

struct err *account_key_find_uri(struct call *c, struct str uri, struct account_key *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_key_by_uri, ARGS(uri, c->now_us), &r, ret_found));
	if (*ret_found)
		*ret = store__key(r);
	return NULL;
}

struct err *account_keys(struct call *c, account_id id, struct account_key **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_keys_of, ARGS(id.v, c->now_us), &rows));
	*ret = arena_array(c->arena, struct account_key, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = store__key(sql_row(&rows, i));
	return NULL;
}

SQL(q_keys_retire, "UPDATE account_keys SET retired_us = $2, private_sealed = NULL WHERE account_id = $1 AND retired_us = 0");
SQL(q_keys_drop_retired, "DELETE FROM account_keys WHERE retired_us > 0 AND retired_us <= $1");
SQL(q_key_owners,
    "SELECT a.id, a.uri FROM accounts a WHERE a.domain = '' AND a.deleted_us = 0 AND a.id > $1 ORDER BY a.id LIMIT $2");
SQL(q_keys_missing,
    "SELECT a.id, a.uri FROM accounts a WHERE a.domain = '' AND a.deleted_us = 0 AND a.id > $1 AND NOT EXISTS"
    " (SELECT 1 FROM account_keys k WHERE k.account_id = a.id AND k.algorithm = $3 AND k.retired_us = 0) ORDER BY a.id LIMIT $2");

struct err *account_keys_retire(struct call *c, account_id id, int64_t until_us)
{
	return db_exec(c, &q_keys_retire, ARGS(id.v, until_us), NULL);
}

struct err *account_keys_drop_retired(struct call *c, int64_t *ret_n) { return db_exec(c, &q_keys_drop_retired, ARGS(c->now_us), ret_n); }

static void owners_of(struct call *c, const struct sql_rows *rows, struct key_owner **ret, size_t *ret_n)
{
	*ret = arena_array(c->arena, struct key_owner, rows->n + 1);
	*ret_n = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		(*ret)[i] = (struct key_owner){ ID(account_id, row_i64(sql_row(rows, i), 0)), row_str(sql_row(rows, i), 1) };
}

struct err *account_key_owners(struct call *c, account_id after, int max, struct key_owner **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_key_owners, ARGS(after.v, (int64_t)max), &rows));
	owners_of(c, &rows, ret, ret_n);
	return NULL;
}

struct err *account_keys_missing(struct call *c, account_id after, int max, struct key_owner **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_keys_missing, ARGS(after.v, (int64_t)max, (int64_t)KEY_ALGORITHM_ED25519), &rows));
	owners_of(c, &rows, ret, ret_n);
	return NULL;
}

struct err *account_keys_sealed(struct call *c, int64_t after_id, int max, struct account_key **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_keys_sealed, ARGS(after_id, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct account_key, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = store__key(sql_row(&rows, i));
	return NULL;
}

struct err *account_key_reseal(struct call *c, const struct account_key *k, struct str sealed)
{
	return db_exec(c, &q_key_reseal, ARGS(k->id, k->private_sealed, sealed), NULL);
}

struct err *account_keys_replace(struct call *c, account_id id, const struct account_key *k, size_t n)
{
	TRY(db_exec(c, &q_keys_drop, ARGS(id.v), NULL));
	for (size_t i = 0; i < n; i++) {
		TRY(db_exec(c, &q_key_drop_uri, ARGS(k[i].uri), NULL));      /* a key that two of a server's actors name is the latest's */
		TRY(account_key_add(c, &k[i]));
	}
	return NULL;
}
