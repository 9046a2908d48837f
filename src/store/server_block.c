#include "store/server_block.h"

#include "base/map.h"
#include "store/store_priv.h"

#define BLOCK_COLUMNS \
	"id, domain, severity, reject_media, reject_reports, obfuscate, public_comment, private_comment, by_whom, created_us, changed_us"
SQL(q_server_blocks_all, "SELECT " BLOCK_COLUMNS " FROM server_blocks ORDER BY domain LIMIT 20000");
SQL(q_server_blocks_public, "SELECT " BLOCK_COLUMNS " FROM server_blocks WHERE severity < 2 ORDER BY severity, domain LIMIT 20000");
SQL(q_server_block_find, "SELECT " BLOCK_COLUMNS " FROM server_blocks WHERE domain = $1");

static struct server_block block_from(struct row r)
{
	return (struct server_block){ row_i64(r, 0), row_str(r, 1), (enum block_severity)row_i64(r, 2), row_bool(r, 3), row_bool(r, 4), row_bool(r, 5),
				      row_str(r, 6), row_str(r, 7), row_str(r, 8), row_i64(r, 9), row_i64(r, 10) };
}

static struct err *blocks(struct call *c, const struct sql_text *q, struct sql_args args, struct server_block **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, args, &rows));
	*ret = arena_array(c->arena, struct server_block, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = block_from(sql_row(&rows, i));
	return NULL;
}

struct err *server_blocks_all(struct call *c, struct server_block **ret, size_t *ret_n)
{
	return blocks(c, &q_server_blocks_all, ARGS0, ret, ret_n);
}

struct err *server_blocks_public(struct call *c, struct server_block **ret, size_t *ret_n)
{
	return blocks(c, &q_server_blocks_public, ARGS0, ret, ret_n);
}

struct err *server_block_find(struct call *c, struct str domain, struct server_block *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_server_block_find, ARGS(domain), &r, &found));
	*ret = found ? block_from(r) : (struct server_block){ 0 };
	return NULL;
}

SQL(q_server_blocks_count, "SELECT count(*) FROM server_blocks WHERE domain <> $1");
SQL(q_server_block_put,
    "INSERT INTO server_blocks (" BLOCK_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (domain) DO UPDATE"
    " SET severity = excluded.severity, reject_media = excluded.reject_media, reject_reports = excluded.reject_reports,"
    " obfuscate = excluded.obfuscate, public_comment = excluded.public_comment, private_comment = excluded.private_comment,"
    " by_whom = excluded.by_whom, changed_us = excluded.changed_us");
SQL(q_server_block_drop, "DELETE FROM server_blocks WHERE domain = $1");

/* Nodes see by the changes of settings that theirs are old. */
static struct err *tell_nodes(struct call *c, const struct server_block *old, struct str domain, const char *severity, struct str by)
{
	struct str was = old->id ? arena_printf(c->arena, STR_FMT " %s", STR_ARG(domain), block_severity_word(old->severity)) : STR_NONE;
	struct str is = severity ? arena_printf(c->arena, STR_FMT " %s", STR_ARG(domain), severity) : STR_NONE;

	return setting_noted(c, STR("server_blocks"), was, is, by);
}

struct err *server_block_put(struct call *c, const struct server_block *b)
{
	struct server_block old;
	struct row r;
	bool found;

	TRY(db_one(c, &q_server_blocks_count, ARGS(b->domain), &r, &found));
	if (row_i64(r, 0) >= SERVER_BLOCKS_MAX)
		return FAIL(c->arena, ERR_INVALID, "%d servers are blocked already", (int)SERVER_BLOCKS_MAX);
	TRY(server_block_find(c, b->domain, &old));
	TRY(db_exec(c, &q_server_block_put,
		    ARGS(id_next(c), b->domain, (int64_t)b->severity, (int64_t)b->reject_media, (int64_t)b->reject_reports, (int64_t)b->obfuscate,
			 b->public_comment, b->private_comment, b->by, c->now_us), NULL));
	return tell_nodes(c, &old, b->domain, block_severity_word(b->severity), b->by);
}

struct err *server_block_drop(struct call *c, struct str domain, struct str by, bool *ret_was)
{
	struct server_block old;

	TRY(server_block_find(c, domain, &old));
	*ret_was = old.id != 0;
	if (!old.id)
		return NULL;
	TRY(db_exec(c, &q_server_block_drop, ARGS(domain), NULL));
	return tell_nodes(c, &old, domain, NULL, by);
}

/* ---- what follows ---- */

enum { WIDER_MAX = 40, PEERS_AT_ONCE = 300 };

SQL(q_server_limit_drop, "DELETE FROM server_limits WHERE domain IN (@set)");
SQL(q_server_limit_add, "INSERT INTO server_limits (domain, silenced_us, suspended_us) SELECT p.domain, $1, $2 FROM peers p WHERE p.domain IN (@set)"
    " ON CONFLICT (domain) DO UPDATE SET silenced_us = excluded.silenced_us, suspended_us = excluded.suspended_us");
SQL(q_server_blocks_of, "SELECT " BLOCK_COLUMNS " FROM server_blocks WHERE domain IN (@set)");

static struct err *limit(struct call *c, const struct server_block *b, const struct str *domains, size_t n)
{
	bool suspends = b->severity == BLOCK_SUSPEND;

	return db_exec(c, &q_server_limit_add, ARGS(suspends ? (int64_t)0 : b->created_us, suspends ? b->created_us : (int64_t)0, sql_strs(domains, n)),
		       NULL);
}

/* id 0: none. */
static struct err *longest_for(struct call *c, struct str domain, struct server_block *ret)
{
	struct str wider[WIDER_MAX];
	struct server_block *v;
	size_t n = 0, found;

	for (struct str d = domain; d.n && n < WIDER_MAX; d = str_wider_domain(d))
		wider[n++] = d;
	TRY(blocks(c, &q_server_blocks_of, ARGS(sql_strs(wider, n)), &v, &found));
	*ret = (struct server_block){ 0 };
	for (size_t i = 0; i < found; i++)
		if (v[i].domain.n > ret->domain.n)
			*ret = v[i];
	return NULL;
}

struct err *server_limit_meet(struct call *c, struct str domain)
{
	struct server_block b;

	TRY(longest_for(c, domain, &b));
	return b.id && b.severity != BLOCK_NOOP ? limit(c, &b, &domain, 1) : NULL;
}

struct err *server_is_suspended(struct call *c, struct str domain, bool *ret)
{
	struct server_block b;

	TRY(longest_for(c, domain, &b));
	*ret = b.id && b.severity == BLOCK_SUSPEND;
	return NULL;
}

struct err *server_shows_no_media(struct call *c, struct str domain, bool *ret)
{
	struct server_block b;

	TRY(longest_for(c, domain, &b));
	*ret = b.id && (b.severity == BLOCK_SUSPEND || b.reject_media);
	return NULL;
}

static const struct server_block *longest_of(const struct map *by_domain, struct str domain)
{
	const struct server_block *b = NULL;

	for (struct str d = domain; d.n && !b; d = str_wider_domain(d))
		b = map_find(by_domain, d);
	return b;
}

/* One statement a block that is the longest of some of these, and one for those that none holds. */
static struct err *follow(struct call *c, const struct map *by_domain, const struct str *peers, size_t n)
{
	const struct server_block **of = arena_array(c->arena, const struct server_block *, n + 1);
	struct str *some = arena_array(c->arena, struct str, n + 1);

	TRY(db_exec(c, &q_server_limit_drop, ARGS(sql_strs(peers, n)), NULL));
	for (size_t i = 0; i < n; i++)
		of[i] = longest_of(by_domain, peers[i]);
	for (size_t i = 0; i < n; i++) {
		const struct server_block *b = of[i];
		size_t k = 0;

		if (!b || b->severity == BLOCK_NOOP)
			continue;
		for (size_t j = i; j < n; j++)
			if (of[j] == b) {
				some[k++] = peers[j];
				of[j] = NULL;
			}
		TRY(limit(c, b, some, k));
	}
	return NULL;
}

/* At or below $2, which $3 is as a text for LIKE; after $1. */
#define WITHIN(D) \
	"(" D " = $2 OR " D " LIKE '%.' || $3 ESCAPE '\\' OR " D " LIKE $3 || ':%' ESCAPE '\\' OR " D " LIKE '%.' || $3 || ':%' ESCAPE '\\')"
#define BELOW(D) " " D " > $1 AND " WITHIN(D) " ORDER BY " D " LIMIT $4"
SQL(q_peers_below, "SELECT domain FROM peers WHERE" BELOW("domain"));
SQL(q_server_limits_below, "SELECT domain FROM server_limits WHERE suspended_us > 0 AND" BELOW("domain"));
SQL(q_jobs_hosts_below, "SELECT DISTINCT host FROM jobs WHERE host <> '' AND" BELOW("host"));

struct str store__like_text(struct call *c, struct str domain)
{
	char *out = arena_alloc(c->arena, 2 * domain.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < domain.n; i++) {
		if (domain.p[i] == '_' || domain.p[i] == '%' || domain.p[i] == '\\')
			out[n++] = '\\';
		out[n++] = domain.p[i];
	}
	return str_of(out, n);
}

static struct err *names(struct call *c, const struct sql_text *q, struct str below, struct str after, int max, struct str **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, q, ARGS(after, below, store__like_text(c, below), (int64_t)max), &rows));
	*ret = arena_array(c->arena, struct str, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_str(sql_row(&rows, i), 0);
	return NULL;
}

struct err *server_limits_follow(struct call *c, struct str below)
{
	struct map *by_domain = map_create(c->arena);
	struct str after = STR(""), *peers;
	struct server_block *v;
	size_t n;

	TRY(server_blocks_all(c, &v, &n));
	for (size_t i = 0; i < n; i++)
		map_put(by_domain, v[i].domain, &v[i]);
	do {
		TRY(names(c, &q_peers_below, below, after, PEERS_AT_ONCE, &peers, &n));
		if (n)
			TRY(follow(c, by_domain, peers, n));
		after = n ? peers[n - 1] : after;
	} while (n == PEERS_AT_ONCE);
	return NULL;
}

struct err *peers_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return names(c, &q_peers_below, below, after, max, ret, ret_n);
}

struct err *server_limits_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return names(c, &q_server_limits_below, below, after, max, ret, ret_n);
}

struct err *jobs_hosts_below(struct call *c, struct str below, struct str after, int max, struct str **ret, size_t *ret_n)
{
	return names(c, &q_jobs_hosts_below, below, after, max, ret, ret_n);
}

SQL(q_suspended_people_count,
    "SELECT count(*) FROM server_limits l JOIN accounts a ON a.domain = l.domain WHERE l.suspended_us > 0 AND a.deleted_us = $1"
    " AND " WITHIN("l.domain"));
SQL(q_server_people, "SELECT id FROM accounts WHERE domain = $1 AND id > $2 AND deleted_us = 0 ORDER BY id LIMIT $3");

struct err *suspended_people_count(struct call *c, struct str below, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_suspended_people_count, ARGS((int64_t)0, below, store__like_text(c, below)), &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

struct err *server_people(struct call *c, struct str domain, int64_t after, int max, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_server_people, ARGS(domain, after, (int64_t)max), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}
