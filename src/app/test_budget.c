#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/budget.h"

#define ALL STR("web,streaming,jobs")

static const struct conf plain = { .db_connections = 24, .db_workers = 8, .job_workers = 16, .fetch_workers = 8, .upload_workers = 2 };

static void jobs_never_get_what_is_kept_for_requests(void **state)
{
	struct conf pg = plain;

	(void)state;
	pg.database_url = STR("postgresql://localhost/howdah");
	assert_int_equal(budget_node(&plain, ALL).connections, 24);
	assert_int_equal(budget_node(&pg, ALL).connections, 25);              /* one to listen with */
	assert_int_equal(budget_node(&pg, ALL).connections_jobs, 18);
	assert_int_equal(budget_reserve(&pg, ALL), 6);
	assert_int_equal(budget_node(&pg, STR("jobs")).connections_jobs, 24);
	assert_int_equal(budget_node(&pg, STR("jobs")).job_workers, 16);
	assert_int_equal(budget_node(&pg, STR("web,streaming")).connections_jobs, 0);
	assert_int_equal(budget_node(&pg, STR("web,streaming")).job_workers, 0);
}

static void assert_refused(const struct conf *conf, struct str roles, const char *says)
{
	AUTO_ARENA(a);
	struct err *e = budget_check_workers(a, conf, roles);

	if (!says && e)
		fail_msg("refused: %.*s", STR_ARG(e->text));
	if (says && (!e || !str_contains(e->text, str_z(says))))
		fail_msg("'%s' is not said in: %.*s", says, STR_ARG(e ? e->text : STR("")));
}

static void more_workers_than_the_connections_can_serve_are_refused_with_the_numbers(void **state)
{
	struct conf conf = plain;

	(void)state;
	assert_refused(&conf, ALL, NULL);
	conf.job_workers = 144;
	assert_refused(&conf, ALL, NULL);
	conf.job_workers = 145;
	assert_refused(&conf, ALL, "job_workers = 145, but jobs may hold 18 of the 24 database connections of this node (6 are kept for requests)");
	assert_refused(&conf, ALL, "Set job_workers = 144 or less, or db_connections = 26 or more");
	conf.db_connections = 26;
	assert_refused(&conf, ALL, NULL);
	conf.db_connections = 18;
	assert_refused(&conf, STR("jobs"), "enough for 144 workers, 8 to a connection. Set job_workers = 144 or less, or db_connections = 19 or more");
	assert_refused(&conf, STR("web,streaming"), NULL);
	conf = plain;
	conf.fetch_workers = 100;
	assert_refused(&conf, STR("web"), "are 310 workers, but the 24 database connections of this node are enough for 192, 8 to a"
		       " connection. Set fewer, or db_connections = 39 or more");
	assert_refused(&conf, STR("jobs"), NULL);
}

static void what_does_not_fit_is_told_node_by_node(void **state)
{
	AUTO_ARENA(a);
	const struct database_room room = { 97, 5, "max_connections without those it reserves" };
	const struct node others[] = {
		{ .number = 0, .roles = STRC("web,streaming"), .place = STRC("yakko 127.0.0.1:3000"), .connections = 25 },
		{ .number = 3, .roles = STRC("jobs"), .place = STRC("wakko 127.0.0.1:3001"), .connections = 41 },
	};
	const struct node me = { .number = 4, .roles = STRC("jobs"), .place = STRC("dot 127.0.0.1:3002"), .connections = 25 };
	struct str text = budget_refusal(a, &room, 8, others, 2, &me);

	(void)state;
	assert_true(str_eqz(text,
		"the database connections of this node do not fit:\n"
		"  node 0 at yakko 127.0.0.1:3000 (web,streaming)                    25\n"
		"  node 3 at wakko 127.0.0.1:3001 (jobs)                             41\n"
		"  this one at dot 127.0.0.1:3002 (jobs)                             25\n"
		"  all nodes together                                                91\n"
		"  the database lets in                                              97  max_connections without those it reserves\n"
		"  kept free for the command line and psql                            8  db_connections_spare\n"
		"  so the nodes may hold                                             89\n"
		"Each holds its db_connections and one to listen with. Set db_connections = 22 or less here, or less at another node, or let the database"
		" take more"));
	text = budget_refusal(a, &room, 30, others, 2, &me);
	assert_true(str_contains(text, STR("one to listen with. Set db_connections to less at another node, or let")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_never_get_what_is_kept_for_requests),
		cmocka_unit_test(more_workers_than_the_connections_can_serve_are_refused_with_the_numbers),
		cmocka_unit_test(what_does_not_fit_is_told_node_by_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
