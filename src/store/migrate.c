#include "base/buf.h"
#include "store/migrations.h"
#include "store/store.h"

enum { SCHEMA_TEXT_MAX = 1 << 20 };

/* The words of migrations/ that differ between the engines. Longest first, so that none is a prefix of one before it. */
static const struct {
	struct str word, sqlite, pgsql;
} words[] = {
	{ STRC("@SQLITE"), STRC(""), STRC("--") },      /* at the start of a line: for that engine alone */
	{ STRC("@NOROWID"), STRC("WITHOUT ROWID"), STRC("") },
	{ STRC("@PGSQL"), STRC("--"), STRC("") },
	{ STRC("@TEXT"), STRC("TEXT"), STRC("TEXT COLLATE \"C\"") },
	{ STRC("@ID"), STRC("INTEGER NOT NULL PRIMARY KEY"), STRC("BIGINT NOT NULL PRIMARY KEY") },
};

static struct str for_engine(struct call *c, struct str text)
{
	struct buf out = buf_init(c->arena, SCHEMA_TEXT_MAX);
	bool pgsql = sql_is_pgsql(c->db);

	while (text.n) {
		size_t at = str_find(text, '@'), w = 0;

		buf_add(&out, str_upto(text, at));
		text = str_from(text, at);
		while (text.n && w < sizeof words / sizeof *words && !str_has_prefix(text, words[w].word))
			w++;
		if (!text.n)
			break;
		if (w == sizeof words / sizeof *words) {
			buf_addc(&out, '@');
			text = str_from(text, 1);
			continue;
		}
		buf_add(&out, pgsql ? words[w].pgsql : words[w].sqlite);
		text = str_from(text, words[w].word.n);
	}
	return buf_str(&out);
}

SQL(q_versions_lock, "UPDATE schema_lock SET holder = $1");
SQL(q_version, "SELECT coalesce(max(number), 0) FROM schema_versions");
SQL(q_versions, "SELECT number FROM schema_versions");
SQL(q_version_add, "INSERT INTO schema_versions (number, name, applied_us) VALUES ($1, $2, $3)");

static struct err *make_ledger(struct call *c, void *arg)
{
	(void)arg;
	return sql_script(c, for_engine(c, STR(
	    "CREATE TABLE IF NOT EXISTS schema_versions (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_us BIGINT NOT NULL);"
	    "CREATE TABLE IF NOT EXISTS schema_lock (one BIGINT NOT NULL PRIMARY KEY, holder BIGINT NOT NULL);"
	    "INSERT INTO schema_lock (one, holder) VALUES (1, 0) ON CONFLICT DO NOTHING;")));
}

static bool stands(const struct sql_rows *versions, int64_t number)
{
	for (size_t i = 0; i < versions->n; i++)
		if (row_i64(sql_row(versions, i), 0) == number)
			return true;
	return false;
}

/* One migration a transaction; the row of schema_lock makes two nodes that start together take turns. Not what follows the highest: of two
 * numbers that were given at the same time the lower may come into a program after the higher. */
static struct err *apply_next(struct call *c, void *arg)
{
	const struct migration **applied = arg;
	struct sql_rows versions;

	*applied = NULL;
	TRY(db_exec(c, &q_versions_lock, ARGS(c->now_us), NULL));
	TRY(db_rows(c, &q_versions, ARGS0, &versions));
	for (const struct migration *m = store_migrations; m->number; m++) {
		if (stands(&versions, m->number))
			continue;
		TRY(sql_script(c, for_engine(c, str_z(m->text))));
		TRY(db_exec(c, &q_version_add, ARGS((int64_t)m->number, str_z(m->name), c->now_us), NULL));
		*applied = m;
		return NULL;
	}
	return NULL;
}

static struct err *refuse_newer(struct call *c)
{
	const struct migration *last = store_migrations;
	struct row r;
	bool found;

	while (last->number && last[1].number)
		last++;
	TRY(db_one(c, &q_version, ARGS0, &r, &found));
	if (row_i64(r, 0) > last->number)
		return FAIL(c->arena, ERR_INTERNAL, "the database is at version %lld, this program knows only %d: use the newer program",
			    (long long)row_i64(r, 0), last->number);
	return NULL;
}

struct err *store_migrate(struct call *c, int *ret_applied)
{
	const struct migration *applied = NULL;

	*ret_applied = 0;
	TRY(sql_tx(c, make_ledger, NULL));
	TRY(refuse_newer(c));
	do {
		TRY(sql_tx(c, apply_next, &applied));
		*ret_applied += applied != NULL;
	} while (applied);
	return NULL;
}
