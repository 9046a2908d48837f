#include "store/relation.h"

#include <stdlib.h>

#include "base/buf.h"
#include "store/standing_priv.h"

/* Relations */

SQL(q_relations,
    "SELECT a.id, CASE WHEN a.suspended_us > 0 OR " SQL_SERVER_SUSPENDED("a") " THEN 1 ELSE 0 END,"
    " f.id, f.show_reblogs, f.notify, f.languages, q.id, q.show_reblogs, q.notify, q.languages, fb.id, qb.id,"
    " b.id, bb.id, m.id, m.hide_notifications, m.expires_us, d.id, n.comment, e.target_id FROM accounts a"
    " LEFT JOIN follows f ON f.account_id = $1 AND f.target_id = a.id"
    " LEFT JOIN follow_requests q ON q.account_id = $1 AND q.target_id = a.id"
    " LEFT JOIN follows fb ON fb.account_id = a.id AND fb.target_id = $1"
    " LEFT JOIN follow_requests qb ON qb.account_id = a.id AND qb.target_id = $1"
    " LEFT JOIN blocks b ON b.account_id = $1 AND b.target_id = a.id"
    " LEFT JOIN blocks bb ON bb.account_id = a.id AND bb.target_id = $1"
    " LEFT JOIN mutes m ON m.account_id = $1 AND m.target_id = a.id AND (m.expires_us = 0 OR m.expires_us > $2)"
    " LEFT JOIN domain_mutes d ON d.account_id = $1 AND d.domain = a.domain"
    " LEFT JOIN account_notes n ON n.account_id = $1 AND n.target_id = a.id"
    " LEFT JOIN endorsements e ON e.account_id = $1 AND e.target_id = a.id"
    " WHERE a.deleted_us = 0 AND a.id IN (@set)");

static struct relation *relation_from(struct call *c, struct row r)
{
	struct relation *rel = arena_new(c->arena, struct relation);
	bool follows = !row_is_null(r, 2), asks = !row_is_null(r, 6);
	size_t options = follows ? 3 : 7;

	*rel = (struct relation){
		.other = ID(account_id, row_i64(r, 0)), .suspended = row_i64(r, 1) > 0, .following = follows, .requested = asks && !follows,
		.showing_reblogs = row_bool(r, options), .notifying = row_bool(r, options + 1), .languages = row_str(r, options + 2),
		.followed_by = !row_is_null(r, 10), .requested_by = !row_is_null(r, 11), .blocking = !row_is_null(r, 12),
		.blocked_by = !row_is_null(r, 13), .muting = !row_is_null(r, 14), .muting_notifications = row_bool(r, 15),
		.mute_expires_us = row_i64(r, 16), .domain_blocking = !row_is_null(r, 17), .note = row_str(r, 18), .endorsed = !row_is_null(r, 19),
	};
	return rel;
}

struct err *relations_of(struct call *c, account_id me, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_relations, ARGS(me.v, c->now_us, sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct relation *rel = relation_from(c, sql_row(&rows, i));

		map_put_i64(*ret_by_id, rel->other.v, rel);
	}
	return NULL;
}

/* SQLite has one writer: its transactions wait for each other anyway. */
SQL2(q_relation_lock, "", "SELECT 1 FROM (SELECT pg_advisory_xact_lock(1, CAST($1 AS INTEGER))) AS locked");

static int64_t lock_of(account_id a, account_id b)
{
	uint64_t low = (uint64_t)(a.v < b.v ? a.v : b.v), high = (uint64_t)(a.v < b.v ? b.v : a.v);
	uint64_t mixed = (low * UINT64_C(0x9e3779b97f4a7c15)) ^ (high * UINT64_C(0xc2b2ae3d27d4eb4f));

	return (int64_t)(mixed >> 33);
}

struct err *relation_lock(struct call *c, account_id a, account_id b)
{
	return sql_is_pgsql(c->db) ? db_exec(c, &q_relation_lock, ARGS(lock_of(a, b)), NULL) : NULL;
}

SQL2(q_relations_lock, "",
     "SELECT 1 FROM (SELECT pg_advisory_xact_lock(1, CAST(k AS INTEGER)) FROM unnest(string_to_array($1, ',')) AS k) AS locked");

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

struct err *relations_lock(struct call *c, account_id one, account_id other, const int64_t *with, size_t n)
{
	int64_t *keys = arena_array(c->arena, int64_t, 2 * n + 1);
	struct buf b = buf_init(c->arena, 2 * n * 24 + 1);

	if (!n || !sql_is_pgsql(c->db))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		keys[2 * i] = lock_of(one, ID(account_id, with[i]));
		keys[2 * i + 1] = lock_of(other, ID(account_id, with[i]));
	}
	/* In one order, so that two who lock many do not wait for each other. */
	qsort(keys, 2 * n, sizeof *keys, by_number);
	for (size_t i = 0; i < 2 * n; i++)
		buf_addf(&b, "%s%lld", i ? "," : "", (long long)keys[i]);
	return db_exec(c, &q_relations_lock, ARGS(buf_str(&b)), NULL);
}

/* Follows and requests */

#define FOLLOW_COLUMNS "id, account_id, target_id, uri, show_reblogs, notify, languages, created_us"
#define FOLLOW_ADD(table) \
	"INSERT INTO " table " (" FOLLOW_COLUMNS ") SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT)," \
	" CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS TEXT), CAST($8 AS BIGINT)" \
	" WHERE NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = $2 AND b.target_id = $3) OR (b.account_id = $3 AND b.target_id = $2))" \
	" AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = $3 AND " SQL_STANDS("a") " AND a.moved_to_id IS NULL)" \
	" AND EXISTS (SELECT 1 FROM account_stats s WHERE s.account_id = $2 AND s.following_count < $9)" \
	" ON CONFLICT DO NOTHING"

SQL(q_follow_add, FOLLOW_ADD("follows"));
SQL(q_request_add, FOLLOW_ADD("follow_requests"));

struct err *follow_add(struct call *c, enum follow_kind kind, const struct follow *f, int64_t max, bool *ret_new)
{
	int64_t n;

	TRY(db_exec(c, kind == FOLLOW_STANDING ? &q_follow_add : &q_request_add,
		    ARGS(f->id, f->account.v, f->target.v, f->uri, (int64_t)f->show_reblogs, (int64_t)f->notify, f->languages, f->created_us, max), &n));
	*ret_new = n > 0;
	return NULL;
}

static struct follow follow_from(struct row r)
{
	return (struct follow){
		.id = row_i64(r, 0), .account = ID(account_id, row_i64(r, 1)), .target = ID(account_id, row_i64(r, 2)), .uri = row_str(r, 3),
		.show_reblogs = row_bool(r, 4), .notify = row_bool(r, 5), .languages = row_str(r, 6), .created_us = row_i64(r, 7),
	};
}

static struct err *one_follow(struct call *c, const struct sql_text *q, struct sql_args args, struct follow *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, args, &r, ret_found));
	if (*ret_found)
		*ret = follow_from(r);
	return NULL;
}

SQL(q_follow_find, "SELECT " FOLLOW_COLUMNS " FROM follows WHERE account_id = $1 AND target_id = $2");
SQL(q_request_find, "SELECT " FOLLOW_COLUMNS " FROM follow_requests WHERE account_id = $1 AND target_id = $2");
SQL(q_follow_find_uri, "SELECT " FOLLOW_COLUMNS " FROM follows WHERE uri = $1");
SQL(q_request_find_uri, "SELECT " FOLLOW_COLUMNS " FROM follow_requests WHERE uri = $1");
SQL(q_follow_by_id, "SELECT " FOLLOW_COLUMNS " FROM follows WHERE id = $1");
SQL(q_request_by_id, "SELECT " FOLLOW_COLUMNS " FROM follow_requests WHERE id = $1");

struct err *follow_find(struct call *c, enum follow_kind kind, account_id who, account_id whom, struct follow *ret, bool *ret_found)
{
	return one_follow(c, kind == FOLLOW_STANDING ? &q_follow_find : &q_request_find, ARGS(who.v, whom.v), ret, ret_found);
}

struct err *follow_find_uri(struct call *c, enum follow_kind kind, struct str uri, struct follow *ret, bool *ret_found)
{
	return one_follow(c, kind == FOLLOW_STANDING ? &q_follow_find_uri : &q_request_find_uri, ARGS(uri), ret, ret_found);
}

struct err *follow_by_id(struct call *c, enum follow_kind kind, int64_t id, struct follow *ret, bool *ret_found)
{
	return one_follow(c, kind == FOLLOW_STANDING ? &q_follow_by_id : &q_request_by_id, ARGS(id), ret, ret_found);
}

/* A URI that another row has is not taken over: whoever wrote it first keeps it. */
#define FOLLOW_PUT(table) \
	"UPDATE " table " SET uri = CASE WHEN EXISTS (SELECT 1 FROM " table " o WHERE o.uri = $2 AND o.id <> $1) THEN uri ELSE $2 END," \
	" show_reblogs = $3, notify = $4, languages = $5 WHERE id = $1"
SQL(q_follow_put, FOLLOW_PUT("follows"));
SQL(q_request_put, FOLLOW_PUT("follow_requests"));

struct err *follow_put(struct call *c, enum follow_kind kind, const struct follow *f)
{
	return db_exec(c, kind == FOLLOW_STANDING ? &q_follow_put : &q_request_put,
		       ARGS(f->id, f->uri, (int64_t)f->show_reblogs, (int64_t)f->notify, f->languages), NULL);
}

SQL(q_follow_drop, "DELETE FROM follows WHERE account_id = $1 AND target_id = $2 RETURNING " FOLLOW_COLUMNS);
SQL(q_request_drop, "DELETE FROM follow_requests WHERE account_id = $1 AND target_id = $2 RETURNING " FOLLOW_COLUMNS);

struct err *follow_drop(struct call *c, enum follow_kind kind, account_id who, account_id whom, struct follow *ret, bool *ret_was)
{
	return one_follow(c, kind == FOLLOW_STANDING ? &q_follow_drop : &q_request_drop, ARGS(who.v, whom.v), ret, ret_was);
}

#define WITH_DOMAIN(table) \
	"SELECT f.id, f.account_id, f.target_id, f.uri, f.show_reblogs, f.notify, f.languages, f.created_us FROM " table " f" \
	" JOIN accounts a ON a.id = CASE WHEN f.account_id = $1 THEN f.target_id ELSE f.account_id END" \
	" WHERE (f.account_id = $1 OR f.target_id = $1) AND a.domain = $2 ORDER BY f.id LIMIT $3"
SQL(q_follows_domain, WITH_DOMAIN("follows"));
SQL(q_requests_domain, WITH_DOMAIN("follow_requests"));

struct err *follows_with_domain(struct call *c, enum follow_kind kind, account_id me, struct str domain, int max, struct follow **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, kind == FOLLOW_STANDING ? &q_follows_domain : &q_requests_domain, ARGS(me.v, domain, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct follow, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = follow_from(sql_row(&rows, i));
	return NULL;
}

/* By the one of the domain, then by the row: $2 and $3 are where the last page ended. */
#define OF_DOMAIN(table, side) \
	"SELECT f.id, f.account_id, f.target_id, f.uri, f.show_reblogs, f.notify, f.languages, f.created_us FROM accounts a JOIN " table " f" \
	" ON f." side " = a.id WHERE a.domain = $1 AND a.id >= $2 AND (a.id, f.id) > ($2, $3) ORDER BY a.id, f.id LIMIT $4"
SQL(q_follows_by_domain, OF_DOMAIN("follows", "account_id"));
SQL(q_follows_to_domain, OF_DOMAIN("follows", "target_id"));
SQL(q_requests_by_domain, OF_DOMAIN("follow_requests", "account_id"));
SQL(q_requests_to_domain, OF_DOMAIN("follow_requests", "target_id"));

struct err *follows_with_server(struct call *c, const struct domain_follows *of, const struct follow *after, int max, struct follow **ret,
				size_t *ret_n)
{
	static const struct sql_text *const texts[2][2] = { { &q_follows_to_domain, &q_requests_to_domain },
							     { &q_follows_by_domain, &q_requests_by_domain } };
	int64_t there = of->by_them ? after->account.v : after->target.v;
	struct sql_rows rows;

	TRY(db_rows(c, texts[of->by_them][of->kind == FOLLOW_REQUESTED], ARGS(of->domain, there, after->id, (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct follow, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = follow_from(sql_row(&rows, i));
	return NULL;
}

SQL(q_requests_count, "SELECT count(*) FROM follow_requests WHERE target_id = $1");

struct err *follow_requests_count(struct call *c, account_id of, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_requests_count, ARGS(of.v), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

/* Blocks, mutes, domains, notes */

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

SQL(q_block_add, "INSERT INTO blocks (id, account_id, target_id, uri, created_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
SQL(q_block_drop, "DELETE FROM blocks WHERE account_id = $1 AND target_id = $2 RETURNING uri");
SQL(q_block_find_uri, "SELECT account_id, target_id FROM blocks WHERE uri = $1");
SQL(q_block_stands, "SELECT 1 FROM blocks WHERE (account_id = $1 AND target_id = $2) OR (account_id = $2 AND target_id = $1)");

struct err *block_add(struct call *c, int64_t id, account_id who, account_id whom, struct str uri, bool *ret_new)
{
	return changed(c, &q_block_add, ARGS(id, who.v, whom.v, uri, c->now_us), ret_new);
}

struct err *block_drop(struct call *c, account_id who, account_id whom, struct str *ret_uri, bool *ret_was)
{
	struct row r;

	TRY(db_one(c, &q_block_drop, ARGS(who.v, whom.v), &r, ret_was));
	*ret_uri = *ret_was ? row_str(r, 0) : STR_NONE;
	return NULL;
}

struct err *block_find_uri(struct call *c, struct str uri, account_id *ret_who, account_id *ret_whom, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_block_find_uri, ARGS(uri), &r, ret_found));
	if (*ret_found) {
		*ret_who = ID(account_id, row_i64(r, 0));
		*ret_whom = ID(account_id, row_i64(r, 1));
	}
	return NULL;
}

struct err *block_stands(struct call *c, account_id a, account_id b, bool *ret)
{
	struct row r;

	return db_one(c, &q_block_stands, ARGS(a.v, b.v), &r, ret);
}

SQL(q_mute_put,
    "INSERT INTO mutes (id, account_id, target_id, hide_notifications, expires_us, created_us) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (account_id, target_id) DO UPDATE SET hide_notifications = excluded.hide_notifications, expires_us = excluded.expires_us");
SQL(q_mute_drop, "DELETE FROM mutes WHERE account_id = $1 AND target_id = $2");

struct err *mute_put(struct call *c, account_id who, account_id whom, bool hide_notifications, int64_t expires_us)
{
	return db_exec(c, &q_mute_put, ARGS(id_next(c), who.v, whom.v, (int64_t)hide_notifications, expires_us, c->now_us), NULL);
}

struct err *mute_drop(struct call *c, account_id who, account_id whom, bool *ret_was)
{
	return changed(c, &q_mute_drop, ARGS(who.v, whom.v), ret_was);
}

SQL(q_mutes_expire,
    "DELETE FROM mutes WHERE id IN (SELECT m.id FROM mutes m WHERE m.expires_us > 0 AND m.expires_us <= $1 LIMIT $2) RETURNING account_id");

struct err *mutes_expire(struct call *c, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_mutes_expire, ARGS(c->now_us, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_domain_mute_add, "INSERT INTO domain_mutes (id, account_id, domain, created_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
SQL(q_domain_mute_drop, "DELETE FROM domain_mutes WHERE account_id = $1 AND domain = $2");

struct err *domain_mute_add(struct call *c, account_id who, struct str domain, bool *ret_new)
{
	return changed(c, &q_domain_mute_add, ARGS(id_next(c), who.v, domain, c->now_us), ret_new);
}

struct err *domain_mute_drop(struct call *c, account_id who, struct str domain, bool *ret_was)
{
	return changed(c, &q_domain_mute_drop, ARGS(who.v, domain), ret_was);
}

SQL(q_domain_mute_stands, "SELECT 1 FROM domain_mutes WHERE account_id = $1 AND domain = $2");

struct err *domain_mute_stands(struct call *c, account_id who, struct str domain, bool *ret)
{
	struct row r;

	return db_one(c, &q_domain_mute_stands, ARGS(who.v, domain), &r, ret);
}

SQL(q_note_put,
    "INSERT INTO account_notes (account_id, target_id, comment) VALUES ($1, $2, $3)"
    " ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment");
SQL(q_note_drop, "DELETE FROM account_notes WHERE account_id = $1 AND target_id = $2");

struct err *account_note_put(struct call *c, account_id who, account_id whom, struct str comment)
{
	if (!comment.n)
		return db_exec(c, &q_note_drop, ARGS(who.v, whom.v), NULL);
	return db_exec(c, &q_note_put, ARGS(who.v, whom.v, comment), NULL);
}

/* What a relation's end leaves behind */

SQL(q_notifications_from, "DELETE FROM notifications WHERE account_id = $1 AND from_id = $2");
SQL(q_notifications_kind, "DELETE FROM notifications WHERE account_id = $1 AND from_id = $2 AND type = $3");
SQL(q_notifications_domain,
    "DELETE FROM notifications WHERE account_id = $1 AND from_id IN (SELECT a.id FROM accounts a WHERE a.domain = $2)"
    " AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $1 AND f.target_id = notifications.from_id)");

struct err *notifications_drop_from(struct call *c, account_id of, account_id from)
{
	return db_exec(c, &q_notifications_from, ARGS(of.v, from.v), NULL);
}

struct err *notifications_drop_kind(struct call *c, account_id of, account_id from, enum notification_type type)
{
	return db_exec(c, &q_notifications_kind, ARGS(of.v, from.v, (int64_t)type), NULL);
}

struct err *notifications_drop_domain(struct call *c, account_id of, struct str domain)
{
	return db_exec(c, &q_notifications_domain, ARGS(of.v, domain), NULL);
}

#define SHUNNED \
	"(EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = $1 AND b.target_id = $2) OR (b.account_id = $2 AND b.target_id = $1))" \
	" OR EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = $1 AND m.target_id = $2 AND (m.expires_us = 0 OR m.expires_us > $3)))"
SQL(q_home_clean,
    "DELETE FROM home_entries WHERE account_id = $1 AND author_id = $2 AND account_id <> author_id"
    " AND (" SHUNNED " OR NOT EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $1 AND f.target_id = $2))");
SQL(q_home_clean_boosts,
    "DELETE FROM home_entries WHERE account_id = $1 AND reblog_of_id IN (SELECT s.id FROM statuses s WHERE s.account_id = $2) AND " SHUNNED);

struct err *home_clean_author(struct call *c, account_id reader, account_id author)
{
	TRY(db_exec(c, &q_home_clean, ARGS(reader.v, author.v, c->now_us), NULL));
	return db_exec(c, &q_home_clean_boosts, ARGS(reader.v, author.v, c->now_us), NULL);
}

#define HIDES_DOMAIN "EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = $1 AND d.domain = $2)"
SQL(q_home_clean_domain,
    "DELETE FROM home_entries WHERE account_id = $1 AND author_id IN (SELECT a.id FROM accounts a WHERE a.domain = $2) AND " HIDES_DOMAIN);
SQL(q_home_clean_domain_boosts,
    "DELETE FROM home_entries WHERE account_id = $1 AND reblog_of_id IN (SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id"
    " WHERE a.domain = $2) AND " HIDES_DOMAIN);

struct err *home_clean_domain(struct call *c, account_id reader, struct str domain)
{
	TRY(db_exec(c, &q_home_clean_domain, ARGS(reader.v, domain), NULL));
	return db_exec(c, &q_home_clean_domain_boosts, ARGS(reader.v, domain), NULL);
}
