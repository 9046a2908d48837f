#include "store/event.h"
#include "store/store.h"

SQL(q_meta_get, "SELECT value FROM meta WHERE key = $1");
SQL(q_meta_put, "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");

struct err *meta_get(struct call *c, const char *key, struct str *ret_value)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_meta_get, ARGS(str_z(key)), &r, &found));
	*ret_value = found ? row_str(r, 0) : STR_NONE;
	return NULL;
}

struct err *meta_put(struct call *c, const char *key, struct str value)
{
	return db_exec(c, &q_meta_put, ARGS(str_z(key), value), NULL);
}

SQL(q_settings_all, "SELECT key, value FROM settings ORDER BY key");

struct err *settings_all(struct call *c, struct setting_row **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_settings_all, ARGS0, &rows));
	*ret = arena_array(c->arena, struct setting_row, rows.n ? rows.n : 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i] = (struct setting_row){ row_str(sql_row(&rows, i), 0), row_str(sql_row(&rows, i), 1) };
	return NULL;
}

SQL(q_settings_newest, "SELECT coalesce(max(id), 0) FROM setting_changes");

struct err *settings_newest(struct call *c, int64_t *ret)
{
	struct row r;
	bool found;

	TRY(db_one(c, &q_settings_newest, ARGS0, &r, &found));
	*ret = row_i64(r, 0);
	return NULL;
}

SQL(q_setting_get, "SELECT value FROM settings WHERE key = $1");
SQL(q_setting_put,
    "INSERT INTO settings (key, value, changed_us, changed_by) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO UPDATE"
    " SET value = excluded.value, changed_us = excluded.changed_us, changed_by = excluded.changed_by");
SQL(q_setting_drop, "DELETE FROM settings WHERE key = $1");
SQL(q_setting_log,
    "INSERT INTO setting_changes (id, key, old_value, new_value, changed_us, changed_by) VALUES ($1, $2, $3, $4, $5, $6)");

struct err *setting_put(struct call *c, struct str key, struct str value, struct str by)
{
	struct str old = STR_NONE;
	struct row r;
	bool found;

	TRY(db_one(c, &q_setting_get, ARGS(key), &r, &found));
	if (found)
		old = row_str(r, 0);
	if (value.p)
		TRY(db_exec(c, &q_setting_put, ARGS(key, value, c->now_us, by), NULL));
	else
		TRY(db_exec(c, &q_setting_drop, ARGS(key), NULL));
	return setting_noted(c, key, old, value, by);
}

struct err *setting_noted(struct call *c, struct str what, struct str old, struct str value, struct str by)
{
	TRY(db_exec(c, &q_setting_log, ARGS(id_next(c), what, old, value, c->now_us, by), NULL));
	return store_event_add(c, EVENT_SETTINGS_CHANGED, 0, STR("settings"), what);
}

SQL(q_settings_history,
    "SELECT key, old_value, new_value, changed_by, changed_us FROM setting_changes WHERE key = $1 OR $1 = '' ORDER BY id DESC LIMIT $2");

struct err *settings_history(struct call *c, struct str key, int64_t max, struct setting_change **ret, size_t *ret_n)
{
	struct sql_rows rows;

	TRY(db_rows(c, &q_settings_history, ARGS(key.p ? key : STR(""), max), &rows));
	*ret = arena_array(c->arena, struct setting_change, rows.n + 1);
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		(*ret)[i] = (struct setting_change){ row_str(r, 0), row_str(r, 1), row_str(r, 2), row_str(r, 3), row_i64(r, 4) };
	}
	return NULL;
}
