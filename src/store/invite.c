#include "store/invite.h"

#define INVITE_COLUMNS "i.id, i.account_id, i.code, i.max_uses, i.uses, i.expires_us, i.created_us"
#define INVITE_OPEN "(max_uses = 0 OR uses < max_uses) AND (expires_us = 0 OR expires_us > $2)"

static struct invite from_row(struct row r)
{
	return (struct invite){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), row_str(r, 2), row_i64(r, 3), row_i64(r, 4), row_i64(r, 5),
				row_i64(r, 6) };
}

SQL(q_invite_add, "INSERT INTO invites (id, account_id, code, max_uses, uses, expires_us, created_us) VALUES ($1, $2, $3, $4, 0, $5, $6)");

struct err *invite_add(struct call *c, const struct invite *v)
{
	return db_exec(c, &q_invite_add, ARGS(v->id, v->account.v, v->code, v->max_uses, v->expires_us, v->created_us), NULL);
}

SQL(q_invite_find,
    "SELECT " INVITE_COLUMNS ", coalesce(u.disabled_us, 0), coalesce(a.suspended_us, 0), coalesce(a.deleted_us, 0) FROM invites i"
    " LEFT JOIN users u ON u.account_id = i.account_id LEFT JOIN accounts a ON a.id = i.account_id WHERE i.code = $1");

struct err *invite_find(struct call *c, struct str code, struct invite *ret, bool *ret_found, bool *ret_good)
{
	struct row r;

	*ret_good = false;
	TRY(db_one(c, &q_invite_find, ARGS(code), &r, ret_found));
	if (!*ret_found)
		return NULL;
	*ret = from_row(r);
	*ret_good = (!ret->max_uses || ret->uses < ret->max_uses) && (!ret->expires_us || ret->expires_us > c->now_us) && !row_i64(r, 7) &&
		    !row_i64(r, 8) && !row_i64(r, 9);
	return NULL;
}

SQL(q_invite_use, "UPDATE invites SET uses = uses + 1 WHERE id = $1 AND " INVITE_OPEN);
SQL(q_invite_newcomer, "UPDATE users SET invite_id = $2 WHERE account_id = $1");

struct err *invite_use(struct call *c, int64_t id, account_id newcomer, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_invite_use, ARGS(id, c->now_us), &n));
	*ret_was = n > 0;
	return *ret_was ? db_exec(c, &q_invite_newcomer, ARGS(newcomer.v, id), NULL) : NULL;
}

SQL(q_invites_of, "SELECT " INVITE_COLUMNS " FROM invites i WHERE i.account_id = $1 ORDER BY i.id DESC LIMIT $2");
SQL(q_invites_open, "SELECT count(*) FROM invites WHERE account_id = $1 AND " INVITE_OPEN);
SQL(q_invite_end, "UPDATE invites SET expires_us = $2 WHERE id = $1 AND account_id = $3 AND (expires_us = 0 OR expires_us > $2)");

struct err *invites_of(struct call *c, account_id who, int max, struct invite **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_invites_of, ARGS(who.v, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct invite, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

struct err *invites_open_count(struct call *c, account_id who, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_invites_open, ARGS(who.v, c->now_us), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

struct err *invite_end(struct call *c, account_id who, int64_t id, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_invite_end, ARGS(id, c->now_us, who.v), &n));
	*ret_was = n > 0;
	return NULL;
}
