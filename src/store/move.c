#include "store/move.h"

SQL(q_move_add, "INSERT INTO account_moves (id, account_id, target_id, followers, created_us) VALUES ($1, $2, $3, $4, $5)");
SQL(q_move_last, "SELECT id, account_id, target_id, followers, created_us FROM account_moves WHERE account_id = $1 ORDER BY id DESC LIMIT 1");

struct err *account_move_add(struct call *c, const struct account_move *m)
{
	return db_exec(c, &q_move_add, ARGS(m->id, m->account.v, m->target.v, m->followers, m->created_us), NULL);
}

struct err *account_move_last(struct call *c, account_id of, struct account_move *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_move_last, ARGS(of.v), &r, ret_found));
	if (*ret_found)
		*ret = (struct account_move){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)), row_i64(r, 3), row_i64(r, 4) };
	return NULL;
}

SQL(q_moved_put, "UPDATE accounts SET moved_to_id = $2, version = version + 1 WHERE id = $1");
SQL(q_aliases_put, "UPDATE accounts SET also_known_as = $2, version = version + 1 WHERE id = $1");

struct err *account_moved_put(struct call *c, account_id id, account_id to)
{
	return db_exec(c, &q_moved_put, ARGS(id.v, sql_opt(to.v)), NULL);
}

struct err *account_aliases_put(struct call *c, account_id id, struct str also_known_as)
{
	return db_exec(c, &q_aliases_put, ARGS(id.v, also_known_as), NULL);
}

#define HERE(columns, table, cursor) \
	"SELECT r." cursor ", r.account_id, " columns " FROM " table " r JOIN users u ON u.account_id = r.account_id" \
	" WHERE r.target_id = $1 AND r." cursor " < $2 ORDER BY r." cursor " DESC LIMIT $3"
SQL(q_here_followers, HERE("NULL, 0, 0", "follows", "id"));
SQL(q_here_notes, HERE("r.comment, 0, 0", "account_notes", "account_id"));
SQL(q_here_blocks, HERE("NULL, 0, 0", "blocks", "id"));
SQL(q_here_mutes, HERE("NULL, r.hide_notifications, r.expires_us", "mutes", "id"));

struct err *acquaintances(struct call *c, enum acquaintance kind, account_id of, int64_t before, int max, struct acquaintance_row **ret,
			  size_t *ret_n)
{
	static const struct sql_text *const texts[ACQUAINTANCES] = {
		[ACQUAINTED_FOLLOWER] = &q_here_followers, [ACQUAINTED_NOTE] = &q_here_notes,
		[ACQUAINTED_BLOCK] = &q_here_blocks, [ACQUAINTED_MUTE] = &q_here_mutes,
	};
	struct sql_rows rows;

	TRY(db_rows(c, texts[kind], ARGS(of.v, before, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct acquaintance_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct acquaintance_row){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), row_str(r, 2), row_bool(r, 3), row_i64(r, 4) };
	}
	return NULL;
}
