/* acts/test_schema_priv.h: what tests ask of the schema itself, on either engine: its tables and their columns. After test_posts_priv.h. */
#pragma once
#include "base/buf.h"

struct column {
	struct str table, name;
	bool number, wanted;          /* wanted: NOT NULL */
	struct str parent;            /* whose id it repeats */
};

struct schema {
	struct column *columns;
	size_t n;
};

static struct sql_rows ask(struct fixture *f, const char *sqlite, const char *pgsql)
{
	struct sql_text *t = arena_new(f->arena, struct sql_text);
	struct sql_rows rows;

	*t = (struct sql_text){ "q_test_schema", sqlite, pgsql };
	ok(db_rows(&f->call, t, ARGS0, &rows));
	return rows;
}

static struct schema read_schema(struct fixture *f)
{
	struct sql_rows rows = ask(f,
		"SELECT m.name, c.name, c.type <> 'TEXT' AND c.type <> '', c.\"notnull\" OR c.pk > 0,"
		" coalesce((SELECT k.\"table\" FROM pragma_foreign_key_list(m.name) k WHERE k.\"from\" = c.name), '') FROM sqlite_master m"
		" JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.sql LIKE 'CREATE TABLE %'"
		" AND m.name NOT LIKE 'search_posts%' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.rowid, c.cid",
		"SELECT c.table_name, c.column_name, CASE WHEN c.data_type IN ('bigint', 'double precision') THEN 1 ELSE 0 END,"
		" CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END, coalesce((SELECT u.table_name FROM information_schema.key_column_usage k"
		" JOIN information_schema.referential_constraints x ON x.constraint_name = k.constraint_name AND x.constraint_schema = k.constraint_schema"
		" JOIN information_schema.constraint_column_usage u ON u.constraint_name = k.constraint_name AND u.constraint_schema = k.constraint_schema"
		" WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name), '')"
		" FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name <> 'search_posts'"
		" ORDER BY c.table_name, c.ordinal_position");
	struct schema s = { arena_array(f->arena, struct column, rows.n + 1), rows.n };

	for (size_t i = 0; i < rows.n; i++) {
		struct row r = sql_row(&rows, i);

		s.columns[i] = (struct column){ row_str(r, 0), row_str(r, 1), row_bool(r, 2), row_bool(r, 3), row_str(r, 4) };
	}
	assert_true(s.n > 300);
	return s;
}
