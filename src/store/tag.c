#include "store/tag.h"

#include "store/tag_priv.h"

void store__tags_read(struct call *c, const struct sql_rows *rows, struct tag **ret, size_t *ret_n)
{
	*ret = arena_array(c->arena, struct tag, rows->n + 1);
	*ret_n = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		struct row r = sql_row(rows, i);

		(*ret)[i] = (struct tag){ ID(tag_id, row_i64(r, 0)), row_str(r, 1) };
	}
}

static struct err *changed(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret = n > 0;
	return NULL;
}

/* Whoever adds waits for others of the same account, so that the count holds. */
SQL(q_tags_lock, "UPDATE account_stats SET statuses_count = statuses_count WHERE account_id = $1");
static struct err *room(struct call *c, const struct sql_text *stand, account_id who, tag_id tag, int64_t max, bool *ret_new, bool *ret_full)
{
	struct row r;
	bool found;

	TRY(db_exec(c, &q_tags_lock, ARGS(who.v), NULL));
	TRY(db_one(c, stand, ARGS(who.v, tag.v), &r, &found));
	*ret_new = row_i64(r, 1) == 0 && row_i64(r, 0) < max;
	*ret_full = row_i64(r, 1) == 0 && row_i64(r, 0) >= max;
	return NULL;
}

SQL(q_tag_follows_stand, "SELECT count(*), count(*) FILTER (WHERE tag_id = $2) FROM tag_follows WHERE account_id = $1");
SQL(q_tag_follow_add, "INSERT INTO tag_follows (id, account_id, tag_id, created_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
SQL(q_tag_follow_drop, "DELETE FROM tag_follows WHERE account_id = $1 AND tag_id = $2");

struct err *tag_follow_add(struct call *c, account_id who, tag_id tag, int64_t max, bool *ret_new, bool *ret_full)
{
	TRY(room(c, &q_tag_follows_stand, who, tag, max, ret_new, ret_full));
	return *ret_new ? db_exec(c, &q_tag_follow_add, ARGS(id_next(c), who.v, tag.v, c->now_us), NULL) : NULL;
}

struct err *tag_follow_drop(struct call *c, account_id who, tag_id tag, bool *ret_was)
{
	return changed(c, &q_tag_follow_drop, ARGS(who.v, tag.v), ret_was);
}

#define FOLLOWS "SELECT f.id, t.id, t.name FROM tag_follows f JOIN tags t ON t.id = f.tag_id WHERE f.account_id = $1 AND f.id < $2 AND f.id > $3"
SQL(q_tag_follows_down, FOLLOWS " ORDER BY f.id DESC LIMIT $4");
SQL(q_tag_follows_up, FOLLOWS " ORDER BY f.id LIMIT $4");

struct err *tag_follows_page(struct call *c, account_id who, const struct page *p, struct tag_follow **ret, size_t *ret_n)
{
	int64_t below = p->max_id ? p->max_id : INT64_MAX, above = p->min_id ? p->min_id : p->since_id;
	struct sql_rows rows;

	TRY(db_rows(c, p->min_id ? &q_tag_follows_up : &q_tag_follows_down, ARGS(who.v, below, above, (int64_t)p->limit), &rows));
	*ret = arena_array(c->arena, struct tag_follow, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, p->min_id ? rows.n - 1 - i : i);

		(*ret)[i] = (struct tag_follow){ row_i64(r, 0), ID(tag_id, row_i64(r, 1)), row_str(r, 2) };
	}
	return NULL;
}

SQL(q_tags_facts,
    "SELECT t.id, EXISTS (SELECT 1 FROM tag_follows f WHERE f.account_id = $1 AND f.tag_id = t.id),"
    " EXISTS (SELECT 1 FROM featured_tags g WHERE g.account_id = $1 AND g.tag_id = t.id) FROM tags t WHERE t.id IN (@set)");

struct err *tags_facts(struct call *c, account_id who, const int64_t *tags, size_t n, struct map **ret_by_id)
{
	struct sql_rows rows = { 0 };

	*ret_by_id = map_create(c->arena);
	if (n)
		TRY(db_rows(c, &q_tags_facts, ARGS(who.v, sql_ids(tags, n)), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);
		struct tag_facts *f = arena_new(c->arena, struct tag_facts);

		*f = (struct tag_facts){ row_bool(r, 1), row_bool(r, 2) };
		map_put_i64(*ret_by_id, row_i64(r, 0), f);
	}
	return NULL;
}

/* ---- featured ---- */

SQL(q_featured_tags_of,
    "SELECT id, account_id, tag_id, name, statuses_count, last_status_us FROM featured_tags WHERE account_id = $1"
    " ORDER BY statuses_count DESC, id");

struct err *featured_tags_of(struct call *c, account_id who, struct featured_tag **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_featured_tags_of, ARGS(who.v), &rows));
	*ret = arena_array(c->arena, struct featured_tag, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct featured_tag){ row_i64(r, 0), ID(account_id, row_i64(r, 1)), ID(tag_id, row_i64(r, 2)), row_str(r, 3), row_i64(r, 4),
						   row_i64(r, 5) };
	}
	return NULL;
}

#define USES(ACCOUNT, TAG) \
	" FROM status_tags x JOIN statuses s ON s.id = x.status_id AND s.account_id = " ACCOUNT " AND s.visibility < 2 WHERE x.tag_id = " TAG
SQL(q_featured_stand, "SELECT count(*), count(*) FILTER (WHERE tag_id = $2) FROM featured_tags WHERE account_id = $1");
SQL(q_featured_add,
    "INSERT INTO featured_tags (id, account_id, tag_id, name, statuses_count, last_status_us, created_us)"
    " SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), count(*), coalesce(max(s.created_us), 0),"
    " CAST($5 AS BIGINT)" USES("$2", "$3") " ON CONFLICT DO NOTHING");

struct err *featured_tag_add(struct call *c, const struct featured_tag *t, int64_t max, bool *ret_new, bool *ret_full)
{
	TRY(room(c, &q_featured_stand, t->account, t->tag, max, ret_new, ret_full));
	return *ret_new ? db_exec(c, &q_featured_add, ARGS(t->id, t->account.v, t->tag.v, t->name, c->now_us), NULL) : NULL;
}

SQL(q_featured_drop, "DELETE FROM featured_tags WHERE id = $1 AND account_id = $2 RETURNING name");
SQL(q_featured_drop_named, "DELETE FROM featured_tags WHERE tag_id = $1 AND account_id = $2 RETURNING name");

static struct err *drop_featured(struct call *c, const struct sql_text *q, int64_t id, account_id who, struct str *ret_name)
{
	struct row r;
	bool was;

	TRY(db_one(c, q, ARGS(id, who.v), &r, &was));
	*ret_name = was ? row_str(r, 0) : STR_NONE;
	return NULL;
}

struct err *featured_tag_drop(struct call *c, account_id who, int64_t id, struct str *ret_name)
{
	return drop_featured(c, &q_featured_drop, id, who, ret_name);
}

struct err *featured_tag_drop_named(struct call *c, account_id who, tag_id tag, struct str *ret_name)
{
	return drop_featured(c, &q_featured_drop_named, tag.v, who, ret_name);
}

#define OF_POST " WHERE account_id = $1 AND tag_id IN (SELECT p.tag_id FROM status_tags p WHERE p.status_id = $2)"
SQL(q_featured_more,
    "UPDATE featured_tags SET statuses_count = statuses_count + 1,"
    " last_status_us = CASE WHEN last_status_us < $3 THEN $3 ELSE last_status_us END" OF_POST);
SQL(q_featured_less,
    "UPDATE featured_tags SET statuses_count = CASE WHEN statuses_count > 0 THEN statuses_count - 1 ELSE 0 END,"
    " last_status_us = CASE WHEN last_status_us > $3 THEN last_status_us ELSE (SELECT coalesce(max(s.created_us), 0)"
    USES("$1", "featured_tags.tag_id") " AND s.id <> $2) END" OF_POST);

struct err *featured_tags_count(struct call *c, const struct status *s, int by)
{
	if (!s->local || s->reblog_of.v || (s->visibility != VISIBILITY_PUBLIC && s->visibility != VISIBILITY_UNLISTED))
		return NULL;
	return db_exec(c, by > 0 ? &q_featured_more : &q_featured_less, ARGS(s->account.v, s->id.v, s->created_us), NULL);
}

SQL(q_featured_suggested,
    "SELECT t.id, t.name FROM (SELECT x.tag_id, count(*) AS uses FROM (SELECT id FROM statuses WHERE account_id = $1 ORDER BY id DESC LIMIT 1000) s"
    " JOIN status_tags x ON x.status_id = s.id GROUP BY x.tag_id) u JOIN tags t ON t.id = u.tag_id"
    " WHERE NOT EXISTS (SELECT 1 FROM featured_tags f WHERE f.account_id = $1 AND f.tag_id = u.tag_id) ORDER BY u.uses DESC, t.id DESC LIMIT $2");

struct err *featured_tags_suggested(struct call *c, account_id who, int max, struct tag **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_featured_suggested, ARGS(who.v, (int64_t)max), &rows));
	store__tags_read(c, &rows, ret, ret_n);
	return NULL;
}
