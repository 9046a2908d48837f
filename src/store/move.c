#include "store/move.h"

#include "model/jobs.h"
#include "store/standing_priv.h"

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

/* What who is to the new account ($4) stands beside each, so that nothing is asked once a row. */
#define HERE(columns, table, cursor) \
	"SELECT r." cursor ", r.account_id, " columns ", f.id, b.id, m.id, n.comment FROM " table " r JOIN users u ON u.account_id = r.account_id" \
	" LEFT JOIN follows f ON f.account_id = r.account_id AND f.target_id = $4" \
	" LEFT JOIN blocks b ON b.account_id = r.account_id AND b.target_id = $4" \
	" LEFT JOIN mutes m ON m.account_id = r.account_id AND m.target_id = $4 AND (m.expires_us = 0 OR m.expires_us > $5)" \
	" LEFT JOIN account_notes n ON n.account_id = r.account_id AND n.target_id = $4" \
	" WHERE r.target_id = $1 AND r." cursor " < $2 ORDER BY r." cursor " DESC LIMIT $3"
SQL(q_here_followers, HERE("NULL, 0, 0", "follows", "id"));
SQL(q_here_notes, HERE("r.comment, 0, 0", "account_notes", "account_id"));
SQL(q_here_blocks, HERE("NULL, 0, 0", "blocks", "id"));
SQL(q_here_mutes, HERE("NULL, r.hide_notifications, r.expires_us", "mutes", "id"));

struct err *acquaintances(struct call *c, enum acquaintance kind, account_id of, account_id new_account, int64_t before, int max,
			  struct acquaintance_row **ret, size_t *ret_n)
{
	static const struct sql_text *const texts[ACQUAINTANCES] = {
		[ACQUAINTED_FOLLOWER] = &q_here_followers, [ACQUAINTED_NOTE] = &q_here_notes,
		[ACQUAINTED_BLOCK] = &q_here_blocks, [ACQUAINTED_MUTE] = &q_here_mutes,
	};
	struct sql_rows rows;

	TRY(db_rows(c, texts[kind], ARGS(of.v, before, (int64_t)max, new_account.v, c->now_us), &rows));
	*ret = arena_array(c->arena, struct acquaintance_row, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct acquaintance_row){
			.id = row_i64(r, 0), .who = ID(account_id, row_i64(r, 1)), .note = row_str(r, 2), .hide_notifications = row_bool(r, 3),
			.expires_us = row_i64(r, 4), .follows_new = !row_is_null(r, 5), .blocks_new = !row_is_null(r, 6), .mutes_new = !row_is_null(r, 7),
			.note_new = row_str(r, 8),
		};
	}
	return NULL;
}

/* ---- followers, many at once ---- */

SQL(q_movers,
    "SELECT f.id, f.account_id, f.target_id, f.uri, f.show_reblogs, f.notify, f.languages, f.created_us,"
    " EXISTS (SELECT 1 FROM follows n WHERE n.account_id = f.account_id AND n.target_id = $2)"
    " OR EXISTS (SELECT 1 FROM follow_requests q WHERE q.account_id = f.account_id AND q.target_id = $2),"
    " EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = f.account_id AND b.target_id = $2) OR (b.account_id = $2 AND b.target_id = f.account_id))"
    " OR EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = f.account_id AND d.domain = $3)"
    " OR NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = $2 AND " SQL_STANDS("a") " AND a.moved_to_id IS NULL)"
    " FROM follows f WHERE f.target_id = $1 AND f.account_id IN (@set) ORDER BY f.account_id");

struct err *movers(struct call *c, account_id of, const struct account *new_account, const int64_t *who, size_t n, struct mover **ret,
		   size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_movers, ARGS(of.v, new_account->id.v, new_account->domain, sql_ids(who, n)), &rows));
	*ret = arena_array(c->arena, struct mover, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct mover *m = &(*ret)[i];

		m->old = (struct follow){ .id = row_i64(r, 0), .account = ID(account_id, row_i64(r, 1)), .target = ID(account_id, row_i64(r, 2)),
					  .uri = row_str(r, 3), .show_reblogs = row_bool(r, 4), .notify = row_bool(r, 5), .languages = row_str(r, 6),
					  .created_us = row_i64(r, 7) };
		m->follows_new = row_bool(r, 8);
		m->hidden = row_bool(r, 9);
	}
	return NULL;
}

#define FOLLOWS_ADD(table) \
	"INSERT INTO " table " (id, account_id, target_id, uri, show_reblogs, notify, languages, created_us) VALUES @rows ON CONFLICT DO NOTHING"
SQL(q_movers_follow, FOLLOWS_ADD("follows"));
SQL(q_movers_request, FOLLOWS_ADD("follow_requests"));

struct err *movers_follow(struct call *c, enum follow_kind kind, const struct follow *f, size_t n)
{
	enum { COLUMNS = 8 };
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, COLUMNS * n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct sql_arg row[COLUMNS] = { sql_arg_i64(f[i].id), sql_arg_i64(f[i].account.v), sql_arg_i64(f[i].target.v), sql_arg_str(f[i].uri),
						      sql_arg_i64(f[i].show_reblogs), sql_arg_i64(f[i].notify), sql_arg_str(f[i].languages),
						      sql_arg_i64(f[i].created_us) };

		memcpy(v + COLUMNS * i, row, sizeof row);
	}
	return db_insert_rows(c, kind == FOLLOW_STANDING ? &q_movers_follow : &q_movers_request, COLUMNS, v, n);
}

SQL(q_movers_lists,
    "INSERT INTO list_accounts (list_id, account_id, owner_id) SELECT l.list_id, CAST($2 AS BIGINT), l.owner_id FROM list_accounts l"
    " WHERE l.account_id = $1 AND l.owner_id IN (@set) ON CONFLICT DO NOTHING");
SQL(q_movers_lists_drop, "DELETE FROM list_accounts WHERE account_id = $1 AND owner_id IN (@set)");
SQL(q_movers_lists_stale, "UPDATE lists SET built_us = 0 WHERE account_id IN (@set)");

struct err *movers_lists(struct call *c, account_id of, account_id new_account, const int64_t *who, size_t n)
{
	if (!n)
		return NULL;
	TRY(db_exec(c, &q_movers_lists, ARGS(of.v, new_account.v, sql_ids(who, n)), NULL));
	TRY(db_exec(c, &q_movers_lists_drop, ARGS(of.v, sql_ids(who, n)), NULL));
	return db_exec(c, &q_movers_lists_stale, ARGS(sql_ids(who, n)), NULL);
}

SQL(q_movers_unfollow, "DELETE FROM follows WHERE target_id = $1 AND account_id IN (@set)");
SQL(q_movers_unendorse, "DELETE FROM endorsements WHERE target_id = $1 AND account_id IN (@set)");
SQL(q_movers_unnotify, "DELETE FROM notifications WHERE account_id = $1 AND type = $2 AND from_id IN (@set)");

struct err *movers_unfollow(struct call *c, account_id of, const int64_t *who, size_t n)
{
	if (!n)
		return NULL;
	TRY(db_exec(c, &q_movers_unfollow, ARGS(of.v, sql_ids(who, n)), NULL));
	TRY(db_exec(c, &q_movers_unendorse, ARGS(of.v, sql_ids(who, n)), NULL));
	return db_exec(c, &q_movers_unnotify, ARGS(of.v, (int64_t)NOTIFICATION_FOLLOW, sql_ids(who, n)), NULL);
}

SQL(q_movers_count,
    "UPDATE account_stats SET following_count = CASE WHEN following_count > 0 THEN following_count - 1 ELSE 0 END WHERE account_id IN (@set)");

struct err *movers_count(struct call *c, const int64_t *who, size_t n)
{
	return n ? db_exec(c, &q_movers_count, ARGS(sql_ids(who, n)), NULL) : NULL;
}

SQL(q_notes_put,
    "INSERT INTO account_notes (account_id, target_id, comment) VALUES @rows"
    " ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment");

struct err *account_notes_put(struct call *c, account_id about, const struct note_row *notes, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 3 * n + 1);

	for (size_t i = 0; i < n; i++) {
		v[3 * i] = sql_arg_i64(notes[i].who.v);
		v[3 * i + 1] = sql_arg_i64(about.v);
		v[3 * i + 2] = sql_arg_str(notes[i].comment);
	}
	return db_insert_rows(c, &q_notes_put, 3, v, n);
}

/* ---- the ledger ---- */

SQL(q_move_find, "SELECT id, account_id, target_id, followers, created_us FROM account_moves WHERE id = $1");

struct err *account_move_find(struct call *c, int64_t id, struct account_move *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_move_find, ARGS(id), &r, ret_found));
	if (*ret_found)
		*ret = (struct account_move){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), ID(account_id, row_i64(r, 2)), row_i64(r, 3), row_i64(r, 4) };
	return NULL;
}

SQL(q_move_told,
    "INSERT INTO move_hosts (move_id, host, followers, body_id, told_us, prompts, due_us) VALUES ($1, $2, $3, $4, $5, 0, $6)"
    " ON CONFLICT (move_id, host) DO UPDATE SET body_id = excluded.body_id, told_us = excluded.told_us");

struct err *move_host_told(struct call *c, const struct move_host *h)
{
	return db_exec(c, &q_move_told, ARGS(h->move, h->host, h->followers, h->body, c->now_us, h->due_us), NULL);
}

#define LEDGER \
	"SELECT m.move_id, m.host, m.followers, m.body_id, m.told_us, m.prompts, m.due_us," \
	" EXISTS (SELECT 1 FROM jobs j WHERE j.host = m.host AND j.host <> '' AND j.kind = $1 AND j.ref_id = m.body_id) FROM move_hosts m"
SQL(q_move_hosts_of, LEDGER " WHERE m.move_id = $2 ORDER BY m.host LIMIT $3");
SQL(q_move_hosts_due, LEDGER " WHERE m.due_us > 0 AND m.due_us <= $2 ORDER BY m.due_us, m.move_id LIMIT $3");

static struct err *ledger(struct call *c, const struct sql_text *q, int64_t arg, int max, struct move_host **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, ARGS((int64_t)JOB_DELIVER, arg, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct move_host, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct move_host){ row_i64(r, 0), row_str(r, 1), row_i64(r, 2), row_i64(r, 3), row_i64(r, 4), row_i64(r, 5),
						row_i64(r, 6), row_bool(r, 7) };
	}
	return NULL;
}

struct err *move_hosts_of(struct call *c, int64_t move, struct move_host **ret, size_t *ret_n)
{
	return ledger(c, &q_move_hosts_of, move, MOVE_HOSTS_MAX, ret, ret_n);
}

struct err *move_hosts_due(struct call *c, int max, struct move_host **ret, size_t *ret_n)
{
	return ledger(c, &q_move_hosts_due, c->now_us, max, ret, ret_n);
}

SQL(q_move_put_off, "UPDATE move_hosts SET prompts = prompts + $3, due_us = $4 WHERE move_id = $1 AND host = $2");
SQL(q_move_hurry, "UPDATE move_hosts SET due_us = $2 WHERE move_id = $1 AND due_us > $2");

struct err *move_host_put_off(struct call *c, const struct move_host *h, int64_t by, int64_t due_us)
{
	return db_exec(c, &q_move_put_off, ARGS(h->move, h->host, by, due_us), NULL);
}

struct err *move_hosts_hurry(struct call *c, int64_t move) { return db_exec(c, &q_move_hurry, ARGS(move, c->now_us), NULL); }
