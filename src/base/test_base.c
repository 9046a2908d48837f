#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/metrics.h"

static void slices_cut_and_compare(void **state)
{
	struct str rest = STR("a,b,,c"), piece, head, tail;
	int n = 0;
	int64_t v;

	(void)state;
	while (str_next(&rest, ',', &piece))
		n++;
	assert_int_equal(n, 4);
	assert_true(str_cut(STR("alice@example.org"), '@', &head, &tail));
	assert_true(str_eqz(head, "alice") && str_eqz(tail, "example.org"));
	assert_false(str_cut(STR("alice"), '@', &head, &tail));
	assert_true(tail.n == 0 && tail.p);
	/* None has no address to count from. */
	assert_false(str_cut(STR_NONE, '@', &head, &tail));
	assert_true(!head.p && !tail.p && !str_from(STR_NONE, 1).p);
	assert_true(str_i64(STR("-42"), &v) && v == -42);
	assert_true(str_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_false(str_i64(STR("9223372036854775808"), &v));
	assert_false(str_i64(STR("9999999999999999999"), &v));
	assert_false(str_i64(STR("1x"), &v));
	assert_true(str_ieq(STR("ABC"), STR("abc")));
	assert_int_equal(str_cmp(STR("a"), STR("ab")), -1);
	assert_int_equal(str_distance(STR("lisetn"), STR("Listen")), 1);
	assert_int_equal(str_distance(STR("3_BUCKET"), STR("S3_BUCKET")), 1);
	assert_int_equal(str_distance(STR(""), STR("abc")), 3);
}

static void utf8_is_checked_strictly(void **state)
{
	(void)state;
	assert_true(str_is_utf8(STR("h\xc3\xa9 \xf0\x9f\x90\x98")));
	assert_false(str_is_utf8(STR("\xc0\xaf")));
	assert_false(str_is_utf8(STR("\xed\xa0\x80")));
	assert_false(str_is_utf8(STR("\xf0\x9f\x90")));
	assert_int_equal(str_utf8_upto(STR("a\xc3\xa9"), 2).n, 1);
}

static void a_buffer_stops_at_its_maximum(void **state)
{
	AUTO_ARENA(a);
	struct buf b = buf_init(a, 10);

	(void)state;
	buf_addz(&b, "123456789");
	assert_true(buf_ok(&b));
	buf_addz(&b, "ab");
	assert_false(buf_ok(&b));
	assert_true(str_eqz(buf_str(&b), "123456789"));
	buf_addc(&b, 'c');
	assert_int_equal(b.n, 9);
}

static int closed;
static void close_it(void *arg) { closed = closed * 10 + (int)(intptr_t)arg; }

static void an_arena_runs_what_was_deferred_in_reverse(void **state)
{
	struct arena *a = arena_create();

	(void)state;
	closed = 0;
	arena_defer(a, close_it, (void *)1);
	arena_defer(a, close_it, (void *)2);
	arena_reset(a);
	assert_int_equal(closed, 21);
	assert_int_equal(arena_used(a), 0);
	arena_destroy(a);
}

static void a_map_keeps_what_was_put(void **state)
{
	AUTO_ARENA(a);
	struct map *m = map_create(a);

	(void)state;
	for (int64_t i = 0; i < 1000; i++)
		map_put_i64(m, i, (void *)(i + 1));
	for (int64_t i = 0; i < 1000; i++)
		assert_ptr_equal(map_find_i64(m, i), (void *)(i + 1));
	assert_null(map_find_i64(m, 1000));
	assert_int_equal(map_count(m), 1000);
}

static void a_field_error_reads_like_a_sentence(void **state)
{
	AUTO_ARENA(a);
	struct err *e = FAIL_FIELD(a, "display_name", "ERR_TOO_LONG", "is too long (maximum is %d characters)", 40);

	(void)state;
	assert_int_equal(err_http(e->code), 422);
	assert_true(str_eqz(e->text, "Validation failed: Display name is too long (maximum is 40 characters)"));
}

static void metrics_are_written_for_prometheus(void **state)
{
	AUTO_ARENA(a);
	struct buf out = buf_init(a, 1 << 20);

	(void)state;
	metric_add(METRIC_deliveries_total, STR("done"), 2);
	metric_time(METRIC_db_tx_seconds, STR_NONE, 3000);
	metrics_write(&out);
	assert_true(str_contains(buf_str(&out), STR("howdah_deliveries_total{outcome=\"done\"} 2\n")));
	assert_true(str_contains(buf_str(&out), STR("howdah_db_tx_seconds_bucket{le=\"0.005\"} 1\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_cut_and_compare),
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(a_buffer_stops_at_its_maximum),
		cmocka_unit_test(an_arena_runs_what_was_deferred_in_reverse),
		cmocka_unit_test(a_map_keeps_what_was_put),
		cmocka_unit_test(a_field_error_reads_like_a_sentence),
		cmocka_unit_test(metrics_are_written_for_prometheus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
