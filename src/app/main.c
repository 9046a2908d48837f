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
	signal(SIGPIPE, SIG_IGN);
	return cli_run(&cli, argc, (const char *const *)argv);
}
