#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "app/cli.h"

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
	return cli_run(&cli, argc, (const char *const *)argv);
}
