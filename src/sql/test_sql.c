/* The same tests on both engines; PostgreSQL's run where HOWDAH_TEST_PG names a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/metrics.h"
#include "sql/sql_priv.h"

enum { THREADS = 8, ACTS = 40, CONNECTIONS = 6 };

struct fixture {
	struct arena *arena;
	struct sql_db *db;
	struct call call;
	char dir[64];
	struct str path;                  /* SQLite's file */
};

static bool on_pgsql, in_memory;      /* which engine this round is about */

SQL(q_put, "INSERT INTO sql_t (id, name, score) VALUES ($1, $2, $3)");
SQL(q_put_back, "INSERT INTO sql_t (id, name) VALUES ($1, $2) RETURNING id, name, score");
SQL(q_put_once, "INSERT INTO sql_t (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING");
SQL(q_get, "SELECT id, name, score, id > 1, score IS NULL FROM sql_t WHERE id = $1");
SQL(q_all, "SELECT id, name FROM sql_t ORDER BY id");
SQL(q_drop, "DELETE FROM sql_t");
SQL(q_count, "SELECT count(*) FROM sql_t");
SQL(q_swapped, "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT)");
SQL(q_echo, "SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS DOUBLE PRECISION)");
SQL(q_in_ids, "SELECT id FROM sql_t WHERE score > $1 AND id IN (@set) ORDER BY id");
SQL(q_in_names, "SELECT id FROM sql_t WHERE name IN (@set) ORDER BY id");
SQL(q_not_in, "SELECT id FROM sql_t WHERE name NOT IN (@set) ORDER BY id");
SQL(q_rows, "INSERT INTO sql_t (id, name, score) VALUES @rows ON CONFLICT DO NOTHING");
SQL(q_child, "INSERT INTO sql_child (id) VALUES ($1)");
SQL(q_rename, "UPDATE sql_t SET name = $2 WHERE id = $1");
SQL(q_add, "UPDATE sql_t SET score = score + CAST($2 AS BIGINT) WHERE id = $1");
SQL(q_wrong, "SELECT nothing FROM nowhere");
SQL(q_cast, "SELECT $1::bigint");
SQL(q_like, "SELECT id FROM sql_t WHERE name LIKE $1 ESCAPE '\\'");
SQL(q_cte, "WITH gone AS (SELECT id FROM sql_t WHERE id < $1) DELETE FROM sql_t WHERE id IN (SELECT id FROM gone)");
SQL(q_long, "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT max(i) FROM n");
SQL2(q_notify, "", "SELECT pg_notify('sql_test', $1)");
SQL2(q_hang_up, "", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'howdah'"
	" AND datname = current_database()");

SQL2(q_explained, "", "EXPLAIN SELECT name FROM sql_t WHERE id = $1");

static void ok_(struct err *e, int line)
{
	if (e)
		fail_msg("line %d: %s: " STR_FMT, line, err_name(e->code), STR_ARG(e->text));
}
#define assert_ok(expr) ok_((expr), __LINE__)
#define assert_fails(code_, expr) \
	do { \
		struct err *fails_ = (expr); \
		assert_non_null(fails_); \
		assert_string_equal(err_name(fails_->code), #code_); \
	} while (0)

static struct call call_on(struct sql_db *db, struct arena *a) { return (struct call){ .arena = a, .world = &world_real, .db = db }; }

static struct sql_open how_to_open(const struct fixture *f)
{
	return (struct sql_open){ .url = on_pgsql ? str_z(getenv("HOWDAH_TEST_PG")) : STR_NONE, .path = f->path,
				  .connections = CONNECTIONS, .busy_ms = 2000 };
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct sql_open how;

	f->arena = arena_create();
	snprintf(f->dir, sizeof f->dir, "/tmp/test_sql.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->path = in_memory ? STR(":memory:") : arena_printf(f->arena, "%s/db", f->dir);
	how = how_to_open(f);
	assert_ok(sql_open(f->arena, &how, &f->db));
	assert_int_equal(sql_is_pgsql(f->db), on_pgsql);
	f->call = call_on(f->db, f->arena);
	assert_ok(sql_script(&f->call, STR("DROP TABLE IF EXISTS sql_child; DROP TABLE IF EXISTS sql_t;"
					  "CREATE TABLE sql_t (id BIGINT PRIMARY KEY, name TEXT NOT NULL CHECK (name <> 'bad'), score BIGINT);"
					  "CREATE TABLE sql_child (id BIGINT NOT NULL REFERENCES sql_t (id));")));
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

static int64_t count(struct fixture *f)
{
	struct row r;
	bool found;

	assert_ok(db_one(&f->call, &q_count, ARGS0, &r, &found));
	assert_true(found);
	return row_i64(r, 0);
}

static void put(struct fixture *f, int64_t id, const char *name, int64_t score)
{
	assert_ok(db_exec(&f->call, &q_put, ARGS(id, str_z(name), score), NULL));
}

/* ---- statements ---- */

static void every_kind_of_argument_comes_back(void **state)
{
	struct fixture *f = *state;
	struct row r;
	bool found;

	assert_ok(db_one(&f->call, &q_echo, ARGS(INT64_MIN, STR("h\xc3\xa9"), 0.1), &r, &found));
	assert_true(found && row_i64(r, 0) == INT64_MIN && str_eqz(row_str(r, 1), "h\xc3\xa9"));
	assert_true(row_f64(r, 2) > 0.0999999999 && row_f64(r, 2) < 0.1000000001);
	assert_ok(db_one(&f->call, &q_echo, ARGS(sql_opt(0), STR_NONE, -1.5e300), &r, &found));
	assert_true(row_is_null(r, 0) && row_is_null(r, 1) && row_i64(r, 0) == 0 && row_f64(r, 2) == -1.5e300);
	assert_ok(db_one(&f->call, &q_echo, ARGS(sql_opt(7), STR(""), 2.0), &r, &found));
	assert_true(row_i64(r, 0) == 7 && !row_is_null(r, 1) && row_str(r, 1).n == 0);
	assert_ok(db_one(&f->call, &q_swapped, ARGS(1, 2), &r, &found));
	assert_true(row_i64(r, 0) == 2 && row_i64(r, 1) == 1);
	assert_int_equal(f->call.queries, 4);
}

static void rows_are_written_and_read(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;
	int64_t changed = -1;
	struct row r;
	bool found;

	assert_ok(db_exec(&f->call, &q_put, ARGS(1, STR("one"), sql_opt(0)), &changed));
	assert_int_equal(changed, 1);
	assert_ok(db_one(&f->call, &q_put_back, ARGS(2, STR("two")), &r, &found));
	assert_true(found && row_i64(r, 0) == 2 && str_eqz(row_str(r, 1), "two") && row_is_null(r, 2));
	assert_ok(db_exec(&f->call, &q_put_once, ARGS(2, STR("again")), &changed));
	assert_int_equal(changed, 0);
	assert_ok(db_rows(&f->call, &q_all, ARGS0, &rows));
	assert_true(rows.n == 2 && rows.columns == 2 && str_eqz(row_str(sql_row(&rows, 1), 1), "two"));
	assert_ok(db_one(&f->call, &q_get, ARGS(2), &r, &found));
	assert_true(found && row_bool(r, 3) && row_bool(r, 4));
	assert_ok(db_one(&f->call, &q_get, ARGS(1), &r, &found));
	assert_true(found && !row_bool(r, 3));
	assert_ok(db_one(&f->call, &q_get, ARGS(99), &r, &found));
	assert_false(found);
	assert_ok(db_exec(&f->call, &q_cte, ARGS(2), &changed));
	assert_int_equal(changed, 1);
	assert_int_equal(count(f), 1);
	assert_ok(db_rows(&f->call, &q_like, ARGS(STR("TW%")), &rows));
	assert_int_equal(rows.n, 0);
	assert_ok(db_rows(&f->call, &q_like, ARGS(STR("tw%")), &rows));
	assert_int_equal(rows.n, 1);
}

static void a_set_of_any_size_finds_its_members(void **state)
{
	static const size_t sizes[] = { 0, 1, 19, 20, 21, 160, 320 };
	struct fixture *f = *state;
	int64_t ids[321];
	struct str names[321];
	struct sql_arg values[321 * 3];
	struct sql_rows rows;

	for (int64_t i = 0; i < 321; i++) {
		ids[i] = 1000 + i * 2;
		names[i] = arena_printf(f->arena, "n%d", (int)i);
		values[i * 3] = sql_arg_i64(ids[i]);
		values[i * 3 + 1] = sql_arg_str(names[i]);
		values[i * 3 + 2] = sql_arg_i64(1);
	}
	assert_ok(db_insert_rows(&f->call, &q_rows, 3, values, 321));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		assert_ok(db_rows(&f->call, &q_in_ids, ARGS(0, sql_ids(ids, sizes[i])), &rows));
		assert_int_equal(rows.n, sizes[i]);
		if (rows.n)
			assert_int_equal(row_i64(sql_row(&rows, rows.n - 1), 0), ids[sizes[i] - 1]);
		assert_ok(db_rows(&f->call, &q_in_names, ARGS(sql_strs(names, sizes[i])), &rows));
		assert_int_equal(rows.n, sizes[i]);
	}
	assert_fails(INTERNAL, db_rows(&f->call, &q_in_ids, ARGS(0, sql_ids(ids, 321)), &rows));
}

static void a_set_may_hold_any_text(void **state)
{
	struct fixture *f = *state;
	struct str names[] = { STR("a,b"), STR("quo\"te"), STR("back\\slash"), STR("{}"), STR("NULL"), STR("") };
	struct sql_rows rows;

	for (size_t i = 0; i < 6; i++)
		assert_ok(db_exec(&f->call, &q_put, ARGS(i, names[i], 1), NULL));
	assert_ok(db_rows(&f->call, &q_in_names, ARGS(sql_strs(names, 6)), &rows));
	assert_int_equal(rows.n, 6);
	assert_ok(db_rows(&f->call, &q_not_in, ARGS(sql_strs(names, 5)), &rows));
	assert_true(rows.n == 1 && row_i64(sql_row(&rows, 0), 0) == 5);
	assert_ok(db_rows(&f->call, &q_not_in, ARGS(sql_strs(names, 0)), &rows));
	assert_int_equal(rows.n, 0);
}

static void many_rows_go_in_together(void **state)
{
	static const size_t sizes[] = { 0, 1, 9, 200 };
	struct fixture *f = *state;
	struct sql_arg values[200 * 3];
	int64_t next = 0, want = 0;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (size_t j = 0; j < sizes[i]; j++) {
			values[j * 3] = sql_arg_i64(++next);
			values[j * 3 + 1] = sql_arg_str(STR("x"));
			values[j * 3 + 2] = sql_opt(0);
		}
		assert_ok(db_insert_rows(&f->call, &q_rows, 3, values, sizes[i]));
		want += (int64_t)sizes[i];
		assert_int_equal(count(f), want);
	}
	/* All or nothing: the last row breaks a rule, in another group than the first. */
	for (size_t j = 0; j < 200; j++)
		values[j * 3] = sql_arg_i64(++next);
	values[199 * 3 + 1] = sql_arg_str(STR("bad"));
	assert_fails(CONFLICT, db_insert_rows(&f->call, &q_rows, 3, values, 200));
	assert_int_equal(count(f), want);
}

static void what_is_wrong_has_its_code(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;

	put(f, 1, "one", 1);
	assert_fails(CONFLICT, db_exec(&f->call, &q_put, ARGS(1, STR("other"), 1), NULL));
	assert_fails(CONFLICT, db_exec(&f->call, &q_put, ARGS(2, STR("bad"), 1), NULL));
	assert_fails(CONFLICT, db_exec(&f->call, &q_put, ARGS(2, STR_NONE, 1), NULL));
	assert_fails(CONFLICT, db_exec(&f->call, &q_child, ARGS(77), NULL));
	assert_fails(INTERNAL, db_rows(&f->call, &q_wrong, ARGS0, &rows));
	assert_fails(INTERNAL, db_rows(&f->call, &q_all, ARGS(1), &rows));
	assert_fails(INTERNAL, db_rows(&f->call, &q_get, ARGS0, &rows));
	assert_fails(INTERNAL, db_rows(&f->call, &q_in_ids, ARGS(0, 1), &rows));
	assert_fails(INVALID, db_exec(&f->call, &q_put, ARGS(2, STR("a\0b"), 1), NULL));
	assert_int_equal(count(f), 1);
	assert_ok(db_rows(&f->call, &q_notify, ARGS(STR("nobody listens")), &rows));
}

static void a_text_is_checked_without_running_it(void **state)
{
	struct fixture *f = *state;

	assert_ok(sql_check(&f->call, &q_put));
	assert_ok(sql_check(&f->call, &q_rows));
	assert_ok(sql_check(&f->call, &q_in_ids));
	assert_ok(sql_check(&f->call, &q_notify));
	assert_fails(INTERNAL, sql_check(&f->call, &q_wrong));
	if (!on_pgsql)
		assert_fails(INTERNAL, sql_check(&f->call, &q_cast));
	assert_int_equal(count(f), 0);
}

static void a_deadline_ends_a_long_statement(void **state)
{
	struct fixture *f = *state;
	int64_t start_us = world_monotonic_us();
	struct sql_rows rows;

	f->call.deadline_us = world_real.now_us(&world_real) + 80 * US_PER_MS;
	assert_fails(LATER, db_rows(&f->call, &q_long, ARGS0, &rows));
	assert_true(world_monotonic_us() - start_us < 5 * US_PER_S);
	assert_fails(LATER, db_rows(&f->call, &q_all, ARGS0, &rows));
	assert_fails(LATER, db_exec(&f->call, &q_put, ARGS(1, STR("late"), 1), NULL));
	f->call.deadline_us = 0;
	assert_int_equal(count(f), 0);
}

/* ---- transactions ---- */

static struct err *put_two(struct call *c, void *arg)
{
	int64_t id = *(const int64_t *)arg;

	TRY(db_exec(c, &q_put, ARGS(id, STR("first"), 0), NULL));
	TRY(db_exec(c, &q_put, ARGS(id + 1, STR("second"), 0), NULL));
	return NULL;
}

static struct err *put_two_and_fail(struct call *c, void *arg)
{
	TRY(put_two(c, arg));
	return FAIL(c->arena, ERR_FORBIDDEN, "changed my mind");
}

static struct err *overlook_an_error(struct call *c, void *arg)
{
	TRY(put_two(c, arg));
	(void)!db_exec(c, &q_put, ARGS(*(const int64_t *)arg, STR("twice"), 0), NULL);
	return NULL;
}

static void a_transaction_stands_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	int64_t id = 10;

	assert_fails(FORBIDDEN, sql_tx(&f->call, put_two_and_fail, &id));
	assert_int_equal(count(f), 0);
	assert_null(f->call.tx);
	assert_fails(CONFLICT, sql_tx(&f->call, overlook_an_error, &id));
	assert_int_equal(count(f), 0);
	assert_ok(sql_tx(&f->call, put_two, &id));
	assert_int_equal(count(f), 2);
	assert_fails(CONFLICT, sql_tx(&f->call, put_two, &id));
	assert_int_equal(count(f), 2);
	assert_int_equal(metric_get(METRIC_db_tx_seconds, STR_NONE) > 0, 1);
}

static struct err *put_many(struct call *c, void *arg)
{
	for (int i = 0; i < 200; i++)
		TRY(db_exec(c, &q_put, ARGS(*(const int64_t *)arg + i, STR("one of many"), 0), NULL));
	return NULL;
}

/* More than are on their way at once; and what was sent after a failure was not done, so it is not prepared either. */
static struct err *fail_and_go_on(struct call *c, void *arg)
{
	TRY(put_many(c, arg));
	(void)!db_exec(c, &q_put, ARGS(*(const int64_t *)arg, STR("twice"), 0), NULL);
	(void)!db_exec(c, &q_swapped, ARGS(1, 2), NULL);
	return NULL;
}

static void what_nobody_asks_after_is_done_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;
	int64_t id = 1;

	assert_fails(CONFLICT, sql_tx(&f->call, fail_and_go_on, &id));
	assert_int_equal(count(f), 0);
	assert_ok(db_rows(&f->call, &q_swapped, ARGS(1, 2), &rows));
	assert_int_equal(row_i64(sql_row(&rows, 0), 0), 2);
	assert_ok(sql_tx(&f->call, put_many, &id));
	assert_int_equal(count(f), 200);
}

static void a_script_stands_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;

	assert_ok(sql_script(&f->call, STR("INSERT INTO sql_t (id, name) VALUES (1, 'a;b');"
					  "INSERT INTO sql_t (id, name) VALUES (2, 'c');")));
	assert_int_equal(count(f), 2);
	assert_fails(CONFLICT, sql_script(&f->call, STR("INSERT INTO sql_t (id, name) VALUES (3, 'a');"
							"INSERT INTO sql_t (id, name) VALUES (1, 'b')")));
	assert_fails(INTERNAL, sql_script(&f->call, STR("INSERT INTO sql_t (id, name) VALUES (3, 'a'); NONSENSE")));
	assert_int_equal(count(f), 2);
}

static void the_nth_call_fails_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t id = 20;
	struct err *e;
	int n = 0;

	sql_fault_arm(f->db, 0);
	do {
		sql_fault_arm(f->db, ++n);
		e = sql_tx(&f->call, put_two, &id);
		sql_fault_arm(f->db, 0);
		if (e)
			assert_int_equal(e->code, ERR_LATER);
		assert_int_equal(count(f), e ? 0 : 2);
	} while (e && n < 20);
	/* begin, two statements, commit: the fifth is never reached. */
	assert_int_equal(n, 5);
	sql_fault_arm(f->db, 0);
	assert_int_equal(count(f), 2);
	assert_int_equal(sql_fault_arm(f->db, 0), 1);
}

struct crowd {
	struct sql_db *db;
	int64_t base;
	pthread_t thread;
	int failed;
};

static void *put_acts(void *arg)
{
	struct crowd *w = arg;

	for (int64_t i = 0; i < ACTS; i++) {
		AUTO_ARENA(a);
		struct call c = call_on(w->db, a);
		int64_t id = w->base + i * 2;
		struct sql_rows rows;

		w->failed += sql_tx(&c, i % 5 == 4 ? put_two_and_fail : put_two, &id) != NULL;
		w->failed += db_rows(&c, &q_all, ARGS0, &rows) != NULL ? 1000 : 0;
	}
	return NULL;
}

static void many_threads_commit_together(void **state)
{
	struct fixture *f = *state;
	struct crowd crowd[THREADS];
	int calls;

	sql_fault_arm(f->db, 0);
	for (int64_t i = 0; i < THREADS; i++) {
		crowd[i] = (struct crowd){ .db = f->db, .base = 1 + i * 1000 };
		assert_int_equal(pthread_create(&crowd[i].thread, NULL, put_acts, &crowd[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(crowd[i].thread, NULL);
		assert_int_equal(crowd[i].failed, ACTS / 5);
	}
	/* An act is a begin and two statements, and a read after it; what is more is commits (and a first try or two). */
	calls = sql_fault_arm(f->db, 0) - THREADS * ACTS * 4;
	assert_int_equal(count(f), THREADS * ACTS / 5 * 4 * 2);
	if (!on_pgsql)
		assert_true(calls < THREADS * ACTS * 4 / 5);
}

static void *add_many(void *arg)
{
	struct crowd *w = arg;

	for (int i = 0; i < ACTS; i++) {
		AUTO_ARENA(a);
		struct call c = call_on(w->db, a);

		w->failed += db_exec(&c, &q_add, ARGS(1, 1), NULL) != NULL;
	}
	return NULL;
}

static void no_increment_is_lost(void **state)
{
	struct fixture *f = *state;
	struct crowd crowd[THREADS];
	struct row r;
	bool found;

	put(f, 1, "counter", 0);
	for (int i = 0; i < THREADS; i++) {
		crowd[i] = (struct crowd){ .db = f->db };
		assert_int_equal(pthread_create(&crowd[i].thread, NULL, add_many, &crowd[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(crowd[i].thread, NULL);
		assert_int_equal(crowd[i].failed, 0);
	}
	assert_ok(db_one(&f->call, &q_get, ARGS(1), &r, &found));
	assert_int_equal(row_i64(r, 2), THREADS * ACTS);
}

/* The counter is the only thing that a database in memory has, and its threads need all connections again. */
static void what_is_trimmed_comes_back(void **state)
{
	struct fixture *f = *state;

	no_increment_is_lost(state);
	for (int i = 0; i < 3; i++)
		sql_trim(f->db);
	assert_int_equal(count(f), 1);
	assert_ok(db_exec(&f->call, &q_drop, ARGS0, NULL));
	no_increment_is_lost(state);
}

struct gate {
	_Atomic bool inside, open;
};

static struct err *wait_inside(struct call *c, void *arg)
{
	struct gate *g = arg;
	int64_t n;

	TRY(db_exec(c, &q_put, ARGS(500, STR("slow"), 0), &n));
	atomic_store(&g->inside, true);
	while (!atomic_load(&g->open))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return NULL;
}

static struct err *hold(struct call *c, void *arg)
{
	struct gate *g = arg;

	(void)c;
	atomic_store(&g->inside, true);
	while (!atomic_load(&g->open))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return NULL;
}

static struct sql_db *slow_db;
static void *slow_tx(void *arg)
{
	AUTO_ARENA(a);
	struct call c = call_on(slow_db, a);

	return sql_tx(&c, wait_inside, arg) ? arg : NULL;
}

static void *holding_tx(void *arg)
{
	AUTO_ARENA(a);
	struct call c = call_on(slow_db, a);

	return sql_tx(&c, hold, arg) ? arg : NULL;
}

static void who_finds_no_connection_is_told_busy(void **state)
{
	struct fixture *f = *state;
	struct sql_open how = how_to_open(f);
	struct gate g = { 0 };
	struct sql_rows rows;
	pthread_t thread;
	struct call c;
	void *failed;

	if (!on_pgsql && !in_memory)
		return;
	how.connections = 1;
	how.busy_ms = 50;
	assert_ok(sql_open(f->arena, &how, &slow_db));
	c = call_on(slow_db, f->arena);
	assert_int_equal(pthread_create(&thread, NULL, holding_tx, &g), 0);
	while (!atomic_load(&g.inside))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	assert_fails(BUSY, db_rows(&c, &q_swapped, ARGS(1, 2), &rows));
	atomic_store(&g.open, true);
	pthread_join(thread, &failed);
	assert_null(failed);
	assert_ok(db_rows(&c, &q_swapped, ARGS(1, 2), &rows));
	sql_close(slow_db);
}

static void work_in_the_background_leaves_connections_to_who_waits(void **state)
{
	struct fixture *f = *state;
	struct sql_open how = how_to_open(f);
	struct sql_conn *theirs[2], *ours, *more;
	struct call behind, front;
	struct sql_db *db;

	if (in_memory)      /* it has one */
		return;
	how.connections = 3;
	how.reserve = 1;
	how.busy_ms = 50;
	assert_ok(sql_open(f->arena, &how, &db));
	front = behind = call_on(db, f->arena);
	behind.background = true;
	for (int round = 0; round < 2; round++) {
		assert_ok(sql__borrow(&behind, &theirs[0]));
		assert_ok(sql__borrow(&behind, &theirs[1]));
		assert_fails(BUSY, sql__borrow(&behind, &more));
		assert_ok(sql__borrow(&front, &ours));
		sql__give_back(theirs[0]);
		assert_ok(sql__borrow(&front, &theirs[0]));
		assert_fails(BUSY, sql__borrow(&front, &more));
		theirs[1]->broken = round == 1;
		sql__give_back(theirs[1]);
		assert_ok(sql__borrow(&behind, &theirs[1]));
		sql__give_back(theirs[1]);
		sql__give_back(theirs[0]);
		sql__give_back(ours);
	}
	sql_close(db);
	how.reserve = 9;      /* more than there are: one is left to each */
	assert_ok(sql_open(f->arena, &how, &db));
	behind.db = db;
	assert_ok(sql__borrow(&behind, &ours));
	assert_fails(BUSY, sql__borrow(&behind, &more));
	sql__give_back(ours);
	sql_close(db);
}

static void readers_do_not_wait_for_a_writer_and_deadlines_count_in_the_queue(void **state)
{
	struct fixture *f = *state;
	struct gate g = { 0 };
	pthread_t thread;
	void *failed;

	if (in_memory)
		return;
	slow_db = f->db;
	assert_int_equal(pthread_create(&thread, NULL, slow_tx, &g), 0);
	while (!atomic_load(&g.inside))
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	assert_int_equal(count(f), 0);
	/* The same key: PostgreSQL waits for the other transaction's row, SQLite for the writer. */
	f->call.deadline_us = world_real.now_us(&world_real) + 50 * US_PER_MS;
	assert_fails(LATER, db_exec(&f->call, &q_put, ARGS(500, STR("mine"), 0), NULL));
	f->call.deadline_us = 0;
	atomic_store(&g.open, true);
	pthread_join(thread, &failed);
	assert_null(failed);
	assert_int_equal(count(f), 1);
}

/* ---- one engine only ---- */

static void two_processes_may_write_one_file(void **state)
{
	struct fixture *f = *state;
	struct sql_open how = how_to_open(f);
	struct sql_db *other;
	struct call c;

	if (on_pgsql || in_memory)
		return;
	assert_ok(sql_open(f->arena, &how, &other));
	c = call_on(other, f->arena);
	for (int64_t i = 0; i < 20; i++) {
		put(f, i * 2, "here", 0);
		assert_ok(db_exec(&c, &q_put, ARGS(i * 2 + 1, STR("there"), 0), NULL));
	}
	sql_close(other);
	assert_int_equal(count(f), 40);
}

static struct err *fill(struct call *c, void *arg)
{
	char *big = arena_alloc(c->arena, 100000);

	(void)arg;
	memset(big, 'x', 99999);
	for (int64_t i = 0; i < 100; i++)
		TRY(db_exec(c, &q_put, ARGS(1000 + i, str_z(big), 0), NULL));
	return NULL;
}

static void a_full_disk_undoes_the_act_and_the_writer_goes_on(void **state)
{
	struct fixture *f = *state;

	if (on_pgsql)
		return;
	put(f, 1, "before", 0);
	assert_ok(sql_script(&f->call, STR("PRAGMA max_page_count = 100")));
	assert_fails(LATER, sql_tx(&f->call, fill, NULL));
	assert_int_equal(count(f), 1);
	assert_ok(sql_script(&f->call, STR("PRAGMA max_page_count = 100000")));
	assert_ok(sql_tx(&f->call, fill, NULL));
	assert_int_equal(count(f), 101);
}

struct crossing {
	int64_t first, second;
	_Atomic int *met;
	int runs;
};

/* Locks two rows, in the other's order: one of them must be undone and run again. */
static struct err *cross(struct call *c, void *arg)
{
	struct crossing *x = arg;
	int64_t n;

	x->runs++;
	TRY(db_exec(c, &q_rename, ARGS(x->first, STR("crossed")), &n));
	atomic_fetch_add(x->met, 1);
	for (int i = 0; i < 10000 && atomic_load(x->met) < 2; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return db_exec(c, &q_rename, ARGS(x->second, STR("crossed")), NULL);
}

static struct sql_db *cross_db;
static void *cross_in_thread(void *arg)
{
	AUTO_ARENA(a);
	struct call c = call_on(cross_db, a);

	return sql_tx(&c, cross, arg) ? arg : NULL;
}

static void a_deadlock_is_run_again(void **state)
{
	struct fixture *f = *state;
	_Atomic int met = 0;
	struct crossing here = { 1, 2, &met, 0 }, there = { 2, 1, &met, 0 };
	pthread_t thread;
	void *failed;

	if (!on_pgsql)
		return;
	put(f, 1, "a", 0);
	put(f, 2, "b", 0);
	cross_db = f->db;
	assert_int_equal(pthread_create(&thread, NULL, cross_in_thread, &there), 0);
	assert_ok(sql_tx(&f->call, cross, &here));
	pthread_join(thread, &failed);
	assert_null(failed);
	assert_true(here.runs + there.runs > 2);
}

static struct heard {
	pthread_mutex_t lock;
	char text[64];
	int notes, reconnects;
} heard = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void hear(void *arg, struct str payload)
{
	struct heard *h = arg;

	pthread_mutex_lock(&h->lock);
	if (payload.p) {
		snprintf(h->text, sizeof h->text, STR_FMT, STR_ARG(payload));
		h->notes++;
	} else {
		h->reconnects++;
	}
	pthread_mutex_unlock(&h->lock);
}

static bool heard_within(int notes, int reconnects, int ms)
{
	bool done = false;

	for (; !done && ms > 0; ms -= 10) {
		pthread_mutex_lock(&heard.lock);
		done = heard.notes >= notes && heard.reconnects >= reconnects;
		pthread_mutex_unlock(&heard.lock);
		nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
	}
	return done;
}

static size_t say(char *ret, size_t room) { return (size_t)snprintf(ret, room, "said"); }

static void notices_arrive_and_survive_a_lost_connection(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;

	assert_ok(sql_listen(f->arena, f->db, &(struct sql_listening){ "sql_test", hear, &heard, say }));
	assert_int_equal(sql_tells(f->db), on_pgsql);
	sql_tell(f->db);
	if (!on_pgsql)
		return;
	assert_true(heard_within(1, 0, 30000));
	assert_string_equal(heard.text, "said");
	heard.notes = heard.reconnects = 0;
	assert_ok(db_rows(&f->call, &q_notify, ARGS(STR("hello")), &rows));
	assert_true(heard_within(1, 0, 30000));
	assert_string_equal(heard.text, "hello");
	/* Every other connection is cut: the listener's and, for the next statements, some of the pool's. */
	assert_ok(db_rows(&f->call, &q_hang_up, ARGS0, &rows));
	assert_true(heard_within(1, 1, 30000));
	assert_ok(db_rows(&f->call, &q_notify, ARGS(STR("again")), &rows));
	assert_true(heard_within(2, 1, 30000));
	sql_tell(f->db);
	assert_true(heard_within(3, 1, 30000));
	assert_string_equal(heard.text, "said");
}

static struct err *hang_up_in_tx(struct call *c, void *arg)
{
	AUTO_ARENA(a);
	struct call other = call_on(c->db, a);
	struct sql_rows rows;

	TRY(put_two(c, arg));
	assert_ok(db_rows(&other, &q_hang_up, ARGS0, &rows));
	return db_exec(c, &q_rename, ARGS(1, STR("gone")), NULL);
}

static void a_connection_lost_in_a_transaction_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t id = 30;

	if (!on_pgsql)
		return;
	assert_fails(LATER, sql_tx(&f->call, hang_up_in_tx, &id));
	assert_int_equal(count(f), 0);
	put(f, 1, "well again", 0);
}

static void a_url_that_leads_nowhere_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct sql_open url = { .url = STR("postgresql://nobody@127.0.0.1:1/none"), .connections = 1 };
	struct sql_open path = { .path = STR("/nowhere/at/all/db"), .connections = 1 };
	struct sql_db *db;

	assert_fails(LATER, sql_open(f->arena, &url, &db));
	assert_fails(LATER, sql_open(f->arena, &path, &db));
}

/* One row, and the server knows: it would be read whole, by a plan that stays while the table grows. */
static void an_index_is_used_however_small_the_table(void **state)
{
	struct fixture *f = *state;
	struct sql_rows rows;
	bool indexed = false;

	if (!on_pgsql)
		return;
	assert_ok(db_exec(&f->call, &q_put, ARGS(1, STR("one"), 1), NULL));
	assert_ok(sql_script(&f->call, STR("ANALYZE sql_t")));
	assert_ok(db_rows(&f->call, &q_explained, ARGS(INT64_C(1)), &rows));
	for (size_t i = 0; i < rows.n; i++)
		indexed |= str_find_str(row_str(sql_row(&rows, i), 0), STR("Index Scan using sql_t_pkey")) < row_str(sql_row(&rows, i), 0).n;
	assert_true(indexed);
}

#define ON_ENGINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_ENGINE(every_kind_of_argument_comes_back),
		ON_ENGINE(rows_are_written_and_read),
		ON_ENGINE(a_set_of_any_size_finds_its_members),
		ON_ENGINE(a_set_may_hold_any_text),
		ON_ENGINE(many_rows_go_in_together),
		ON_ENGINE(what_is_wrong_has_its_code),
		ON_ENGINE(a_text_is_checked_without_running_it),
		ON_ENGINE(a_deadline_ends_a_long_statement),
		ON_ENGINE(a_transaction_stands_whole_or_not_at_all),
		ON_ENGINE(what_nobody_asks_after_is_done_all_the_same),
		ON_ENGINE(a_script_stands_whole_or_not_at_all),
		ON_ENGINE(the_nth_call_fails_and_leaves_nothing),
		ON_ENGINE(many_threads_commit_together),
		ON_ENGINE(no_increment_is_lost),
		ON_ENGINE(what_is_trimmed_comes_back),
		ON_ENGINE(readers_do_not_wait_for_a_writer_and_deadlines_count_in_the_queue),
		ON_ENGINE(who_finds_no_connection_is_told_busy),
		ON_ENGINE(work_in_the_background_leaves_connections_to_who_waits),
		ON_ENGINE(a_full_disk_undoes_the_act_and_the_writer_goes_on),
		ON_ENGINE(two_processes_may_write_one_file),
		ON_ENGINE(a_deadlock_is_run_again),
		ON_ENGINE(notices_arrive_and_survive_a_lost_connection),
		ON_ENGINE(a_connection_lost_in_a_transaction_leaves_nothing),
		ON_ENGINE(a_url_that_leads_nowhere_is_an_error),
		ON_ENGINE(an_index_is_used_however_small_the_table),
	};
	const char *url = getenv("HOWDAH_TEST_PG");
	int failed = cmocka_run_group_tests_name("sqlite, a file", tests, NULL, NULL);

	in_memory = true;
	failed += cmocka_run_group_tests_name("sqlite, in memory", tests, NULL, NULL);
	in_memory = false;
	if (!url || !*url) {
		puts("SKIPPED: HOWDAH_TEST_PG is empty, nothing was tested on PostgreSQL");
		return failed;
	}
	on_pgsql = true;
	return failed + cmocka_run_group_tests_name("postgresql", tests, NULL, NULL);
}
