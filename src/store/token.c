#include "store/token.h"

#define APP_COLUMNS "id, client_id, secret_hash, name, website, redirect_uris, scopes, created_us"

static struct app app_from_row(struct row r)
{
	return (struct app){ ID(app_id, row_i64(r, 0)), row_str(r, 1), row_str(r, 2), row_str(r, 3), row_str(r, 4), row_str(r, 5), row_str(r, 6),
			     row_i64(r, 7) };
}

SQL(q_app_add, "INSERT INTO apps (" APP_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
SQL(q_app_by_client, "SELECT " APP_COLUMNS " FROM apps WHERE client_id = $1");
SQL(q_app_by_id, "SELECT " APP_COLUMNS " FROM apps WHERE id = $1");
SQL(q_apps_by_ids, "SELECT " APP_COLUMNS " FROM apps WHERE id IN (@set)");

struct err *app_add(struct call *c, const struct app *a)
{
	return db_exec(c, &q_app_add, ARGS(a->id.v, a->client_id, a->secret_hash, a->name, a->website, a->redirect_uris, a->scopes, a->created_us), NULL);
}

struct err *app_find_client(struct call *c, struct str client_id, struct app *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_app_by_client, ARGS(client_id), &r, ret_found));
	if (*ret_found)
		*ret = app_from_row(r);
	return NULL;
}

struct err *app_find(struct call *c, app_id id, struct app *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_app_by_id, ARGS(id.v), &r, ret_found));
	if (*ret_found)
		*ret = app_from_row(r);
	return NULL;
}

struct err *apps_by_ids(struct call *c, const int64_t *ids, size_t n, struct app **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_apps_by_ids, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct app, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = app_from_row(sql_row(&rows, i));
	return NULL;
}

SQL(q_token_add,
    "INSERT INTO tokens (id, token_hash, app_id, account_id, scopes, created_us, revoked_us, last_used_us) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)");

struct err *token_add(struct call *c, const struct token *t)
{
	return db_exec(c, &q_token_add, ARGS(t->id.v, t->hash, sql_opt(t->app.v), sql_opt(t->account.v), t->scopes, t->created_us), NULL);
}

SQL(q_token_find,
    "SELECT t.id, t.scopes, t.app_id, t.account_id, t.created_us, t.last_used_us, u.role, u.confirmed_us, u.disabled_us, a.suspended_us, u.approved,"
    " u.last_active_us, u.locale, a.moved_to_id, u.home_built_us > 0, EXISTS (SELECT 1 FROM filters f WHERE f.account_id = t.account_id)"
    " FROM tokens t LEFT JOIN users u ON u.account_id = t.account_id LEFT JOIN accounts a ON a.id = t.account_id"
    " WHERE t.token_hash = $1 AND t.revoked_us = 0");

struct err *token_find(struct call *c, struct str hash, struct token_owner *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_token_find, ARGS(hash), &r, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = (struct token_owner){
		.token = { ID(token_id, row_i64(r, 0)), hash, row_str(r, 1), ID(app_id, row_i64(r, 2)), ID(account_id, row_i64(r, 3)), row_i64(r, 4),
			   row_i64(r, 5) },
		.role = (enum role)row_i64(r, 6), .confirmed_us = row_i64(r, 7), .disabled_us = row_i64(r, 8), .suspended_us = row_i64(r, 9),
		.approved = row_bool(r, 10), .last_active_us = row_i64(r, 11), .locale = row_str(r, 12), .moved = !row_is_null(r, 13),
		.home_built = row_bool(r, 14), .has_filters = row_bool(r, 15),
	};
	return NULL;
}

SQL(q_token_seen, "UPDATE tokens SET last_used_us = $2 WHERE id = $1 AND last_used_us < $3");

struct err *token_seen(struct call *c, token_id id)
{
	return db_exec(c, &q_token_seen, ARGS(id.v, c->now_us, c->now_us - US_PER_HOUR), NULL);
}

SQL(q_token_revoke,
    "UPDATE tokens SET revoked_us = $2 WHERE token_hash = $1 AND revoked_us = 0 AND (app_id = $3 OR $3 = 0) RETURNING id");

struct err *token_revoke(struct call *c, struct str hash, app_id app, token_id *ret_id, bool *ret_was)
{
	struct row r;

	TRY(db_one(c, &q_token_revoke, ARGS(hash, c->now_us, app.v), &r, ret_was));
	if (*ret_was)
		*ret_id = ID(token_id, row_i64(r, 0));
	return NULL;
}

SQL(q_tokens_revoke_app,
    "UPDATE tokens SET revoked_us = $3 WHERE account_id = $1 AND revoked_us = 0 AND coalesce(app_id, 0) = $2 RETURNING id");
SQL(q_tokens_revoke_all, "UPDATE tokens SET revoked_us = $2 WHERE account_id = $1 AND revoked_us = 0 RETURNING id");

static void take_ids(struct call *c, const struct sql_rows *rows, token_id **ret, size_t *ret_n)
{
	*ret = arena_array(c->arena, token_id, rows->n + 1);
	*ret_n = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		(*ret)[i] = ID(token_id, row_i64(sql_row(rows, i), 0));
}

struct err *tokens_revoke_app(struct call *c, account_id who, app_id app, token_id **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_tokens_revoke_app, ARGS(who.v, app.v, c->now_us), &rows));
	take_ids(c, &rows, ret, ret_n);
	return NULL;
}

struct err *tokens_revoke_all(struct call *c, account_id who, token_id **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_tokens_revoke_all, ARGS(who.v, c->now_us), &rows));
	take_ids(c, &rows, ret, ret_n);
	return NULL;
}

SQL(q_tokens_by_app,
    "SELECT coalesce(t.app_id, 0), p.name, p.website, t.scopes, min(t.created_us), max(t.last_used_us)"
    " FROM tokens t LEFT JOIN apps p ON p.id = t.app_id WHERE t.account_id = $1 AND t.revoked_us = 0"
    " GROUP BY coalesce(t.app_id, 0), p.name, p.website, t.scopes ORDER BY 1 DESC LIMIT $2");

struct err *tokens_by_app(struct call *c, account_id who, int max, struct app_use **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_tokens_by_app, ARGS(who.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct app_use, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct app_use){ ID(app_id, row_i64(r, 0)), row_str(r, 1), row_str(r, 2), row_str(r, 3), row_i64(r, 4), row_i64(r, 5) };
	}
	return NULL;
}

SQL(q_token_app, "SELECT app_id FROM tokens WHERE token_hash = $1");

struct err *token_owner_app(struct call *c, struct str hash, app_id *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_token_app, ARGS(hash), &r, ret_found));
	if (*ret_found)
		*ret = ID(app_id, row_i64(r, 0));
	return NULL;
}

SQL(q_code_add,
    "INSERT INTO oauth_codes (code_hash, app_id, account_id, scopes, redirect_uri, challenge, created_us, used_us)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0)");
SQL(q_code_take,
    "UPDATE oauth_codes SET used_us = $2 WHERE code_hash = $1 AND used_us = 0"
    " RETURNING scopes, redirect_uri, challenge, app_id, account_id, created_us");

struct err *code_add(struct call *c, const struct oauth_code *k)
{
	return db_exec(c, &q_code_add, ARGS(k->hash, k->app.v, k->account.v, k->scopes, k->redirect_uri, k->challenge, k->created_us), NULL);
}

struct err *code_take(struct call *c, struct str hash, struct oauth_code *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_code_take, ARGS(hash, c->now_us), &r, ret_found));
	if (*ret_found)
		*ret = (struct oauth_code){ hash, row_str(r, 0), row_str(r, 1), row_str(r, 2), ID(app_id, row_i64(r, 3)), ID(account_id, row_i64(r, 4)),
					    row_i64(r, 5) };
	return NULL;
}

SQL(q_mail_token_add, "INSERT INTO mail_tokens (token_hash, account_id, purpose, email, created_us, used_us) VALUES ($1, $2, $3, $4, $5, 0)");
SQL(q_mail_token_take,
    "UPDATE mail_tokens SET used_us = $2 WHERE token_hash = $1 AND purpose = $3 AND used_us = 0 AND created_us >= $4 RETURNING account_id, email");

struct err *mail_token_add(struct call *c, struct str hash, account_id id, const char *purpose, struct str email)
{
	return db_exec(c, &q_mail_token_add, ARGS(hash, id.v, str_z(purpose), email, c->now_us), NULL);
}

struct err *mail_token_take(struct call *c, struct str hash, const char *purpose, int64_t made_after_us, account_id *ret, struct str *ret_email,
			    bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_mail_token_take, ARGS(hash, c->now_us, str_z(purpose), made_after_us), &r, ret_found));
	if (*ret_found) {
		*ret = ID(account_id, row_i64(r, 0));
		*ret_email = row_str(r, 1);
	}
	return NULL;
}
