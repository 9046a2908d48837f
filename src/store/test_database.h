/* store/test_database.h: a database as a new server has it, for the tests of all rooms that stand on store. A test program runs with a database
 * of its own (tools/with_database.py). On PostgreSQL the schema is made once a program and emptied before each test, which takes a tenth of
 * making it. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

#include "store/store.h"

static inline struct err *test_schema_make(struct call *c, void *arg)
{
	(void)arg;
	return sql_script(c, STR("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS fresh CASCADE;"));
}

/* What migrations wrote is kept aside. */
static inline struct err *test_schema_keep(struct call *c, void *arg)
{
	(void)arg;
	return sql_script(c, STR(
	    "CREATE SCHEMA fresh; DO $$ DECLARE t TEXT; filled BOOLEAN; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP"
	    " EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t) INTO filled;"
	    " IF filled THEN EXECUTE format('CREATE TABLE fresh.%I AS TABLE public.%I', t, t); END IF; END LOOP; END $$;"));
}

static inline struct err *test_schema_empty(struct call *c, void *arg)
{
	(void)arg;
	return sql_script(c, STR(
	    "SET LOCAL session_replication_role = replica; DO $$ DECLARE t TEXT; BEGIN"
	    " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('DELETE FROM public.%I', t); END LOOP;"
	    " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'fresh' LOOP"
	    " EXECUTE format('INSERT INTO public.%I SELECT * FROM fresh.%I', t, t); END LOOP; END $$;"));
}

static inline struct err *test_database(struct call *c)
{
	static bool made;
	int applied;

	if (!sql_is_pgsql(c->db))
		return store_migrate(c, &applied);
	if (made)
		return sql_tx(c, test_schema_empty, NULL);
	TRY(sql_tx(c, test_schema_make, NULL));
	TRY(store_migrate(c, &applied));
	TRY(sql_tx(c, test_schema_keep, NULL));
	made = true;
	return NULL;
}

/* with_sqlite() and with_pgsql() of a test program, from its set_up(state, url). *state is NULL where there is no PostgreSQL. */
#define TEST_ENGINES(set_up) \
	static int with_sqlite(void **state) { return set_up(state, STR("")); } \
	static int with_pgsql(void **state) \
	{ \
		const char *url = getenv("HOWDAH_TEST_PG"); \
\
		*state = NULL; \
		if (url && *url) \
			return set_up(state, str_z(url)); \
		printf("skipped on PostgreSQL: HOWDAH_TEST_PG names no server\n"); \
		return 0; \
	}
