/* Each page has two texts, downwards from max_id and upwards from min_id; both begin their parameters with the bounds and the limit:
 * $1 below this id, $2 above this one, $3 how many, $4 the reader, $5 the present. */
#include "store/timeline.h"

#include "store/home_rule_priv.h"

#define DOWN(S) " AND " S " < $1 AND " S " > $2 ORDER BY " S " DESC LIMIT $3"
#define UP(S) " AND " S " < $1 AND " S " > $2 ORDER BY " S " LIMIT $3"

struct texts {
	const struct sql_text *down, *up;
};

/* rest: the parameters from $4 on. */
static struct err *fetch(struct call *c, struct texts q, const struct page *p, struct sql_args rest, struct sql_rows *ret)
{
	struct sql_arg *v = arena_array(c->arena, struct sql_arg, rest.n + 3);

	v[0] = sql_arg_i64(p->max_id ? p->max_id : INT64_MAX);
	v[1] = sql_arg_i64(p->min_id ? p->min_id : p->since_id);
	v[2] = sql_arg_i64(p->limit);
	for (size_t i = 0; i < rest.n; i++)
		v[i + 3] = rest.v[i];
	return db_rows(c, p->min_id ? q.up : q.down, (struct sql_args){ v, rest.n + 3 }, ret);
}

static struct err *page(struct call *c, struct texts q, const struct page *p, struct sql_args rest, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(fetch(c, q, p, rest, &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, p->min_id ? rows.n - 1 - i : i), 0);
	return NULL;
}

/* ---- home ---- */

#define HOME \
	"SELECT h.status_id FROM home_entries h JOIN statuses s ON s.id = h.status_id" SQL_HOME_JOINS("$4") \
	" WHERE h.account_id = $4 AND " SQL_HOME_ADMITS_READER("$4", "$5")
SQL(q_home_down, HOME DOWN("h.status_id"));
SQL(q_home_up, HOME UP("h.status_id"));

struct err *timeline_home(struct call *c, account_id reader, const struct page *p, int64_t **ret, size_t *ret_n)
{
	return page(c, (struct texts){ &q_home_down, &q_home_up }, p, ARGS(reader.v, c->now_us), ret, ret_n);
}

#define LIST \
	"SELECT h.status_id FROM list_entries h JOIN lists l ON l.id = h.list_id AND l.account_id = $4 JOIN statuses s ON s.id = h.status_id" \
	SQL_HOME_JOINS("$4") " WHERE h.list_id = $6 AND " SQL_LIST_ADMITS("$4", "$5")
SQL(q_list_down, LIST DOWN("h.status_id"));
SQL(q_list_up, LIST UP("h.status_id"));

struct err *timeline_list(struct call *c, account_id reader, list_id list, const struct page *p, int64_t **ret, size_t *ret_n)
{
	return page(c, (struct texts){ &q_list_down, &q_list_up }, p, ARGS(reader.v, c->now_us, list.v), ret, ret_n);
}

#define DIRECT \
	"SELECT h.status_id FROM conversation_posts h JOIN statuses s ON s.id = h.status_id JOIN accounts a ON a.id = s.account_id" \
	" WHERE h.account_id = $4 AND NOT " SQL_GONE("a") " AND " SQL_SEES("$4", "s") \
	" AND (s.account_id = $4 OR (" SQL_HOME_UNSHUNNED("$4", "$5") "))"
SQL(q_direct_down, DIRECT DOWN("h.status_id"));
SQL(q_direct_up, DIRECT UP("h.status_id"));

struct err *timeline_direct(struct call *c, account_id reader, const struct page *p, int64_t **ret, size_t *ret_n)
{
	return page(c, (struct texts){ &q_direct_down, &q_direct_up }, p, ARGS(reader.v, c->now_us), ret, ret_n);
}

/* ---- public ---- */

/* What stays on this server is for people of it, and they are who reads here under a name. */
#define NOT_FOR_HERE_ALONE(S) " AND (" S ".local_only = 0 OR CAST($4 AS BIGINT) <> 0)"
#define NOT_SHUNNED \
	NOT_FOR_HERE_ALONE("s") " AND " SQL_UNLIMITED("a") " AND (CAST($4 AS BIGINT) = 0 OR (NOT " SQL_BLOCK_EITHER("$4", "a.id") \
	" AND NOT " SQL_MUTES("$4", "a.id", "$5") " AND NOT " SQL_MUTES_DOMAIN("$4", "a.domain") "))"
#define ONLY_MEDIA(N) " AND (CAST(" N " AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM media md WHERE md.status_id = s.id))"
#define PUBLIC(PLACE) \
	"SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.visibility = 0 AND s.reblog_of_id IS NULL" PLACE \
	" AND " SQL_NO_REPLY_BUT_OWN("s") NOT_SHUNNED ONLY_MEDIA("$6")
SQL(q_public_down, PUBLIC("") DOWN("s.id"));
SQL(q_public_up, PUBLIC("") UP("s.id"));
SQL(q_public_local_down, PUBLIC(" AND s.local = 1") DOWN("s.id"));
SQL(q_public_local_up, PUBLIC(" AND s.local = 1") UP("s.id"));
SQL(q_public_remote_down, PUBLIC(" AND s.local = 0") DOWN("s.id"));
SQL(q_public_remote_up, PUBLIC(" AND s.local = 0") UP("s.id"));

struct err *timeline_public(struct call *c, const struct timeline_public *what, const struct page *p, int64_t **ret, size_t *ret_n)
{
	static const struct texts by_place[WHERE_COUNT] = {
		[WHERE_ALL] = { &q_public_down, &q_public_up }, [WHERE_LOCAL] = { &q_public_local_down, &q_public_local_up },
		[WHERE_REMOTE] = { &q_public_remote_down, &q_public_remote_up },
	};

	return page(c, by_place[what->where], p, ARGS(what->reader.v, c->now_us, (int64_t)what->only_media), ret, ret_n);
}

/* ---- tags ---- */

#define HAS_TAG(N) " AND (CAST(" N " AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM status_tags x WHERE x.tag_id = " N " AND x.status_id = s.id))"
#define TAG \
	"SELECT t.status_id FROM status_tags t JOIN statuses s ON s.id = t.status_id JOIN accounts a ON a.id = s.account_id" \
	" WHERE t.tag_id = $7 AND s.visibility = 0 AND s.reblog_of_id IS NULL" NOT_SHUNNED ONLY_MEDIA("$6") \
	" AND (CAST($8 AS BIGINT) = 0 OR s.local = CASE CAST($8 AS BIGINT) WHEN 1 THEN 1 ELSE 0 END)" \
	HAS_TAG("$9") HAS_TAG("$10") HAS_TAG("$11") HAS_TAG("$12") \
	" AND NOT EXISTS (SELECT 1 FROM status_tags x WHERE x.status_id = s.id AND x.tag_id IN ($13, $14, $15, $16))"
SQL(q_tag_down, TAG DOWN("t.status_id"));
SQL(q_tag_up, TAG UP("t.status_id"));

/* Two pages in the order of walking, each once, into one of at most `limit`. */
static size_t merge(struct call *c, int64_t **into, size_t n, const int64_t *more, size_t more_n, const struct page *p)
{
	int64_t *out = arena_array(c->arena, int64_t, n + more_n + 1);
	const int64_t *a = *into;
	size_t i = 0, j = 0, k = 0;

	while (k < (size_t)p->limit && (i < n || j < more_n)) {
		bool first = j == more_n || (i < n && (p->min_id ? a[i] < more[j] : a[i] > more[j]));
		int64_t id = first ? a[i++] : more[j++];

		if (k == 0 || out[k - 1] != id)
			out[k++] = id;
	}
	*into = out;
	return k;
}

struct err *timeline_tag(struct call *c, const struct timeline_tag *what, const struct page *p, int64_t **ret, size_t *ret_n)
{
	const struct texts texts = { &q_tag_down, &q_tag_up };
	int64_t *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i <= TIMELINE_TAGS_MAX && what->any[i].v; i++) {
		struct sql_rows rows;
		int64_t *ids;

		TRY(fetch(c, texts, p,
			  ARGS(what->reader.v, c->now_us, (int64_t)what->only_media, what->any[i].v, (int64_t)what->where, what->all[0].v,
			       what->all[1].v, what->all[2].v, what->all[3].v, what->none[0].v, what->none[1].v, what->none[2].v, what->none[3].v),
			  &rows));
		ids = arena_array(c->arena, int64_t, rows.n + 1);
		for (size_t j = 0; j < rows.n; j++)
			ids[j] = row_i64(sql_row(&rows, j), 0);
		n = merge(c, &found, n, ids, rows.n, p);
	}
	*ret = arena_array(c->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = found[p->min_id ? n - 1 - i : i];
	*ret_n = n;
	return NULL;
}

/* ---- a page that posts lead to ---- */

#define LINK \
	"SELECT s.id FROM statuses s JOIN accounts a ON a.id = s.account_id WHERE s.card_id IN (SELECT k.id FROM cards k WHERE k.id = $6" \
	" OR k.same_as_id = $6) AND s.visibility = 0 AND s.reblog_of_id IS NULL AND a.discoverable = 1" NOT_SHUNNED
SQL(q_link_down, LINK DOWN("s.id"));
SQL(q_link_up, LINK UP("s.id"));

struct err *timeline_link(struct call *c, account_id reader, card_id page_of, const struct page *p, int64_t **ret, size_t *ret_n)
{
	return page(c, (struct texts){ &q_link_down, &q_link_up }, p, ARGS(reader.v, c->now_us, page_of.v), ret, ret_n);
}

/* ---- one account ---- */

#define ACCOUNT_WHERE \
	" NOT " SQL_GONE("a") " AND " SQL_SEES("$4", "s") NOT_FOR_HERE_ALONE("s") \
	" AND (s.reblog_of_id IS NULL OR (oa.id IS NOT NULL AND NOT " SQL_GONE("oa") " AND " SQL_SEES("$4", "o") \
	" AND NOT " SQL_BLOCK_EITHER("$4", "oa.id") " AND NOT " SQL_MUTES("$4", "oa.id", "$5") " AND NOT " SQL_MUTES_DOMAIN("$4", "oa.domain") "))" \
	ONLY_MEDIA("$7") \
	" AND (CAST($8 AS BIGINT) = 0 OR " SQL_NO_REPLY_BUT_OWN("s") ")" \
	" AND (CAST($9 AS BIGINT) = 0 OR s.reblog_of_id IS NULL)" \
	" AND (CAST($10 AS BIGINT) = 0 OR s.visibility < 3)" HAS_TAG("$11")
#define ACCOUNT_JOINS \
	" JOIN accounts a ON a.id = s.account_id LEFT JOIN statuses o ON o.id = s.reblog_of_id LEFT JOIN accounts oa ON oa.id = o.account_id"
#define ACCOUNT "SELECT s.id FROM statuses s" ACCOUNT_JOINS " WHERE s.account_id = $6 AND" ACCOUNT_WHERE
#define PINNED \
	"SELECT p.status_id FROM pins p JOIN statuses s ON s.id = p.status_id" ACCOUNT_JOINS \
	" WHERE p.account_id = $6 AND s.account_id = $6 AND" ACCOUNT_WHERE
SQL(q_account_down, ACCOUNT DOWN("s.id"));
SQL(q_account_up, ACCOUNT UP("s.id"));
SQL(q_pinned_down, PINNED DOWN("p.status_id"));
SQL(q_pinned_up, PINNED UP("p.status_id"));

struct err *timeline_account(struct call *c, const struct timeline_account *what, const struct page *p, int64_t **ret, size_t *ret_n)
{
	struct texts texts = what->pinned ? (struct texts){ &q_pinned_down, &q_pinned_up } : (struct texts){ &q_account_down, &q_account_up };

	return page(c, texts, p,
		    ARGS(what->reader.v, c->now_us, what->author.v, (int64_t)what->only_media, (int64_t)what->exclude_replies,
			 (int64_t)what->exclude_reblogs, (int64_t)what->exclude_direct, what->tagged.v),
		    ret, ret_n);
}

#define U "u.account_id"
SQL(q_timeline_shunned,
    "SELECT u.account_id FROM statuses s JOIN accounts a ON a.id = s.account_id JOIN users u ON 1 = 1 WHERE s.id = $1 AND (" SQL_GONE("a")
    " OR " SQL_SILENCED("a") " OR " SQL_BLOCK_EITHER(U, "a.id") " OR " SQL_MUTES(U, "a.id", "$2") " OR " SQL_MUTES_DOMAIN(U, "a.domain") ")"
    " AND u.account_id IN (@set)");

struct err *timeline_shunned(struct call *c, status_id id, const int64_t *people, size_t n, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_timeline_shunned, ARGS(id.v, c->now_us, sql_ids(people, n)), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}
