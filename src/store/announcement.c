#include "store/announcement.h"

#include <assert.h>

#define ANNOUNCEMENT_COLUMNS \
	"a.id, a.text, a.content, a.emojis, a.mentions, a.tags, a.all_day, a.starts_us, a.ends_us, a.scheduled_us, a.published_us, a.created_us," \
	" a.updated_us"
#define ANNOUNCEMENT_READ ", EXISTS (SELECT 1 FROM announcement_reads r WHERE r.account_id = $1 AND r.announcement_id = a.id) FROM announcements a"

static struct announcement from_row(struct row r)
{
	return (struct announcement){
		.id = row_i64(r, 0), .text = row_str(r, 1), .content = row_str(r, 2), .emojis = row_str(r, 3), .mentions = row_str(r, 4),
		.tags = row_str(r, 5), .all_day = row_bool(r, 6), .starts_us = row_i64(r, 7), .ends_us = row_i64(r, 8), .scheduled_us = row_i64(r, 9),
		.published_us = row_i64(r, 10), .created_us = row_i64(r, 11), .updated_us = row_i64(r, 12), .read = row_bool(r, 13),
	};
}

SQL(q_announcements,
    "SELECT " ANNOUNCEMENT_COLUMNS ANNOUNCEMENT_READ " WHERE a.id IN (SELECT n.id FROM announcements n WHERE n.published_us > 0 OR $2 = 1"
    " ORDER BY n.id DESC LIMIT 100)"
    " ORDER BY CASE WHEN a.starts_us > 0 THEN a.starts_us WHEN a.published_us > 0 THEN a.published_us ELSE a.created_us END, a.id");
SQL(q_announcement_find, "SELECT " ANNOUNCEMENT_COLUMNS ANNOUNCEMENT_READ " WHERE a.id = $2");

struct err *announcements_all(struct call *c, account_id reader, bool all, struct announcement **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_announcements, ARGS(reader.v, (int64_t)all), &rows));
	*ret = arena_array(c->arena, struct announcement, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

struct err *announcement_find(struct call *c, account_id reader, int64_t id, struct announcement *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, &q_announcement_find, ARGS(reader.v, id), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

SQL(q_announcement_statuses,
    "SELECT n.announcement_id, s.id, coalesce(s.url, s.uri) FROM announcement_statuses n JOIN statuses s ON s.id = n.status_id"
    " WHERE s.visibility IN (0, 1) AND n.announcement_id IN (@set) ORDER BY n.announcement_id, s.id");
SQL(q_announcement_reactions,
    "SELECT announcement_id, name, count(*), count(*) FILTER (WHERE account_id = $1) FROM announcement_reactions WHERE announcement_id IN (@set)"
    " GROUP BY announcement_id, name ORDER BY announcement_id, min(created_us), name");

struct err *announcement_statuses_of(struct call *c, const int64_t *ids, size_t n, struct announcement_status **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_announcement_statuses, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct announcement_status, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct announcement_status){ row_i64(r, 0), ID(status_id, row_i64(r, 1)), row_str(r, 2) };
	}
	return NULL;
}

struct err *announcement_reactions_of(struct call *c, account_id viewer, const int64_t *ids, size_t n, struct announcement_reaction **ret,
				      size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_announcement_reactions, ARGS(viewer.v, sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct announcement_reaction, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct announcement_reaction){ row_i64(r, 0), row_str(r, 1), row_i64(r, 2), row_i64(r, 3) > 0 };
	}
	return NULL;
}

SQL(q_announcement_put,
    "INSERT INTO announcements (id, text, content, emojis, mentions, tags, all_day, starts_us, ends_us, scheduled_us, published_us, created_us,"
    " updated_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET text = excluded.text,"
    " content = excluded.content, emojis = excluded.emojis, mentions = excluded.mentions, tags = excluded.tags, all_day = excluded.all_day,"
    " starts_us = excluded.starts_us, ends_us = excluded.ends_us, scheduled_us = excluded.scheduled_us, published_us = excluded.published_us,"
    " updated_us = excluded.updated_us");
SQL(q_announcement_statuses_drop, "DELETE FROM announcement_statuses WHERE announcement_id = $1");
SQL(q_announcement_statuses_add, "INSERT INTO announcement_statuses (announcement_id, status_id) VALUES @rows ON CONFLICT DO NOTHING");

struct err *announcement_put(struct call *c, const struct announcement *a, const int64_t *statuses, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 2 * n + 1);

	TRY(db_exec(c, &q_announcement_put,
		    ARGS(a->id, a->text, a->content, a->emojis, a->mentions, a->tags, (int64_t)a->all_day, a->starts_us, a->ends_us, a->scheduled_us,
			 a->published_us, a->created_us, a->updated_us), NULL));
	TRY(db_exec(c, &q_announcement_statuses_drop, ARGS(a->id), NULL));
	for (size_t i = 0; i < n; i++) {
		v[2 * i] = sql_arg_i64(a->id);
		v[2 * i + 1] = sql_arg_i64(statuses[i]);
	}
	return n ? db_insert_rows(c, &q_announcement_statuses_add, 2, v, n) : NULL;
}

SQL(q_announcement_drop, "DELETE FROM announcements WHERE id = $1");
SQL(q_announcement_read, "INSERT INTO announcement_reads (account_id, announcement_id, read_us) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

struct err *announcement_drop(struct call *c, int64_t id, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_announcement_drop, ARGS(id), &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *announcement_read(struct call *c, account_id who, int64_t id)
{
	return db_exec(c, &q_announcement_read, ARGS(who.v, id, c->now_us), NULL);
}

/* Takes the announcement's row, so that two at once are counted one after another. */
SQL(q_announcement_touch, "UPDATE announcements SET updated_us = updated_us WHERE id = $1");
SQL(q_reaction_add,
    "INSERT INTO announcement_reactions (announcement_id, name, account_id, created_us)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)"
    " WHERE (SELECT count(DISTINCT o.name) FROM announcement_reactions o WHERE o.announcement_id = $1 AND o.name <> $2) < 8 ON CONFLICT DO NOTHING");
SQL(q_reaction_stands, "SELECT 1 FROM announcement_reactions WHERE announcement_id = $1 AND name = $2 AND account_id = $3");
SQL(q_reaction_drop, "DELETE FROM announcement_reactions WHERE announcement_id = $1 AND name = $2 AND account_id = $3");
static_assert(ANNOUNCEMENT_REACTIONS_MAX == 8, "q_reaction_add counts to eight");

struct err *announcement_reaction_add(struct call *c, account_id who, int64_t id, struct str name, bool *ret_added, bool *ret_stood)
{
	struct row r;
	int64_t n;

	*ret_stood = false;
	TRY(db_exec(c, &q_announcement_touch, ARGS(id), NULL));
	TRY(db_exec(c, &q_reaction_add, ARGS(id, name, who.v, c->now_us), &n));
	*ret_added = n > 0;
	return *ret_added ? NULL : db_one(c, &q_reaction_stands, ARGS(id, name, who.v), &r, ret_stood);
}

struct err *announcement_reaction_drop(struct call *c, account_id who, int64_t id, struct str name, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, &q_reaction_drop, ARGS(id, name, who.v), &n));
	*ret_was = n > 0;
	return NULL;
}
