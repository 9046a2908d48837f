#include "store/status.h"

#include "store/conversation.h"
#include "store/media.h"
#include "store/quote.h"
#include "store/search_index.h"
#include "store/standing_priv.h"

#define STATUS_COLUMNS \
	"s.id, s.uri, s.url, s.account_id, s.reply_to_id, s.reply_to_account_id, s.reply_to_uri, s.thread_id, s.reblog_of_id, s.visibility," \
	" s.text, s.content, s.spoiler_text, s.sensitive, s.language, s.emojis, s.poll_id, s.app_id, s.local, s.created_us, s.edited_us," \
	" s.version, n.replies_count, n.reblogs_count, n.favourites_count, n.quotes_count, s.quote_id, s.quote_policy, s.local_only, s.content_type," \
	" s.card_id, s.collections"
#define STATUS_FROM " FROM statuses s LEFT JOIN status_stats n ON n.status_id = s.id"

static struct status *from_row(struct call *c, struct row r)
{
	struct status *s = arena_new(c->arena, struct status);

	*s = (struct status){
		.id = ID(status_id, row_i64(r, 0)), .uri = row_str(r, 1), .url = row_str(r, 2), .account = ID(account_id, row_i64(r, 3)),
		.reply_to = ID(status_id, row_i64(r, 4)), .reply_to_account = ID(account_id, row_i64(r, 5)), .reply_to_uri = row_str(r, 6),
		.thread = ID(status_id, row_i64(r, 7)), .reblog_of = ID(status_id, row_i64(r, 8)), .visibility = (enum visibility)row_i64(r, 9),
		.text = row_str(r, 10), .content = row_str(r, 11), .spoiler_text = row_str(r, 12), .sensitive = row_bool(r, 13),
		.language = row_str(r, 14), .emojis = row_str(r, 15), .poll = ID(poll_id, row_i64(r, 16)), .app = ID(app_id, row_i64(r, 17)),
		.local = row_bool(r, 18), .created_us = row_i64(r, 19), .edited_us = row_i64(r, 20), .version = row_i64(r, 21),
		.replies_count = row_i64(r, 22), .reblogs_count = row_i64(r, 23), .favourites_count = row_i64(r, 24),
		.quotes_count = row_i64(r, 25), .quote = ID(quote_id, row_i64(r, 26)), .quote_policy = row_i64(r, 27), .local_only = row_bool(r, 28),
		.content_type = (enum content_type)row_i64(r, 29), .card = ID(card_id, row_i64(r, 30)), .collections = row_i64(r, 31),
	};
	return s;
}

SQL(q_statuses_by_ids, "SELECT " STATUS_COLUMNS STATUS_FROM " WHERE s.id IN (@set)");
SQL(q_status_by_id, "SELECT " STATUS_COLUMNS STATUS_FROM " WHERE s.id = $1");
SQL(q_status_by_uri, "SELECT " STATUS_COLUMNS STATUS_FROM " WHERE s.uri = $1");

struct err *statuses_by_ids(struct call *c, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_statuses_by_ids, ARGS(sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct status *s = from_row(c, sql_row(&rows, i));

		map_put_i64(*ret_by_id, s->id.v, s);
	}
	return NULL;
}

static struct err *one(struct call *c, const struct sql_text *q, struct sql_args args, struct status **ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, q, args, &r, &found));
	*ret = found ? from_row(c, r) : NULL;
	return NULL;
}

struct err *status_find(struct call *c, status_id id, struct status **ret)
{
	return one(c, &q_status_by_id, ARGS(id.v), ret);
}

struct err *status_find_uri(struct call *c, struct str uri, struct status **ret)
{
	return one(c, &q_status_by_uri, ARGS(uri), ret);
}

SQL(q_status_place,
    "SELECT (SELECT s.id FROM statuses s WHERE s.uri = $1), EXISTS (SELECT 1 FROM tombstones t WHERE t.uri = $1),"
    " EXISTS (SELECT 1 FROM statuses o WHERE o.id = $2)");

struct err *status_place(struct call *c, struct str uri, status_id id, struct status_place *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_status_place, ARGS(uri, id.v), &r, &found));
	*ret = (struct status_place){ ID(status_id, row_i64(r, 0)), row_bool(r, 1), row_bool(r, 2) };
	return NULL;
}

/* The bits of followers (4) and of those whom the author follows (8), in either half of the policy. */
SQL(q_status_facts,
    "SELECT s.id,"
    " EXISTS (SELECT 1 FROM favourites f WHERE f.account_id = $1 AND f.status_id = s.id),"
    " EXISTS (SELECT 1 FROM statuses b WHERE b.reblog_of_id = s.id AND b.account_id = $1),"
    " EXISTS (SELECT 1 FROM bookmarks k WHERE k.account_id = $1 AND k.status_id = s.id),"
    " CASE WHEN s.account_id <> $1 THEN 0 WHEN EXISTS (SELECT 1 FROM pins p WHERE p.account_id = $1 AND p.status_id = s.id) THEN 1 ELSE 0 END,"
    " CASE WHEN NOT EXISTS (SELECT 1 FROM thread_mutes WHERE account_id = $1) THEN 0"
    " WHEN EXISTS (SELECT 1 FROM thread_mutes m WHERE m.account_id = $1 AND m.thread_id = s.thread_id) THEN 1 ELSE 0 END,"
    " CASE WHEN s.quote_policy & 262148 = 0 THEN 0 WHEN EXISTS (SELECT 1 FROM follows g WHERE g.account_id = $1"
    " AND g.target_id = s.account_id) THEN 1 ELSE 0 END,"
    " CASE WHEN s.quote_policy & 524296 = 0 THEN 0 WHEN EXISTS (SELECT 1 FROM follows g WHERE g.account_id = s.account_id"
    " AND g.target_id = $1) THEN 1 ELSE 0 END"
    " FROM statuses s WHERE s.id IN (@set)");

struct err *status_facts(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_status_facts, ARGS(viewer.v, sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct status_facts *f = arena_new(c->arena, struct status_facts);

		*f = (struct status_facts){ ID(status_id, row_i64(r, 0)), row_bool(r, 1), row_bool(r, 2), row_bool(r, 3), row_bool(r, 4), row_bool(r, 5),
					     row_bool(r, 6), row_bool(r, 7) };
		map_put_i64(*ret_by_id, f->status.v, f);
	}
	return NULL;
}

SQL(q_status_see,
    "SELECT s.id, s.visibility, s.account_id,"
    " EXISTS (SELECT 1 FROM follows f WHERE f.account_id = $1 AND f.target_id = s.account_id),"
    " EXISTS (SELECT 1 FROM mentions m WHERE m.status_id = s.id AND m.account_id = $1),"
    " EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = s.account_id AND b.target_id = $1),"
    " EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = s.account_id),"
    " CASE WHEN " SQL_GONE("a") " THEN 1 ELSE 0 END,"
    " EXISTS (SELECT 1 FROM mutes u WHERE u.account_id = $1 AND u.target_id = s.account_id AND (u.expires_us = 0 OR u.expires_us > $2)),"
    " EXISTS (SELECT 1 FROM domain_mutes d WHERE d.account_id = $1 AND d.domain = a.domain),"
    " CASE WHEN s.local_only = 1 AND NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = $1) THEN 1 ELSE 0 END"
    " FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.id IN (@set)");

struct err *status_see(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_status_see, ARGS(viewer.v, c->now_us, sql_ids(ids, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct see_row *s = arena_new(c->arena, struct see_row);

		s->visibility = (enum visibility)row_i64(r, 1);
		s->see = (struct see_facts){
			.is_author = viewer.v && row_i64(r, 2) == viewer.v, .is_follower = row_bool(r, 3), .is_mentioned = row_bool(r, 4),
			.author_blocks_viewer = row_bool(r, 5), .viewer_blocks_author = row_bool(r, 6), .author_gone = row_bool(r, 7),
			.viewer_is_person = viewer.v != 0, .stays_home = row_bool(r, 10),
		};
		s->viewer_mutes_author = row_bool(r, 8);
		s->viewer_mutes_domain = row_bool(r, 9);
		map_put_i64(*ret_by_id, row_i64(r, 0), s);
	}
	return NULL;
}

SQL(q_status_add,
    "INSERT INTO statuses (id, uri, url, account_id, reply_to_id, reply_to_account_id, reply_to_uri, thread_id, reblog_of_id, visibility, text,"
    " content, spoiler_text, sensitive, language, emojis, poll_id, app_id, local, created_us, edited_us, quote_id, quote_policy, local_only,"
    " content_type, card_id, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, 1)");
SQL(q_status_stats_add, "INSERT INTO status_stats (status_id, replies_count, reblogs_count, favourites_count) VALUES ($1, 0, 0, 0)");

static struct str or_empty(struct str s) { return s.p ? s : STR(""); }
static struct str or_list(struct str s) { return s.n ? s : STR("[]"); }

struct err *status_add(struct call *c, const struct status *s)
{
	TRY(db_exec(c, &q_status_add,
		    ARGS(s->id.v, s->uri, s->url, s->account.v, sql_opt(s->reply_to.v), sql_opt(s->reply_to_account.v), s->reply_to_uri,
			 s->thread.v ? s->thread.v : s->id.v, sql_opt(s->reblog_of.v), (int64_t)s->visibility, s->text, or_empty(s->content),
			 or_empty(s->spoiler_text), (int64_t)s->sensitive, s->language, or_list(s->emojis), sql_opt(s->poll.v), sql_opt(s->app.v),
			 (int64_t)s->local, s->created_us, s->edited_us, sql_opt(s->quote.v), s->quote_policy, (int64_t)s->local_only,
			 (int64_t)s->content_type, sql_opt(s->card.v)),
		    NULL));
	TRY(db_exec(c, &q_status_stats_add, ARGS(s->id.v), NULL));
	return search_mark(c, s->reblog_of.v ? s->reblog_of : s->id);
}

SQL(q_status_put,
    "UPDATE statuses SET url = $2, reply_to_id = $3, reply_to_account_id = $4, thread_id = $5, text = $6, content = $7, spoiler_text = $8,"
    " sensitive = $9, language = $10, emojis = $11, poll_id = $12, edited_us = $13, quote_id = $14, quote_policy = $15, content_type = $16,"
    " card_id = $17, version = version + 1 WHERE id = $1");

struct err *status_put(struct call *c, const struct status *s)
{
	TRY(db_exec(c, &q_status_put,
		    ARGS(s->id.v, s->url, sql_opt(s->reply_to.v), sql_opt(s->reply_to_account.v), s->thread.v, s->text, or_empty(s->content),
			 or_empty(s->spoiler_text), (int64_t)s->sensitive, s->language, or_list(s->emojis), sql_opt(s->poll.v), s->edited_us,
			 sql_opt(s->quote.v), s->quote_policy, (int64_t)s->content_type, sql_opt(s->card.v)),
		    NULL));
	return search_mark(c, s->id);
}

SQL(q_status_touch, "UPDATE statuses SET version = version + 1 WHERE id = $1");

struct err *status_touch(struct call *c, status_id id)
{
	return db_exec(c, &q_status_touch, ARGS(id.v), NULL);
}

SQL(q_status_drop, "DELETE FROM statuses WHERE id = $1 OR reblog_of_id = $1");
SQL(q_stats_drop, "DELETE FROM status_stats WHERE status_id IN (SELECT id FROM statuses WHERE id = $1 OR reblog_of_id = $1)");
SQL(q_notifications_drop, "DELETE FROM notifications WHERE status_id IN (SELECT id FROM statuses WHERE id = $1 OR reblog_of_id = $1)");

struct err *status_drop(struct call *c, const struct status *s, bool *ret_gone)
{
	int64_t n;

	if (s->visibility == VISIBILITY_DIRECT)
		TRY(conversations_forget(c, s->id));
	TRY(db_exec(c, &q_notifications_drop, ARGS(s->id.v), NULL));
	TRY(db_exec(c, &q_stats_drop, ARGS(s->id.v), NULL));
	TRY(media_detach_all(c, s->id));
	TRY(quotes_orphan(c, s->id));
	TRY(db_exec(c, &q_status_drop, ARGS(s->id.v), &n));
	*ret_gone = n > 0;
	TRY(search_mark(c, s->reblog_of.v ? s->reblog_of : s->id));
	return tombstone_add(c, s->uri);
}

/* SQLite has one writer, which has read nothing old. */
SQL2(q_status_lock, "", "SELECT 1 FROM status_stats WHERE status_id = $1 FOR NO KEY UPDATE");

struct err *status_lock(struct call *c, status_id id)
{
	struct row r;
	bool found;

	return sql_is_pgsql(c->db) ? db_one(c, &q_status_lock, ARGS(id.v), &r, &found) : NULL;
}

SQL(q_status_count,
    "UPDATE status_stats SET"
    " replies_count = CASE WHEN replies_count + $2 < 0 THEN 0 ELSE replies_count + $2 END,"
    " reblogs_count = CASE WHEN reblogs_count + $3 < 0 THEN 0 ELSE reblogs_count + $3 END,"
    " favourites_count = CASE WHEN favourites_count + $4 < 0 THEN 0 ELSE favourites_count + $4 END WHERE status_id = $1");

struct err *status_count(struct call *c, status_id id, int64_t replies, int64_t reblogs, int64_t favourites)
{
	return db_exec(c, &q_status_count, ARGS(id.v, replies, reblogs, favourites), NULL);
}

SQL(q_tombstone_add, "INSERT INTO tombstones (uri, created_us) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(q_tombstone_stands, "SELECT 1 FROM tombstones WHERE uri = $1");
SQL(q_tombstones_among, "SELECT uri FROM tombstones WHERE uri IN (@set)");
SQL(q_tombstone_drop, "DELETE FROM tombstones WHERE uri = $1");

struct err *tombstone_add(struct call *c, struct str uri)
{
	return db_exec(c, &q_tombstone_add, ARGS(uri, c->now_us), NULL);
}

struct err *tombstone_stands(struct call *c, struct str uri, bool *ret)
{
	struct row r;

	return db_one(c, &q_tombstone_stands, ARGS(uri), &r, ret);
}

struct err *tombstones_among(struct call *c, const struct str *uris, size_t n, struct map **ret)
{
	struct sql_rows rows = { 0 };

	*ret = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_tombstones_among, ARGS(sql_strs(uris, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct str *uri = arena_new(c->arena, struct str);

		*uri = row_str(sql_row(&rows, i), 0);
		map_put(*ret, *uri, uri);
	}
	return NULL;
}

struct err *tombstone_take(struct call *c, struct str uri, bool *ret_was)
{
	TRY(tombstone_stands(c, uri, ret_was));
	return *ret_was ? db_exec(c, &q_tombstone_drop, ARGS(uri), NULL) : NULL;
}
