#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/form.h"
#include "wire/link.h"

static const char form_type[] = "application/x-www-form-urlencoded";

static struct params *from(struct arena *a, const char *type, const char *body)
{
	struct params *p = params_create(a);

	assert_null(params_add_body(p, str_z(type), str_z(body)));
	return p;
}

static void refused(const char *type, const char *body, enum err_code code)
{
	AUTO_ARENA(a);
	struct params *p = params_create(a);
	struct err *e = params_add_body(p, str_z(type), str_z(body));

	assert_non_null(e);
	assert_int_equal(e->code, code);
	assert_int_equal(params_root(p)->n, 0);
}

/* The same post, said in three ways. */
static void check_post(struct arena *a, struct params *p)
{
	const struct param_value **list;
	int64_t n = 0;

	assert_true(str_eqz(params_get(p, "status"), "h\xc3\xa9llo & bye"));
	assert_int_equal(param_list(a, params_find(p, "media_ids"), &list), 2);
	assert_true(str_eqz(param_text(list[1]), "22"));
	assert_int_equal(param_list(a, params_find(p, "poll[options]"), &list), 2);
	assert_true(str_eqz(param_text(list[0]), "yes"));
	assert_true(param_i64(params_find(p, "poll[expires_in]"), &n) && n == 3600);
	assert_true(param_bool(params_find(p, "poll[multiple]"), false));
	assert_true(param_bool(params_find(p, "sensitive"), false));
	assert_false(params_has(p, "spoiler_text"));
	assert_null(params_get(p, "poll").p);
	assert_null(params_find(p, "status[deeper]"));
}

static void form_multipart_and_json_are_one_tree(void **state)
{
	AUTO_ARENA(a);

	(void)state;
	check_post(a, from(a, form_type,
	    "status=h%C3%A9llo+%26+bye&media_ids[]=11&media_ids%5B%5D=22&poll[options][]=yes&poll[options][]=no&poll[expires_in]=3600"
	    "&poll[multiple]=1&sensitive=true"));
	check_post(a, from(a, "application/json; charset=utf-8",
	    "{\"status\":\"h\\u00e9llo & bye\",\"media_ids\":[\"11\",22],\"poll\":{\"options\":[\"yes\",\"no\"],\"expires_in\":3600,"
	    "\"multiple\":true},\"sensitive\":true}"));
	check_post(a, from(a, "multipart/form-data; boundary=\"B1\"",
	    "--B1\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nh\xc3\xa9llo & bye\r\n"
	    "--B1\r\ncontent-disposition: form-data; name=\"media_ids[]\"\r\n\r\n11\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"media_ids[]\"\r\n\r\n22\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"poll[options][]\"\r\n\r\nyes\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"poll[options][]\"\r\n\r\nno\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"poll[expires_in]\"\r\n\r\n3600\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"poll[multiple]\"\r\n\r\non\r\n"
	    "--B1\r\nContent-Disposition: form-data; name=\"sensitive\"\r\n\r\nT\r\n--B1--\r\n"));
}

static void lists_come_in_three_shapes(void **state)
{
	AUTO_ARENA(a);
	const struct param_value **list;
	struct params *p = from(a, form_type,
	    "id=7&fields_attributes[10][name]=z&fields_attributes[2][name]=y&fields_attributes[2][value]=v"
	    "&k[][keyword]=a&k[][whole_word]=1&k[][keyword]=b&e[]=&x[a]=1");

	(void)state;
	assert_int_equal(param_list(a, params_find(p, "id"), &list), 1);
	assert_int_equal(param_list(a, params_find(p, "fields_attributes"), &list), 2);
	assert_true(str_eqz(param_text(param_at(list[0], "name")), "y"));
	assert_true(str_eqz(param_text(param_at(list[1], "name")), "z"));
	assert_int_equal(param_list(a, params_find(p, "k"), &list), 2);
	assert_true(str_eqz(param_text(param_at(list[0], "whole_word")), "1"));
	assert_true(str_eqz(param_text(param_at(list[1], "keyword")), "b"));
	assert_int_equal(param_list(a, params_find(p, "e"), &list), 1);
	assert_int_equal(param_list(a, params_find(p, "x"), &list), 0);
	assert_int_equal(param_list(a, params_find(p, "missing"), &list), 0);
	assert_true(str_eqz(params_get(p, "k[1][keyword]"), "b"));
	p = from(a, "application/json", "{\"l\":[null,1],\"n\":null,\"deep\":[{\"a\":1.50}]}");
	assert_int_equal(param_list(a, params_find(p, "l"), &list), 1);
	assert_true(params_has(p, "n") && !param_bool(params_find(p, "n"), true));
	assert_true(str_eqz(params_get(p, "deep[0][a]"), "1.5"));
}

static void a_file_keeps_its_bytes(void **state)
{
	static const char body[] = "preamble\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.png\"\r\n"
				   "Content-Type: image/png\r\n\r\n\x89PNG\r\n\0\r\n--x\r\n\r\n--xx  \r\n"
				   "Content-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n\r\n\r\n--xx\r\n"
				   "Content-Disposition: form-data; name=e; filename*=UTF-8''na%C3%AFve; filename=\"x\"\r\n\r\n1\r\n--xx--";
	AUTO_ARENA(a);
	struct params *p = params_create(a);
	const struct upload *f;

	(void)state;
	assert_null(params_add_body(p, STR("multipart/form-data; boundary=xx"), str_of(body, sizeof body - 1)));
	f = param_file(params_find(p, "file"));
	assert_non_null(f);
	assert_true(str_eqz(f->filename, "a \"b\".png") && str_eqz(f->content_type, "image/png"));
	assert_true(str_eq(f->data, STR("\x89PNG\r\n\0\r\n--x\r\n")));
	assert_false(params_has(p, "empty"));
	assert_true(str_eqz(param_file(params_find(p, "e"))->filename, "na\xc3\xafve"));
	assert_null(params_get(p, "file").p);
}

static void bad_bodies_are_refused_and_leave_nothing(void **state)
{
	AUTO_ARENA(a);
	struct buf b = buf_init(a, 100000);

	(void)state;
	refused(form_type, "a=1&b=%zz", ERR_BAD_REQUEST);
	refused(form_type, "a=1&b=%ff", ERR_BAD_REQUEST);
	refused(form_type, "a=1&b=%00", ERR_BAD_REQUEST);
	refused(form_type, "a=1&a[]=2", ERR_BAD_REQUEST);
	refused(form_type, "a[]=1&a[b]=2", ERR_BAD_REQUEST);
	refused(form_type, "a[][]=1", ERR_BAD_REQUEST);
	refused(form_type, "a[b][c][d][e][f][g][h][i]=1", ERR_TOO_LARGE);
	refused("application/json", "{\"a\":", ERR_BAD_REQUEST);
	refused("application/json", "{\"a\":\"\\u0000\"}", ERR_BAD_REQUEST);
	refused("application/json", "{\"a\":[[[[[[[[1]]]]]]]]}", ERR_TOO_LARGE);
	refused("multipart/form-data", "--x\r\n", ERR_BAD_REQUEST);
	refused("multipart/form-data; boundary=x", "", ERR_BAD_REQUEST);
	refused("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", ERR_BAD_REQUEST);
	refused("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", ERR_BAD_REQUEST);
	refused("multipart/form-data; boundary=x", "--x\r\nX: y\r\n\r\n1\r\n--x--", ERR_BAD_REQUEST);
	refused("multipart/form-data; boundary=x", "--xgarbage\r\n\r\n1\r\n--x--", ERR_BAD_REQUEST);
	refused(";;;", "a=1", ERR_BAD_REQUEST);
	for (int i = 0; i <= PARAMS_MAX; i++)
		buf_addf(&b, "a%d=1&", i);
	refused(form_type, arena_strz(a, buf_str(&b)), ERR_TOO_LARGE);
	b.n = 0;
	for (int i = 0; i <= PARTS_MAX; i++)
		buf_addz(&b, "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n");
	buf_addz(&b, "--x--");
	refused("multipart/form-data; boundary=x", arena_strz(a, buf_str(&b)), ERR_TOO_LARGE);
}

static void the_body_outranks_the_query_and_the_path_both(void **state)
{
	AUTO_ARENA(a);
	struct params *p = params_create(a);

	(void)state;
	assert_null(params_add_query(p, STR("a=1&b=1&&c&=x&[d]=2&e[f=3")));
	assert_null(params_add_body(p, str_z(form_type), STR("b=2&c=2")));
	assert_null(params_add_body(p, STR("text/plain"), STR("%%%")));
	assert_null(params_add_body(p, STR(""), STR("b=3")));
	params_set(p, STR("c"), STR("3"));
	assert_true(str_eqz(params_get(p, "a"), "1") && str_eqz(params_get(p, "b"), "2") && str_eqz(params_get(p, "c"), "3"));
	assert_null(params_add_body(p, STR("application/json"), STR("[1]")));
	assert_true(str_eqz(params_get(p, "_json[0]"), "1"));
}

static void scalars_are_read_as_rails_reads_them(void **state)
{
	static const char *const no[] = { "", "0", "f", "F", "false", "FALSE", "off", "OFF" };
	AUTO_ARENA(a);
	struct params *p = params_create(a);
	double d;

	(void)state;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		params_set(p, STR("b"), str_z(no[i]));
		assert_false(param_bool(params_find(p, "b"), true));
	}
	params_set(p, STR("b"), STR("no"));
	assert_true(param_bool(params_find(p, "b"), false));
	assert_true(param_bool(NULL, true));
	params_set(p, STR("l"), STR("-15"));
	assert_int_equal(param_limit(params_find(p, "l"), 20, 40), 15);
	params_set(p, STR("l"), STR("99999999999999999999"));
	assert_int_equal(param_limit(params_find(p, "l"), 20, 40), 40);
	params_set(p, STR("l"), STR("many"));
	assert_int_equal(param_limit(params_find(p, "l"), 20, 40), 0);
	assert_int_equal(param_limit(NULL, 20, 40), 20);
	params_set(p, STR("f"), STR("-0.5"));
	assert_true(param_f64(params_find(p, "f"), &d) && d == -0.5);
	params_set(p, STR("f"), STR("nan"));
	assert_false(param_f64(params_find(p, "f"), &d));
}

static void accept_headers_are_weighed(void **state)
{
	unsigned both = ACCEPT_HTML | ACCEPT_ACTIVITY;

	(void)state;
	assert_int_equal(accept_choose(STR("application/activity+json, application/ld+json"), both, ACCEPT_HTML), ACCEPT_ACTIVITY);
	assert_int_equal(accept_choose(STR("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""), both, ACCEPT_HTML),
	    ACCEPT_ACTIVITY);
	assert_int_equal(accept_choose(STR("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), both, ACCEPT_HTML), ACCEPT_HTML);
	assert_int_equal(accept_choose(STR("application/activity+json;q=0.5, text/html"), both, ACCEPT_HTML), ACCEPT_HTML);
	assert_int_equal(accept_choose(STR("*/*"), both, ACCEPT_ACTIVITY), ACCEPT_ACTIVITY);
	assert_int_equal(accept_choose(STR_NONE, both, ACCEPT_HTML), ACCEPT_HTML);
	assert_int_equal(accept_choose(STR("image/png"), both, ACCEPT_HTML), 0);
	assert_int_equal(accept_choose(STR("text/html;q=0"), both, ACCEPT_HTML), 0);
}

static void mime_types_and_links_are_read(void **state)
{
	AUTO_ARENA(a);
	struct mime m;
	struct str link = STR("<https://x.example/?a=1,2>; rel=\"next foo\", <https://y.example/>; rel=prev");

	(void)state;
	assert_true(mime_parse(a, STR("Text/HTML; charset=\"utf\\-8\""), &m));
	assert_true(str_eqz(m.type, "text/html") && str_eqz(m.charset, "utf-8"));
	assert_false(mime_parse(a, STR("text"), &m));
	assert_false(mime_parse(a, STR("text/html; charset=\"x"), &m));
	assert_true(mime_is_activity(a, STR("application/activity+json; charset=utf-8")));
	assert_true(mime_is_activity(a, STR("application/ld+json; profile=\"a https://www.w3.org/ns/activitystreams\"")));
	assert_false(mime_is_activity(a, STR("application/ld+json")));
	assert_true(mime_is_json(a, STR("application/jrd+json")));
	assert_true(str_eqz(link_find(link, "prev"), "https://y.example/"));
	assert_null(link_find(link, "last").p);
	assert_null(link_find(STR("<"), "last").p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_multipart_and_json_are_one_tree),
		cmocka_unit_test(lists_come_in_three_shapes),
		cmocka_unit_test(a_file_keeps_its_bytes),
		cmocka_unit_test(bad_bodies_are_refused_and_leave_nothing),
		cmocka_unit_test(the_body_outranks_the_query_and_the_path_both),
		cmocka_unit_test(scalars_are_read_as_rails_reads_them),
		cmocka_unit_test(accept_headers_are_weighed),
		cmocka_unit_test(mime_types_and_links_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
