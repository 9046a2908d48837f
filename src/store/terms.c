#include "store/terms.h"

#define TERMS \
	"SELECT t.effective_us, t.published_us, t.text," \
	" (SELECT min(n.effective_us) FROM terms n WHERE n.effective_us > t.effective_us) FROM terms t"
SQL(q_terms_at, TERMS " ORDER BY t.effective_us > $1, abs(t.effective_us - $1) LIMIT 1");
SQL(q_terms_of, TERMS " WHERE t.effective_us = $1");
SQL(q_terms_all, "SELECT effective_us, published_us, text, 0 FROM terms ORDER BY effective_us DESC LIMIT 100");
SQL(q_terms_add, "INSERT INTO terms (effective_us, published_us, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

static struct terms from_row(struct row r) { return (struct terms){ row_i64(r, 0), row_i64(r, 1), row_str(r, 2), row_i64(r, 3) }; }

static struct err *one(struct call *c, const struct sql_text *q, int64_t us, struct terms *ret, bool *ret_found)
{
	struct row r;

	TRY(db_one(c, q, ARGS(us), &r, ret_found));
	if (*ret_found)
		*ret = from_row(r);
	return NULL;
}

struct err *terms_at(struct call *c, int64_t us, struct terms *ret, bool *ret_found) { return one(c, &q_terms_at, us, ret, ret_found); }
struct err *terms_of(struct call *c, int64_t us, struct terms *ret, bool *ret_found) { return one(c, &q_terms_of, us, ret, ret_found); }

struct err *terms_all(struct call *c, struct terms **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_terms_all, ARGS0, &rows));
	*ret = arena_array(c->arena, struct terms, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = from_row(sql_row(&rows, i));
	return NULL;
}

struct err *terms_add(struct call *c, const struct terms *t, bool *ret_added)
{
	int64_t n;

	TRY(db_exec(c, &q_terms_add, ARGS(t->effective_us, t->published_us, t->text), &n));
	*ret_added = n > 0;
	return NULL;
}

SQL(q_setting_changed,
    "SELECT max(at_us) FROM (SELECT changed_us AS at_us FROM setting_changes WHERE key = $1"
    " UNION ALL SELECT min(applied_us) FROM schema_versions) AS times");

struct err *setting_changed(struct call *c, struct str key, int64_t *ret_us)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_setting_changed, ARGS(key), &r, &found));
	*ret_us = row_i64(r, 0);
	return NULL;
}
