#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mediad/breach.h"

enum { EXIT_BROKEN_OUT = 9 };

void breach(void)
{
	const char *what = getenv("HOWDAH_MEDIA_TEST");
	char *const argv[] = { NULL };
	const struct timespec minute = { .tv_sec = 60 };

	if (!what)
		return;
	if (strcmp(what, "socket") == 0 && socket(AF_INET, SOCK_STREAM, 0) >= -1)
		_exit(EXIT_BROKEN_OUT);
	if (strcmp(what, "exec") == 0 && execve("/bin/true", argv, argv) == -1)
		_exit(EXIT_BROKEN_OUT);
	if (strcmp(what, "fork") == 0 && fork() >= -1)
		_exit(EXIT_BROKEN_OUT);
	if (strcmp(what, "open") == 0 && open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		_exit(EXIT_BROKEN_OUT);
	if (strcmp(what, "memory") == 0 &&
	    mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		_exit(EXIT_BROKEN_OUT);
	if (strcmp(what, "abort") == 0)
		abort();
	if (strcmp(what, "sleep") == 0)
		nanosleep(&minute, NULL);
	if (strcmp(what, "leave") == 0)
		_exit(0);
}
