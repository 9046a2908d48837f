#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gate/gate_priv.h"

static struct err *nothing(struct call *c, struct req *r)
{
	(void)c;
	(void)r;
	return NULL;
}

static const struct endpoint rows[] = {
	{ METHOD_GET, "/api/v1/accounts/:id", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ METHOD_GET, "/api/v1/accounts/search", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ METHOD_POST, "/api/v1/accounts/:id/follow", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ METHOD_PUT, "/api/v1/statuses/:id", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ METHOD_GET, "/@:name", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing, .accept = ACCEPT_HTML },
	{ METHOD_GET, "/@:name", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing, .accept = ACCEPT_ACTIVITY },
	{ METHOD_GET, "/@:name.rss", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ METHOD_GET, "/media/*file", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing },
	{ 0 },
};
static const struct endpoint *const tables[] = { rows, NULL };

static const struct endpoint *route(struct arena *a, enum method m, const char *path, const char *accept, struct str *args)
{
	struct header h = { STR("Accept"), str_z(accept) };
	struct request http = { .arena = a, .method = m, .path = str_z(path), .headers = &h, .headers_n = accept ? 1 : 0 };
	struct str allowed;

	return gate__route(gate__router_create(a, tables), a, &http, args, &allowed);
}

static void a_literal_path_goes_before_an_argument(void **state)
{
	AUTO_ARENA(a);
	struct str args[PATH_ARGS] = { 0 };

	(void)state;
	assert_ptr_equal(route(a, METHOD_GET, "/api/v1/accounts/search", NULL, args), &rows[1]);
	assert_ptr_equal(route(a, METHOD_GET, "/api/v1/accounts/12/", NULL, args), &rows[0]);
	assert_true(str_eqz(args[0], "12"));
	assert_ptr_equal(route(a, METHOD_HEAD, "/api/v1/accounts/12", NULL, args), &rows[0]);
	assert_ptr_equal(route(a, METHOD_PATCH, "/api/v1/statuses/1", NULL, args), &rows[3]);
	assert_null(route(a, METHOD_GET, "/api/v1/accounts", NULL, args));
	assert_null(route(a, METHOD_DELETE, "/api/v1/accounts/12", NULL, args));
	assert_null(route(a, METHOD_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n", NULL, args));
}

static void one_address_is_a_page_and_a_document(void **state)
{
	AUTO_ARENA(a);
	struct str args[PATH_ARGS] = { 0 };

	(void)state;
	assert_ptr_equal(route(a, METHOD_GET, "/@alice", "application/activity+json", args), &rows[5]);
	assert_ptr_equal(route(a, METHOD_GET, "/@alice", "text/html,application/xhtml+xml,*/*;q=0.8", args), &rows[4]);
	assert_ptr_equal(route(a, METHOD_GET, "/@alice", NULL, args), &rows[4]);
	assert_true(str_eqz(args[0], "alice"));
	assert_ptr_equal(route(a, METHOD_GET, "/@alice.rss", "*/*", args), &rows[6]);
	assert_true(str_eqz(args[0], "alice"));
	assert_true(str_eqz(gate__arg_name(&rows[6], 0), "name"));
	assert_ptr_equal(route(a, METHOD_GET, "/@.rss", "text/html", args), &rows[4]);
	assert_null(route(a, METHOD_GET, "/@", NULL, args));
}

static void the_last_part_may_take_the_rest(void **state)
{
	AUTO_ARENA(a);
	struct str args[PATH_ARGS] = { 0 };

	(void)state;
	assert_ptr_equal(route(a, METHOD_GET, "/media/ab/cd/ef.png", NULL, args), &rows[7]);
	assert_true(str_eqz(args[0], "ab/cd/ef.png"));
	assert_true(str_eqz(gate__arg_name(&rows[7], 0), "file"));
}

struct bound {
	struct str text;
	int64_t n, id, from;
	enum tri flag;
	struct id_list ids;
};
static const struct param bound_params[] = {
	PARAM_STR(struct bound, text, "text", .max = 5),
	PARAM_I64(struct bound, n, "n", .def = 7),
	PARAM_OFFSET(struct bound, from, "from"),
	PARAM_ID(struct bound, id, "id"),
	PARAM_TRI(struct bound, flag, "flag"),
	PARAM_IDS(struct bound, ids, "ids"),
};
static const struct endpoint bound_row = { METHOD_POST, "/x", auth_none, NULL, LIMIT_NONE, LANE_DB, nothing, PARAMS(struct bound, bound_params) };

static struct err *bind(struct call *c, const char *query, struct bound **ret)
{
	struct req r = { .endpoint = &bound_row, .params = params_create(c->arena) };
	struct err *e = params_add_query(r.params, str_z(query));

	if (!e)
		e = gate__bind(c, &r);
	*ret = r.in;
	return e;
}

static void parameters_are_bound_by_their_rows(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a };
	struct bound *b;
	struct err *e;

	(void)state;
	assert_null(bind(&c, "text=hi&id=12&flag=0&ids[]=1&ids[]=x&ids[]=3", &b));
	assert_true(str_eqz(b->text, "hi") && b->n == 7 && b->id == 12 && b->flag == TRI_FALSE && b->ids.n == 2 && b->ids.v[1] == 3);
	assert_null(bind(&c, "id=nonsense", &b));
	assert_true(b->id == -1 && b->flag == TRI_UNSET && !b->text.p);
	e = bind(&c, "text=toolong", &b);
	assert_int_equal(e->code, ERR_INVALID);
	assert_true(str_eqz(e->field, "text"));
	e = bind(&c, "n=many", &b);
	assert_true(str_eqz(e->text, "Validation failed: N is not a number"));
}

static void an_offset_is_the_number_at_the_front(void **state)
{
	static const struct {
		const char *query;
		int64_t offset;
	} all[] = {
		{ "", 0 }, { "from=", 0 }, { "from=20", 20 }, { "from=12x", 12 }, { "from=x12", 0 }, { "from=-3", -3 }, { "from=-", 0 },
		{ "from=%2012.9", 12 },
		{ "from=99999999999999999999", INT64_MAX }, { "from=-99999999999999999999", INT64_MIN }, { "from[]=4", 0 },
	};
	AUTO_ARENA(a);
	struct call c = { .arena = a };
	struct bound *b;

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_null(bind(&c, all[i].query, &b));
		assert_int_equal(b->from, all[i].offset);
	}
}

static void a_caller_is_counted_in_a_window(void **state)
{
	AUTO_ARENA(a);
	struct call c = { .arena = a, .now_us = 1000000 * US_PER_S };
	struct limit_caller one = { STR("2001:db8:1:2::1"), 0, 0 }, neighbour = { STR("2001:db8:1:2:9::9"), 0, 0 }, other = { STR("192.0.2.1"), 0, 0 };

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(limit_take(&c, LIMIT_APPS, &one));
	assert_int_equal(c.limit.left, 0);
	assert_false(limit_take(&c, LIMIT_APPS, &neighbour));     /* the same /64 */
	assert_true(limit_take(&c, LIMIT_APPS, &other));
	c.now_us += 600 * US_PER_S;
	assert_true(limit_take(&c, LIMIT_APPS, &one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_path_goes_before_an_argument),
		cmocka_unit_test(one_address_is_a_page_and_a_document),
		cmocka_unit_test(the_last_part_may_take_the_rest),
		cmocka_unit_test(parameters_are_bound_by_their_rows),
		cmocka_unit_test(an_offset_is_the_number_at_the_front),
		cmocka_unit_test(a_caller_is_counted_in_a_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
