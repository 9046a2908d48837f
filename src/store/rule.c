#include "store/rule.h"

SQL(q_rules, "SELECT id, position, text, hint FROM rules WHERE deleted_us = 0 ORDER BY position, id LIMIT 50");
SQL(q_rule_translations,
    "SELECT t.rule_id, t.language, t.text, t.hint FROM rule_translations t JOIN rules r ON r.id = t.rule_id WHERE r.deleted_us = 0"
    " ORDER BY t.rule_id, t.language LIMIT 2500");

struct err *rules_all(struct call *c, struct rules *ret)
{
	struct sql_rows rows;

	*ret = (struct rules){ 0 };
	TRY(db_rows(c, &q_rules, ARGS0, &rows));
	if (rows.n == 0)
		return NULL;
	ret->v = arena_array(c->arena, struct rule, rows.n);
	for (; ret->n < rows.n; ret->n++) {
		struct row r = sql_row(&rows, ret->n);

		ret->v[ret->n] = (struct rule){ row_i64(r, 0), row_i64(r, 1), row_str(r, 2), row_str(r, 3) };
	}
	TRY(db_rows(c, &q_rule_translations, ARGS0, &rows));
	ret->translations = arena_array(c->arena, struct rule_translation, rows.n + 1);
	for (; ret->translations_n < rows.n; ret->translations_n++) {
		struct row r = sql_row(&rows, ret->translations_n);

		ret->translations[ret->translations_n] = (struct rule_translation){ row_i64(r, 0), row_str(r, 1), row_str(r, 2), row_str(r, 3) };
	}
	return NULL;
}

SQL(q_rules_known, "SELECT id FROM rules WHERE id IN (@set) ORDER BY position, id");

struct err *rules_known(struct call *c, const int64_t *ids, size_t n, int64_t **ret, size_t *ret_n)
{
	struct sql_rows rows = { 0 };

	if (n)
		TRY(db_rows(c, &q_rules_known, ARGS(sql_ids(ids, n)), &rows));
	*ret = arena_array(c->arena, int64_t, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = row_i64(sql_row(&rows, i), 0);
	return NULL;
}

SQL(q_rule_put,
    "INSERT INTO rules (id, position, text, hint, created_us, deleted_us) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (id) DO UPDATE"
    " SET position = excluded.position, text = excluded.text, hint = excluded.hint");
SQL(q_rule_drop, "UPDATE rules SET deleted_us = $2 WHERE id = $1 AND deleted_us = 0");
SQL(q_rule_translation_put,
    "INSERT INTO rule_translations (rule_id, language, text, hint) VALUES ($1, $2, $3, $4) ON CONFLICT (rule_id, language) DO UPDATE"
    " SET text = excluded.text, hint = excluded.hint");
SQL(q_rule_translation_drop, "DELETE FROM rule_translations WHERE rule_id = $1 AND language = $2");

static struct err *drop(struct call *c, const struct sql_text *q, struct sql_args args, bool *ret_was)
{
	int64_t n;

	TRY(db_exec(c, q, args, &n));
	*ret_was = n > 0;
	return NULL;
}

struct err *rule_put(struct call *c, const struct rule *r)
{
	return db_exec(c, &q_rule_put, ARGS(r->id, r->position, r->text, r->hint, c->now_us), NULL);
}

struct err *rule_drop(struct call *c, int64_t id, bool *ret_was)
{
	return drop(c, &q_rule_drop, ARGS(id, c->now_us), ret_was);
}

struct err *rule_translation_put(struct call *c, const struct rule_translation *t)
{
	return db_exec(c, &q_rule_translation_put, ARGS(t->rule, t->language, t->text, t->hint), NULL);
}

struct err *rule_translation_drop(struct call *c, int64_t rule, struct str language, bool *ret_was)
{
	return drop(c, &q_rule_translation_drop, ARGS(rule, language), ret_was);
}
