#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/json.h"

static const struct json *parsed(struct arena *a, const char *text)
{
	const struct json *v = NULL;

	assert_null(json_parse(a, str_z(text), &v));
	return v;
}

static void values_are_read_and_chains_need_no_checks(void **state)
{
	AUTO_ARENA(a);
	const struct json *v = parsed(a, "{\"a\":[1,\"2\",2.0,2.5,true,null,\"x\\u0000y\"],\"b\":1,\"b\":2,\"big\":18446744073709551615}");
	const struct json *list = json_get(v, "a");
	int64_t n = 0;
	double d = 0;

	(void)state;
	assert_int_equal(json_len(list), 7);
	assert_true(json_i64(json_at(list, 0), &n) && n == 1);
	assert_true(json_i64(json_at(list, 1), &n) && n == 2);
	assert_true(json_i64(json_at(list, 2), &n) && n == 2);
	assert_false(json_i64(json_at(list, 3), &n));
	assert_true(json_f64(json_at(list, 3), &d) && d == 2.5);
	assert_true(json_bool(json_at(list, 4), false));
	assert_true(json_bool(json_at(list, 0), true));
	assert_int_equal(json_kind(json_at(list, 5)), JSON_NULL);
	assert_null(json_str(json_at(list, 6)).p);
	assert_true(json_i64(json_get(v, "b"), &n) && n == 2);
	assert_false(json_i64(json_get(v, "big"), &n));
	assert_null(json_get(json_get(json_at(NULL, 3), "x"), "y"));
	assert_int_equal(json_kind(NULL), JSON_NONE);
	assert_null(json_get_s(list, "x").p);
	assert_int_equal(json_len(NULL), 0);
}

static void an_object_is_walked_in_its_order(void **state)
{
	AUTO_ARENA(a);
	const struct json *v = parsed(a, "{\"x\":{\"deep\":[1,2]},\"y\":[],\"z\":3}");
	struct str keys = STR("");

	(void)state;
	for (struct json_iter it = json_iter(v); json_next(&it);)
		keys = arena_concat(a, keys, it.key);
	assert_true(str_eqz(keys, "xyz"));
	for (struct json_iter it = json_iter(NULL); json_next(&it);)
		fail();
	assert_true(str_eqz(json_write(a, v), "{\"x\":{\"deep\":[1,2]},\"y\":[],\"z\":3}"));
}

static void what_is_no_json_or_too_deep_is_refused(void **state)
{
	AUTO_ARENA(a);
	static const char *const bad[] = { "", " ", "{", "[1,]", "{\"a\":\"\xff\"}", "\"\\ud800\"", "nul", "1 2", "{'a':1}", "[1e999]", "\"a\nb\"" };
	struct buf deep = buf_init(a, 10000);
	const struct json *v;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(json_parse(a, str_z(bad[i]), &v)->code, ERR_BAD_REQUEST);
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_addc(&deep, '[');
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_addc(&deep, ']');
	assert_null(json_parse(a, buf_str(&deep), &v));
	assert_non_null(json_parse(a, arena_concat(a, STR("["), buf_str(&deep), STR("]")), &v));
	assert_null(json_parse(a, STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\""), &v));
}

static void the_writer_minds_commas_and_escapes(void **state)
{
	AUTO_ARENA(a);
	struct buf b = buf_init(a, 4096);
	struct jw w = jw_init(&b);

	(void)state;
	jw_obj(&w);
	jw_kstr(&w, "s", STR("a\"b\\c\n\x01\x7f\xc3\xa9\xff<"));
	jw_kstr(&w, "none", STR_NONE);
	jw_kid(&w, "id", 9007199254740993);
	jw_kid(&w, "no_id", 0);
	jw_ktime(&w, "at", INT64_C(1785587700123456));
	jw_ktime(&w, "never", 0);
	jw_key(&w, "day"), jw_date(&w, INT64_C(1785587700123456));
	jw_key(&w, "list"), jw_arr(&w);
	jw_i64(&w, -1), jw_f64(&w, 0.1), jw_f64(&w, 2), jw_bool(&w, false), jw_raw(&w, STR("{\"x\":1}"));
	jw_arr(&w), jw_arr_end(&w), jw_obj(&w), jw_obj_end(&w);
	jw_arr_end(&w);
	jw_kraw(&w, "raw", STR("[]"));
	jw_obj_end(&w);
	assert_true(buf_ok(&b));
	assert_string_equal(arena_strz(a, buf_str(&b)),
	    "{\"s\":\"a\\\"b\\\\c\\n\\u0001\x7f\xc3\xa9\xef\xbf\xbd<\",\"none\":null,\"id\":\"9007199254740993\",\"no_id\":null,"
	    "\"at\":\"2026-08-01T12:35:00.123Z\",\"never\":null,\"day\":\"2026-08-01\","
	    "\"list\":[-1,0.1,2.0,false,{\"x\":1},[],{}],\"raw\":[]}");
	parsed(a, arena_strz(a, buf_str(&b)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_and_chains_need_no_checks),
		cmocka_unit_test(an_object_is_walked_in_its_order),
		cmocka_unit_test(what_is_no_json_or_too_deep_is_refused),
		cmocka_unit_test(the_writer_minds_commas_and_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
