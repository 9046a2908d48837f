#include "store/user.h"

#define USER_COLUMNS \
	"account_id, email, password_hash, role, confirmed_us, approved, disabled_us, locale, default_privacy, default_sensitive," \
	" default_language, created_us, last_active_us, home_built_us, default_quote_policy"

static void from_row(struct row r, struct user *u)
{
	*u = (struct user){
		.account = ID(account_id, row_i64(r, 0)), .email = row_str(r, 1), .password_hash = row_str(r, 2), .role = (enum role)row_i64(r, 3),
		.confirmed_us = row_i64(r, 4), .approved = row_bool(r, 5), .disabled_us = row_i64(r, 6), .locale = row_str(r, 7),
		.default_privacy = (enum visibility)row_i64(r, 8), .default_sensitive = row_bool(r, 9), .default_language = row_str(r, 10),
		.created_us = row_i64(r, 11), .last_active_us = row_i64(r, 12), .home_built_us = row_i64(r, 13),
		.default_quote_policy = (enum quote_policy)row_i64(r, 14),
	};
}

SQL(q_user_add,
    "INSERT INTO users (account_id, email, email_key, password_hash, role, confirmed_us, approved, disabled_us, locale, default_privacy,"
    " default_sensitive, default_language, reason, created_us, last_active_us, home_built_us, default_quote_policy)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");

struct err *user_add(struct call *c, const struct user *u, struct str email_key, struct str reason)
{
	return db_exec(c, &q_user_add,
		       ARGS(u->account.v, u->email, email_key, u->password_hash, (int64_t)u->role, u->confirmed_us, (int64_t)u->approved, u->disabled_us,
			    u->locale, (int64_t)u->default_privacy, (int64_t)u->default_sensitive, u->default_language, reason, u->created_us,
			    u->last_active_us, u->home_built_us, (int64_t)u->default_quote_policy),
		       NULL);
}

SQL(q_user_find, "SELECT " USER_COLUMNS " FROM users WHERE account_id = $1");
SQL(q_user_find_email, "SELECT " USER_COLUMNS " FROM users WHERE email_key = $1");

struct err *user_find(struct call *c, account_id id, struct user *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_user_find, ARGS(id.v), &r, ret_found));
	if (*ret_found)
		from_row(r, ret);
	return NULL;
}

struct err *user_find_email(struct call *c, struct str email_key, struct user *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_user_find_email, ARGS(email_key), &r, ret_found));
	if (*ret_found)
		from_row(r, ret);
	return NULL;
}

SQL(q_user_put,
    "UPDATE users SET email = $2, email_key = $3, password_hash = $4, role = $5, confirmed_us = $6, approved = $7, disabled_us = $8, locale = $9,"
    " default_privacy = $10, default_sensitive = $11, default_language = $12, last_active_us = $13, home_built_us = $14,"
    " default_quote_policy = $15 WHERE account_id = $1");

struct err *user_put(struct call *c, const struct user *u, struct str email_key)
{
	return db_exec(c, &q_user_put,
		       ARGS(u->account.v, u->email, email_key, u->password_hash, (int64_t)u->role, u->confirmed_us, (int64_t)u->approved, u->disabled_us,
			    u->locale, (int64_t)u->default_privacy, (int64_t)u->default_sensitive, u->default_language, u->last_active_us,
			    u->home_built_us, (int64_t)u->default_quote_policy),
		       NULL);
}

SQL(q_user_password, "UPDATE users SET password_hash = $2 WHERE account_id = $1");

struct err *user_password_put(struct call *c, account_id id, struct str password_hash)
{
	return db_exec(c, &q_user_password, ARGS(id.v, password_hash), NULL);
}

SQL(q_user_new_email, "UPDATE users SET new_email = $2 WHERE account_id = $1");
SQL(q_user_new_email_find, "SELECT new_email FROM users WHERE account_id = $1");
SQL(q_user_email_take,
    "UPDATE users SET email = $2, email_key = $3, new_email = NULL WHERE account_id = $1 AND new_email = $2");

struct err *user_new_email_put(struct call *c, account_id id, struct str email)
{
	return db_exec(c, &q_user_new_email, ARGS(id.v, email), NULL);
}

struct err *user_new_email(struct call *c, account_id id, struct str *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_user_new_email_find, ARGS(id.v), &r, &found));
	*ret = found ? row_str(r, 0) : STR_NONE;
	return NULL;
}

struct err *user_new_email_take(struct call *c, account_id id, struct str email, struct str email_key, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_user_email_take, ARGS(id.v, email, email_key), &n));
	*ret_was = n > 0;
	return NULL;
}

SQL(q_user_reading, "SELECT expand_media, expand_spoilers, autoplay_gifs FROM users WHERE account_id = $1");
SQL(q_user_reading_put, "UPDATE users SET expand_media = $2, expand_spoilers = $3, autoplay_gifs = $4 WHERE account_id = $1");

struct err *user_reading(struct call *c, account_id id, struct reading *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_user_reading, ARGS(id.v), &r, &found));
	*ret = (struct reading){ 0 };
	if (found)
		*ret = (struct reading){ (enum expand_media)row_i64(r, 0), row_bool(r, 1), row_bool(r, 2) };
	return NULL;
}

struct err *user_reading_put(struct call *c, account_id id, const struct reading *in)
{
	return db_exec(c, &q_user_reading_put, ARGS(id.v, (int64_t)in->media, (int64_t)in->expand_spoilers, (int64_t)in->autoplay_gifs), NULL);
}

SQL(q_user_standing, "UPDATE users SET approved = $2, disabled_us = $3 WHERE account_id = $1");

struct err *user_standing_put(struct call *c, account_id id, bool approved, int64_t disabled_us)
{
	return db_exec(c, &q_user_standing, ARGS(id.v, (int64_t)approved, disabled_us), NULL);
}

SQL(q_user_defaults,
    "UPDATE users SET default_privacy = $2, default_sensitive = $3, default_language = $4, default_quote_policy = $5 WHERE account_id = $1");

struct err *user_defaults_put(struct call *c, const struct user *u)
{
	return db_exec(c, &q_user_defaults,
		       ARGS(u->account.v, (int64_t)u->default_privacy, (int64_t)u->default_sensitive, u->default_language,
			    (int64_t)u->default_quote_policy),
		       NULL);
}

SQL(q_user_seen, "UPDATE users SET last_active_us = $2 WHERE account_id = $1 AND last_active_us < $3");

struct err *user_seen(struct call *c, account_id id, int64_t now_us)
{
	return db_exec(c, &q_user_seen, ARGS(id.v, now_us, now_us - US_PER_HOUR), NULL);
}

SQL(q_user_home_built, "UPDATE users SET home_built_us = $2 WHERE account_id = $1");

struct err *user_home_built(struct call *c, account_id id, int64_t when_us)
{
	return db_exec(c, &q_user_home_built, ARGS(id.v, when_us), NULL);
}

SQL(q_users_page,
    "SELECT u.account_id, a.username, u.email, u.role, u.created_us, u.confirmed_us, u.last_active_us, u.approved, u.disabled_us"
    " FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.account_id > $1 ORDER BY u.account_id LIMIT $2");

struct err *users_page(struct call *c, account_id after, int max, struct user_line **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_users_page, ARGS(after.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct user_line, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct user_line){
			.id = ID(account_id, row_i64(r, 0)), .username = row_str(r, 1), .email = row_str(r, 2), .role = (enum role)row_i64(r, 3),
			.created_us = row_i64(r, 4), .confirmed_us = row_i64(r, 5), .last_active_us = row_i64(r, 6),
			.approved = row_bool(r, 7), .disabled = row_i64(r, 8) > 0,
		};
	}
	return NULL;
}
