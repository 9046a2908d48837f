#include "store/search_index.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "store/home_rule_priv.h"
#include "store/job.h"
#include "store/store_priv.h"

enum { ASK_TEXT_MAX = 64 * 1024, VECTOR_MAX = 1 << 20, WALK_FIRST = 2000, WALK_SECOND = 10000, FTS_US = US_PER_S, GATHER_US = 500 * US_PER_MS };

/* ---- asking ---- */

/* "rowid + 0": else PostgreSQL, which does not know how much lies between $2 and $3, takes the key for the shorter way. */
SQL2(q_search_match,
     "SELECT rowid FROM search_posts WHERE search_posts MATCH $1 AND rowid < $2 AND rowid > $3 ORDER BY rowid DESC LIMIT $4",
     "WITH m AS MATERIALIZED (SELECT rowid FROM search_posts WHERE words @@ CAST($1 AS tsquery) AND rowid + 0 < $2 AND rowid + 0 > $3 LIMIT $5)"
     " SELECT rowid, (SELECT count(*) FROM m) FROM m ORDER BY rowid DESC LIMIT $4");
SQL2(q_search_walk, "SELECT rowid, words FROM search_posts WHERE rowid < $1 AND rowid > $2 ORDER BY rowid DESC LIMIT $3",
     "SELECT rowid FROM (SELECT rowid, words FROM search_posts WHERE rowid < $2 AND rowid > $3 ORDER BY rowid DESC LIMIT $5) AS w"
     " WHERE words @@ CAST($1 AS tsquery) LIMIT $4");

/* A phrase as FTS5 reads it: "a b"; as PostgreSQL does: ('a' <-> 'b'). Words hold no quotes. */
static void put_phrase(struct buf *b, struct str phrase, bool pgsql)
{
	struct str word;

	if (!pgsql) {
		buf_addf(b, "\"" STR_FMT "\"", STR_ARG(phrase));
		return;
	}
	buf_addc(b, '(');
	for (bool first = true; str_next(&phrase, ' ', &word); first = false)
		buf_addf(b, "%s'" STR_FMT "'", first ? "" : " <-> ", STR_ARG(word));
	buf_addc(b, ')');
}

static struct str ask_text(struct call *c, const struct search_ask *ask)
{
	struct buf b = buf_init(c->arena, ASK_TEXT_MAX);
	bool pgsql = sql_is_pgsql(c->db);

	buf_addc(&b, '(');
	put_phrase(&b, ask->finders[0], pgsql);
	if (ask->finders[1].n) {
		buf_addz(&b, pgsql ? " | " : " OR ");
		put_phrase(&b, ask->finders[1], pgsql);
	}
	buf_addc(&b, ')');
	for (size_t i = 0; i < ask->all_n; i++) {
		buf_addz(&b, pgsql ? " & " : " AND ");
		put_phrase(&b, ask->all[i], pgsql);
	}
	for (size_t i = 0; i < ask->no_n; i++) {
		buf_addz(&b, pgsql ? " & !" : i ? " OR " : " NOT (");
		put_phrase(&b, ask->no[i], pgsql);
	}
	if (ask->no_n && !pgsql)
		buf_addc(&b, ')');
	return buf_str(&b);
}

static void take_ids(struct call *c, const struct sql_rows *rows, int64_t **ret, size_t *ret_n)
{
	*ret = arena_array(c->arena, int64_t, rows->n + 1);
	*ret_n = rows->n;
	for (size_t i = 0; i < rows->n; i++)
		(*ret)[i] = row_i64(sql_row(rows, i), 0);
}

static bool holds(struct call *c, struct str words, struct str phrase)
{
	return str_contains(words, arena_concat(c->arena, STR(" "), phrase, STR(" ")));
}

static bool matches(struct call *c, struct str words, const struct search_ask *ask)
{
	struct str text = arena_concat(c->arena, STR(" "), words, STR(" "));
	bool fits = holds(c, text, ask->finders[0]) || (ask->finders[1].n && holds(c, text, ask->finders[1]));

	for (size_t i = 0; fits && i < ask->all_n; i++)
		fits = holds(c, text, ask->all[i]);
	for (size_t i = 0; fits && i < ask->no_n; i++)
		fits = !holds(c, text, ask->no[i]);
	return fits;
}

/* What FTS5 could not find in its time: words that are everywhere, but never together. */
static struct err *walk_here(struct call *c, const struct search_ask *ask, int max, int64_t **ret, size_t *ret_n)
{
	int64_t before = ask->before_id;
	size_t n = 0, got = WALK_FIRST;

	*ret = arena_array(c->arena, int64_t, (size_t)max + 1);
	for (int looked = 0; looked < SEARCH_WALK_MAX && got == WALK_FIRST && n < (size_t)max; looked += WALK_FIRST) {
		AUTO_ARENA(tmp);
		struct call inner = *c;
		struct sql_rows rows;
		struct err *e;

		inner.arena = tmp;
		e = db_rows(&inner, &q_search_walk, ARGS(before, ask->after_id, (int64_t)WALK_FIRST), &rows);
		c->queries = inner.queries;
		if (e)
			return FAIL(c->arena, e->code, STR_FMT, STR_ARG(e->text));
		got = rows.n;
		for (size_t i = 0; i < got && n < (size_t)max; i++)
			if (matches(&inner, row_str(sql_row(&rows, i), 1), ask))
				(*ret)[n++] = row_i64(sql_row(&rows, i), 0);
		if (got)
			before = row_i64(sql_row(&rows, got - 1), 0);
	}
	*ret_n = n;
	return NULL;
}

static struct err *posts_fts(struct call *c, const struct search_ask *ask, int max, int64_t **ret, size_t *ret_n)
{
	int64_t deadline_us = c->deadline_us, own_us = c->world->now_us(c->world) + FTS_US;
	struct sql_rows rows;
	struct err *e;

	c->deadline_us = deadline_us && deadline_us < own_us ? deadline_us : own_us;
	e = db_rows(c, &q_search_match, ARGS(ask_text(c, ask), ask->before_id, ask->after_id, (int64_t)max), &rows);
	c->deadline_us = deadline_us;
	if (e && e->code == ERR_LATER && c->world->now_us(c->world) >= own_us)
		return walk_here(c, ask, max, ret, ret_n);
	if (!e)
		take_ids(c, &rows, ret, ret_n);
	return e;
}

/* GIN gives all posts of a word in no order. So a common word is looked for in the newest posts, one after another, and only what is not
 * found often enough there is asked of the index, whose answer is then short. */
static struct err *posts_gin(struct call *c, const struct search_ask *ask, int max, int64_t **ret, size_t *ret_n)
{
	struct str text = ask_text(c, ask);
	struct sql_rows rows;

	TRY(db_rows(c, &q_search_walk, ARGS(text, ask->before_id, ask->after_id, (int64_t)max, (int64_t)WALK_FIRST), &rows));
	if (rows.n > 0 && rows.n < (size_t)max)
		TRY(db_rows(c, &q_search_walk, ARGS(text, ask->before_id, ask->after_id, (int64_t)max, (int64_t)WALK_SECOND), &rows));
	if (rows.n < (size_t)max)
		TRY(db_rows(c, &q_search_match, ARGS(text, ask->before_id, ask->after_id, (int64_t)max, (int64_t)SEARCH_MATCHES_MAX + 1), &rows));
	if (rows.n && rows.columns > 1 && row_i64(sql_row(&rows, 0), 1) > SEARCH_MATCHES_MAX)
		TRY(db_rows(c, &q_search_walk, ARGS(text, ask->before_id, ask->after_id, (int64_t)max, (int64_t)SEARCH_WALK_MAX), &rows));
	take_ids(c, &rows, ret, ret_n);
	return NULL;
}

struct err *search_posts(struct call *c, const struct search_ask *ask, int max, int64_t **ret, size_t *ret_n)
{
	return sql_is_pgsql(c->db) ? posts_gin(c, ask, max, ret, ret_n) : posts_fts(c, ask, max, ret, ret_n);
}

SQL(q_search_visible,
    "SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.reblog_of_id IS NULL AND NOT " SQL_GONE("a")
    " AND (s.account_id = $1 OR (" SQL_SEES("$1", "s") " AND NOT " SQL_BLOCK_EITHER("$1", "a.id") " AND NOT " SQL_MUTES("$1", "a.id", "$2")
    " AND NOT " SQL_MUTES_DOMAIN("$1", "a.domain") " AND (NOT " SQL_SILENCED("a") " OR " SQL_FOLLOWS("$1", "a.id") ")"
    " AND ((s.visibility = 0 AND a.indexable = 1) OR " SQL_MENTIONED("$1", "s")
    " OR EXISTS (SELECT 1 FROM favourites x WHERE x.account_id = $1 AND x.status_id = s.id)"
    " OR EXISTS (SELECT 1 FROM bookmarks x WHERE x.account_id = $1 AND x.status_id = s.id)"
    " OR EXISTS (SELECT 1 FROM statuses x WHERE x.reblog_of_id = s.id AND x.account_id = $1)"
    " OR EXISTS (SELECT 1 FROM polls p JOIN poll_votes x ON x.poll_id = p.id WHERE p.status_id = s.id AND x.account_id = $1))))"
    " AND s.id IN (@set) ORDER BY s.id DESC");

struct err *search_visible(struct call *c, account_id reader, const int64_t *ids, size_t n, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_search_visible, ARGS(reader.v, c->now_us, sql_ids(ids, n)), &rows));
	take_ids(c, &rows, ret, ret_n);
	return NULL;
}

/* ---- marks ---- */

SQL(q_search_marks_add, "INSERT INTO search_marks (id, status_id, since_us) VALUES @rows");
SQL(q_search_mark_account,
    "INSERT INTO search_accounts (account_id, before_id, since_us, stamp)"
    " SELECT a.id, 9223372036854775807, CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM accounts a WHERE a.id = $1 AND a.indexable <> $2"
    " ON CONFLICT (account_id) DO UPDATE SET before_id = excluded.before_id, stamp = excluded.stamp");

SQL(q_search_job, "SELECT due_us FROM jobs WHERE once_key = 'search'");

/* *arg: when the job that waits is due, ours or one that stood before; 0 where it has just begun. */
static struct err *add_job(struct call *c, void *arg)
{
	int64_t now_us = c->world->now_us(c->world), *due_us = arg;
	struct row r;
	bool found;

	TRY(job_add(c, &(struct job_new){ .kind = JOB_SEARCH, .once_key = STR("search"), .due_us = now_us + GATHER_US }));
	TRY(db_one(c, &q_search_job, ARGS0, &r, &found));
	*due_us = found ? row_i64(r, 0) : 0;
	return NULL;
}

/* Changes of half a second are taken up together. A job of one key in the transactions themselves would have each wait for the others. Where this
 * does not come to pass, acts_search_watch() finds the marks. */
void store__search_wake(struct call *c)
{
	int64_t now_us = c->world->now_us(c->world), due_us = ids__search_due_us(c->ids);
	int queries = c->queries;
	struct err *e;

	if (due_us > now_us && due_us <= now_us + GATHER_US)      /* clocks may step back */
		return;
	e = store_tx(c, add_job, &due_us);
	if (e)
		log_warn("search.not_woken", KV("why", e->text));
	else
		ids__set_search_due_us(c->ids, due_us);
	c->queries = queries;      /* a few a second, whoever it meets */
}

static struct err *mark_all(struct call *c, const int64_t *ids, size_t n, int64_t since_us)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 3 * n + 1);

	for (size_t i = 0; i < n; i++) {
		v[3 * i] = sql_arg_i64(id_next(c));
		v[3 * i + 1] = sql_arg_i64(ids[i]);
		v[3 * i + 2] = sql_arg_i64(since_us);
	}
	c->search_marked |= n > 0;
	return n ? db_insert_rows(c, &q_search_marks_add, 3, v, n) : NULL;
}

struct err *search_mark(struct call *c, status_id id)
{
	return mark_all(c, &id.v, 1, c->now_us);
}

SQL(q_search_posts_with_card, "SELECT id FROM statuses WHERE card_id = $1 ORDER BY id DESC LIMIT 300");

struct err *search_mark_card(struct call *c, card_id id)
{
	struct sql_rows rows;
	int64_t *ids;
	size_t n;

	TRY(db_rows(c, &q_search_posts_with_card, ARGS(id.v), &rows));
	take_ids(c, &rows, &ids, &n);
	return mark_all(c, ids, n, c->now_us);
}

struct err *search_mark_account(struct call *c, account_id who, bool indexable)
{
	int64_t n;

	TRY(db_exec(c, &q_search_mark_account, ARGS(who.v, (int64_t)indexable, c->now_us, id_next(c)), &n));
	c->search_marked |= n > 0;
	return NULL;
}

/* Marks of a rebuild are nobody's change: they are from the end of all time, and wait behind all others. */
SQL(q_search_state,
    "SELECT before_id, began_us, ended_us, posts, (SELECT min(since_us) FROM search_marks WHERE since_us < 9223372036854775807),"
    " (SELECT min(since_us) FROM search_accounts) FROM search_rebuild");

struct err *search_state(struct call *c, struct search_state *ret)
{
	int64_t marks_us, accounts_us, since_us;
	struct row r;
	bool found;

	TRY(db_one(c, &q_search_state, ARGS0, &r, &found));
	marks_us = row_i64(r, 4);
	accounts_us = row_i64(r, 5);
	since_us = !accounts_us || (marks_us && marks_us < accounts_us) ? marks_us : accounts_us;
	*ret = (struct search_state){ .behind_us = since_us && since_us < c->now_us ? c->now_us - since_us : 0, .rebuilt_to_id = row_i64(r, 0),
				      .began_us = row_i64(r, 1), .ended_us = row_i64(r, 2), .posts = row_i64(r, 3) };
	ret->rebuilding = ret->rebuilt_to_id > 0;
	return NULL;
}

SQL(q_search_changes,
    "SELECT status_id, id, (SELECT turn FROM search_rebuild) FROM search_marks ORDER BY since_us, status_id DESC LIMIT $1");
SQL(q_search_turn, "UPDATE search_rebuild SET turn = turn + 1 WHERE turn = $1");
SQL(q_search_take, "DELETE FROM search_marks WHERE id IN (@set)");

struct err *search_changes(struct call *c, int max, struct search_changes *ret)
{
	struct map *seen = map_create(c->arena);
	struct sql_rows rows;

	TRY(db_rows(c, &q_search_changes, ARGS((int64_t)max), &rows));
	*ret = (struct search_changes){ .marks = arena_array(c->arena, int64_t, rows.n + 1), .statuses = arena_array(c->arena, int64_t, rows.n + 1) };
	for (; ret->marks_n < rows.n; ret->marks_n++) {
		struct row r = sql_row(&rows, ret->marks_n);

		if (!map_find_i64(seen, row_i64(r, 0)))
			ret->statuses[ret->statuses_n++] = row_i64(r, 0);
		map_put_i64(seen, row_i64(r, 0), seen);
		ret->marks[ret->marks_n] = row_i64(r, 1);
		ret->turn = row_i64(r, 2);
	}
	return NULL;
}

struct err *search_take(struct call *c, const struct search_changes *changes, bool *ret_ours)
{
	int64_t n;

	TRY(db_exec(c, &q_search_turn, ARGS(changes->turn), &n));
	*ret_ours = n > 0;
	return n ? db_exec(c, &q_search_take, ARGS(sql_ids(changes->marks, changes->marks_n)), NULL) : NULL;
}

/* ---- what is found ---- */

SQL(q_search_docs_drop, "DELETE FROM search_posts WHERE rowid IN (@set)");
SQL(q_search_docs_add, "INSERT INTO search_posts (rowid, words) VALUES @rows");

/* "a:1 b:2", as PostgreSQL reads a tsvector. */
static struct str vector(struct call *c, struct str words)
{
	struct buf b = buf_init(c->arena, VECTOR_MAX);
	struct str word;

	for (int at = 1; str_next(&words, ' ', &word); at++)
		buf_addf(&b, "%s" STR_FMT ":%d", at > 1 ? " " : "", STR_ARG(word), at);
	return buf_ok(&b) ? buf_str(&b) : STR("");
}

struct err *search_docs_put(struct call *c, const struct search_doc *docs, size_t n)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, 2 * n + 1);
	int64_t *ids = arena_array(c->arena, int64_t, n + 1);
	size_t rows = 0;

	for (size_t i = 0; i < n; i++) {
		ids[i] = docs[i].id.v;
		if (!docs[i].words.n)
			continue;
		v[2 * rows] = sql_arg_i64(docs[i].id.v);
		v[2 * rows++ + 1] = sql_arg_str(sql_is_pgsql(c->db) ? vector(c, docs[i].words) : docs[i].words);
	}
	if (n)
		TRY(db_exec(c, &q_search_docs_drop, ARGS(sql_ids(ids, n)), NULL));
	return rows ? db_insert_rows(c, &q_search_docs_add, 2, v, rows) : NULL;
}

SQL(q_search_finders,
    "WITH s AS (SELECT id, account_id FROM statuses WHERE id IN (@set))"
    " SELECT s.id, s.account_id FROM s JOIN users u ON u.account_id = s.account_id"
    " UNION SELECT s.id, m.account_id FROM s JOIN mentions m ON m.status_id = s.id JOIN users u ON u.account_id = m.account_id"
    " UNION SELECT s.id, f.account_id FROM s JOIN favourites f ON f.status_id = s.id JOIN users u ON u.account_id = f.account_id"
    " UNION SELECT s.id, k.account_id FROM s JOIN bookmarks k ON k.status_id = s.id"
    " UNION SELECT s.id, b.account_id FROM s JOIN statuses b ON b.reblog_of_id = s.id JOIN users u ON u.account_id = b.account_id"
    " UNION SELECT s.id, v.account_id FROM s JOIN polls p ON p.status_id = s.id JOIN poll_votes v ON v.poll_id = p.id"
    " JOIN users u ON u.account_id = v.account_id LIMIT 20000");

struct err *search_finders(struct call *c, const int64_t *ids, size_t n, struct search_finder **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_search_finders, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, struct search_finder, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct search_finder){ ID(status_id, row_i64(sql_row(&rows, i), 0)), ID(account_id, row_i64(sql_row(&rows, i), 1)) };
	return NULL;
}

/* ---- going through many ---- */

SQL(q_search_account_next, "SELECT account_id, before_id, since_us, stamp FROM search_accounts ORDER BY account_id LIMIT 1");
SQL(q_search_account_moved, "UPDATE search_accounts SET before_id = $2 WHERE account_id = $1 AND stamp = $3");
SQL(q_search_account_done, "DELETE FROM search_accounts WHERE account_id = $1 AND stamp = $2");
SQL(q_search_posts_of,
    "SELECT id FROM statuses WHERE account_id = $1 AND id < $2 AND reblog_of_id IS NULL ORDER BY id DESC LIMIT $3");
SQL(q_search_rebuild_moved,
    "UPDATE search_rebuild SET before_id = $2, posts = posts + $3, ended_us = $4 WHERE before_id = $1");
SQL(q_search_posts_below, "SELECT id FROM statuses WHERE id < $1 AND reblog_of_id IS NULL ORDER BY id DESC LIMIT $2");
SQL(q_search_strays_drop,
    "DELETE FROM search_posts WHERE rowid >= $1 AND rowid < $2 AND NOT EXISTS (SELECT 1 FROM statuses s WHERE s.id = search_posts.rowid)");
SQL(q_search_rebuild_begin, "UPDATE search_rebuild SET before_id = 9223372036854775807, began_us = $1, ended_us = 0, posts = 0");

static struct err *mark_rebuild(struct call *c, int max, bool *ret_more)
{
	struct search_state state;
	struct sql_rows rows;
	int64_t *ids, low, moved;
	size_t n;

	TRY(search_state(c, &state));
	*ret_more = state.rebuilding;
	if (!state.rebuilding)
		return NULL;
	TRY(db_rows(c, &q_search_posts_below, ARGS(state.rebuilt_to_id, (int64_t)max), &rows));
	take_ids(c, &rows, &ids, &n);
	low = n < (size_t)max ? 0 : ids[n - 1];
	TRY(db_exec(c, &q_search_rebuild_moved, ARGS(state.rebuilt_to_id, low, (int64_t)n, low ? 0 : c->now_us), &moved));
	if (!moved)
		return NULL;
	TRY(db_exec(c, &q_search_strays_drop, ARGS(low, state.rebuilt_to_id), NULL));
	return mark_all(c, ids, n, INT64_MAX);
}

struct err *search_mark_more(struct call *c, int max, bool *ret_more)
{
	struct sql_rows rows;
	struct row r;
	int64_t *ids;
	bool found;
	size_t n;

	TRY(db_one(c, &q_search_account_next, ARGS0, &r, &found));
	if (!found)
		return mark_rebuild(c, max, ret_more);
	*ret_more = true;
	TRY(db_rows(c, &q_search_posts_of, ARGS(row_i64(r, 0), row_i64(r, 1), (int64_t)max), &rows));
	take_ids(c, &rows, &ids, &n);
	TRY(mark_all(c, ids, n, row_i64(r, 2)));
	if (n < (size_t)max)
		return db_exec(c, &q_search_account_done, ARGS(row_i64(r, 0), row_i64(r, 3)), NULL);
	return db_exec(c, &q_search_account_moved, ARGS(row_i64(r, 0), ids[n - 1], row_i64(r, 3)), NULL);
}

struct err *search_rebuild_begin(struct call *c)
{
	TRY(db_exec(c, &q_search_rebuild_begin, ARGS(c->now_us), NULL));
	c->search_marked = true;
	return NULL;
}
