#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/process.h"
#include "base/world.h"

static struct call make_call(struct arena *a) { return (struct call){ .arena = a, .world = &world_real }; }

static void who_runs_has_not_ended(void **state)
{
	AUTO_ARENA(a);
	struct call c = make_call(a);
	struct str mine = process_token(&c);

	(void)state;
	assert_false(process_ended(&c, mine));
	assert_false(str_eq(mine, process_token(&c)));
}

static void who_was_killed_has_ended_before_and_after_its_parent_knows(void **state)
{
	AUTO_ARENA(a);
	struct call c = make_call(a);
	char text[512] = { 0 };
	siginfo_t info;
	int tell[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(tell), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct str token = process_token(&c);

		_exit(write(tell[1], token.p, token.n) == (ssize_t)token.n ? 0 : 1);
	}
	assert_true(read(tell[0], text, sizeof text - 1) > 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_true(process_ended(&c, str_z(text)));
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(process_ended(&c, str_z(text)));
	close(tell[0]);
	close(tell[1]);
}

static void of_others_nothing_is_known(void **state)
{
	AUTO_ARENA(a);
	struct call c = make_call(a);
	struct str rest = process_token(&c), place;

	(void)state;
	str_cut(rest, '/', &place, &rest);
	assert_false(process_ended(&c, STR("")));
	assert_false(process_ended(&c, STR("0123456789abcdef")));
	assert_false(process_ended(&c, STR("another place/1/2/abc")));
	assert_false(process_ended(&c, arena_printf(a, STR_FMT "//", STR_ARG(place))));
	assert_true(process_ended(&c, arena_printf(a, STR_FMT "/%ld/1/abc", STR_ARG(place), (long)getpid())));      /* the number's earlier owner */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_runs_has_not_ended),
		cmocka_unit_test(who_was_killed_has_ended_before_and_after_its_parent_knows),
		cmocka_unit_test(of_others_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
