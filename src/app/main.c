#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli.h"
#include "crypt/key.h"
#include "crypt/password.h"

#ifdef HOWDAH_FAULTS
enum { TEST_KEYS = 32 };
#endif

int main(int argc, char **argv)
{
	AUTO_ARENA(a);
	struct cli cli = { .arena = a, .in = stdin, .out = stdout, .err = stderr, .environ = (const char *const *)environ };

	/* Many threads would otherwise keep a heap each: two are enough, because units of work take memory in whole blocks. */
	mallopt(M_ARENA_MAX, 2);
	/* Blocks of arenas come and go with each unit of work: kept by malloc, not given back to the system and faulted in again. */
	mallopt(M_MMAP_THRESHOLD, 2 << 20);
	mallopt(M_TRIM_THRESHOLD, 8 << 20);
	signal(SIGPIPE, SIG_IGN);
#ifdef HOWDAH_FAULTS
	/* Whole-system tests make thousands of accounts, whose passwords and keys protect nothing. Only builds made for tests listen to this:
	 * a folder with TEST_KEYS private keys. */
	if (getenv("HOWDAH_TEST_KEYS")) {
		password_cost_for_tests(1, 64 << 10);
		key_pool_for_tests(getenv("HOWDAH_TEST_KEYS"), TEST_KEYS);
	}
#endif
	return cli_run(&cli, argc, (const char *const *)argv);
}
