/* Reads that share a connection, on both engines; PostgreSQL's run where HOWDAH_TEST_PG names a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sql/sql.h"

enum { CONNECTIONS = 4 };

/* reader keeps what it reads by; other is another unit of work beside it. */
struct fixture {
	struct arena *arena;
	struct sql_db *db;
	struct call reader, other;
	struct call_reads reads;
	char dir[64];
};

static enum { ON_FILE, IN_MEMORY, ON_PGSQL } where;

SQL(q_put, "INSERT INTO reads_t (id) VALUES ($1)");
SQL(q_count, "SELECT count(*) FROM reads_t");
SQL(q_wrong, "SELECT nothing FROM nowhere");

#define ok(expr) do { struct err *e_ = (expr); if (e_) fail_msg("%.*s", (int)e_->text.n, e_->text.p); } while (0)
#define fails(code_, expr) do { struct err *e_ = (expr); assert_non_null(e_); assert_string_equal(err_name(e_->code), #code_); } while (0)

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct sql_open how = { .connections = CONNECTIONS, .busy_ms = 2000 };

	f->arena = arena_create();
	snprintf(f->dir, sizeof f->dir, "/tmp/test_reads.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	how.url = where == ON_PGSQL ? str_z(getenv("HOWDAH_TEST_PG")) : STR_NONE;
	how.path = where == IN_MEMORY ? STR(":memory:") : arena_printf(f->arena, "%s/db", f->dir);
	ok(sql_open(f->arena, &how, &f->db));
	f->reader = f->other = (struct call){ .arena = f->arena, .world = &world_real, .db = f->db };
	f->reader.reads = &f->reads;
	ok(sql_script(&f->other, STR("DROP TABLE IF EXISTS reads_t; CREATE TABLE reads_t (id BIGINT PRIMARY KEY);")));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	static const char *const ends[] = { "", "-wal", "-shm" };

	sql_close(f->db);
	for (size_t i = 0; i < 3; i++)
		unlink(arena_printf(f->arena, "%s/db%s", f->dir, ends[i]).p);
	rmdir(f->dir);
	arena_destroy(f->arena);
	free(f);
	return 0;
}

static int64_t count(struct call *c)
{
	struct row r;
	bool found;

	ok(db_one(c, &q_count, ARGS0, &r, &found));
	return row_i64(r, 0);
}

static struct err *put(struct call *c, int64_t id) { return db_exec(c, &q_put, ARGS(id), NULL); }

static struct err *put_ten(struct call *c, void *arg)
{
	(void)arg;
	return put(c, 10);
}

/* Where a file is shared with a writer; elsewhere each statement is for itself. */
static void kept_reads_are_of_one_moment_until_they_end(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(count(&f->reader), 0);
	assert_int_equal(f->reads.conn != NULL, where == ON_FILE);
	ok(put(&f->other, 1));
	assert_int_equal(count(&f->reader), where == ON_FILE ? 0 : 1);
	call_reads_end(&f->reader);
	assert_null(f->reads.conn);
	assert_int_equal(count(&f->reader), 1);
	call_reads_end(&f->reader);
}

static void a_writer_sees_what_it_wrote_and_what_stood_before(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(count(&f->reader), 0);
	ok(put(&f->other, 1));
	ok(put(&f->reader, 2));
	assert_int_equal(count(&f->reader), 2);
	ok(put(&f->other, 3));
	ok(sql_tx(&f->reader, put_ten, NULL));
	assert_null(f->reads.conn);
	assert_int_equal(count(&f->reader), 4);
	call_reads_end(&f->reader);
}

static void a_copy_of_a_call_shares_what_is_kept(void **state)
{
	struct fixture *f = *state;
	struct call copy = f->reader;

	assert_int_equal(count(&f->reader), 0);
	ok(sql_tx(&copy, put_ten, NULL));
	assert_null(f->reads.conn);
	assert_int_equal(count(&f->reader), 1);
	call_reads_end(&copy);
	assert_null(f->reads.conn);
}

static void what_fails_gives_the_connection_back(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;

	for (int i = 0; i < 2 * CONNECTIONS; i++) {
		assert_int_equal(count(&f->reader), 0);
		f->reader.deadline_us = 1;
		fails(LATER, db_rows(&f->reader, &q_count, ARGS0, &rows));
		f->reader.deadline_us = 0;
		assert_null(f->reads.conn);
		fails(INTERNAL, db_rows(&f->reader, &q_wrong, ARGS0, &rows));
		assert_null(f->reads.conn);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kept_reads_are_of_one_moment_until_they_end),
		TEST(a_writer_sees_what_it_wrote_and_what_stood_before),
		TEST(a_copy_of_a_call_shares_what_is_kept),
		TEST(what_fails_gives_the_connection_back),
	};
	const char *url = getenv("HOWDAH_TEST_PG");
	int failed = cmocka_run_group_tests_name("sqlite, a file", tests, NULL, NULL);

	where = IN_MEMORY;
	failed += cmocka_run_group_tests_name("sqlite, in memory", tests, NULL, NULL);
	if (!url || !*url) {
		puts("SKIPPED: HOWDAH_TEST_PG is empty, nothing was tested on PostgreSQL");
		return failed;
	}
	where = ON_PGSQL;
	return failed + cmocka_run_group_tests_name("postgresql", tests, NULL, NULL);
}
