#include "store/translation.h"

SQL(q_translation, "SELECT body FROM translations WHERE status_id = $1 AND language = $2 AND source_key = $3");

struct err *translation_find(struct call *c, status_id of, struct str language, struct str source_key, struct str *ret_body)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_translation, ARGS(of.v, language, source_key), &r, &found));
	*ret_body = found ? row_str(r, 0) : STR_NONE;
	return NULL;
}

/* A post that went meanwhile has no translations. */
SQL(q_translation_put,
    "INSERT INTO translations (status_id, language, source_key, body, created_us)"
    " SELECT s.id, $2, $3, $4, CAST($5 AS BIGINT) FROM statuses s WHERE s.id = $1"
    " ON CONFLICT (status_id, language) DO UPDATE SET source_key = excluded.source_key, body = excluded.body, created_us = excluded.created_us");

struct err *translation_put(struct call *c, status_id of, struct str language, struct str source_key, struct str body)
{
	return db_exec(c, &q_translation_put, ARGS(of.v, language, source_key, body, c->now_us), NULL);
}

SQL(q_translations_drop,
    "DELETE FROM translations WHERE (status_id, language) IN"
    " (SELECT t.status_id, t.language FROM translations t WHERE t.created_us < $1 ORDER BY t.created_us LIMIT $2)");

struct err *translations_drop(struct call *c, int64_t before_us, int max, int64_t *ret_n)
{
	return db_exec(c, &q_translations_drop, ARGS(before_us, (int64_t)max), ret_n);
}
