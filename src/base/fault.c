#include "base/fault.h"

#ifdef HOWDAH_FAULTS
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

void fault_point(const char *name)
{
	static _Atomic int passes;
	const char *armed = getenv("HOWDAH_FAULT");
	size_t n = strlen(name);

	if (!armed || strncmp(armed, name, n) != 0 || (armed[n] && armed[n] != ':'))
		return;
	if (atomic_fetch_add(&passes, 1) + 1 >= (armed[n] ? atoi(armed + n + 1) : 1))
		kill(getpid(), SIGKILL);
}

void fault_shake(void)
{
	const char *most_ms = getenv("HOWDAH_TEST_SHAKE_MS");
	unsigned chance;

	if (most_ms && getrandom(&chance, sizeof chance, 0) == (ssize_t)sizeof chance)
		(void)poll(NULL, 0, (int)(chance % (unsigned)(atoi(most_ms) + 1)));
}
#else
typedef int nothing_in_release_builds;
#endif
