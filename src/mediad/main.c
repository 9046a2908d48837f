/* howdah-media: turns strangers' pictures into ours, for a server that does not want to touch them itself. Started by it
 * (media/helper.h), one job at a time over descriptor 3 (media/protocol.h), behind the walls of sandbox.c.
 * With the word "film" it becomes ffmpeg for one step of one job instead (film.c).
 * Exits 0 when it has been idle, has done its share of jobs or is short of memory; then another takes its place. */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mediad/film.h"
#include "mediad/image.h"
#include "mediad/sandbox.h"
#ifdef HOWDAH_FAULTS
#include "mediad/breach.h"
#else
static void breach(void) { }
#endif

enum { JOBS_MAX = 200, IDLE_S = 60, EXIT_NO_SERVER = 3, EXIT_NO_WALLS = 4 };

/* A message and its descriptors; anything malformed ends the process, as it cannot come from our server. */
static bool receive(struct protocol_ask *ret, int fds[PROTOCOL_FDS])
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int[PROTOCOL_FDS]))];
	} control = { 0 };
	struct iovec io = { ret, sizeof *ret };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	struct cmsghdr *c;
	ssize_t n;

	do {
		n = recvmsg(PROTOCOL_FD, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	c = n == (ssize_t)sizeof *ret ? CMSG_FIRSTHDR(&m) : NULL;
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int[PROTOCOL_FDS])) || ret->version != PROTOCOL_VERSION)
		return false;
	memcpy(fds, CMSG_DATA(c), sizeof(int[PROTOCOL_FDS]));
	return true;
}

static bool answer(const struct protocol_answer *a)
{
	struct iovec io = { (void *)(uintptr_t)a, sizeof *a };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
	ssize_t n;

	do {
		n = sendmsg(PROTOCOL_FD, &m, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof *a;
}

/* One job; false when the process has served its time. */
static bool serve(void)
{
	struct protocol_answer out = { .version = PROTOCOL_VERSION };
	struct protocol_ask ask;
	int fds[PROTOCOL_FDS];
	bool ok;

	if (!receive(&ask, fds))
		return false;
	sandbox_clock(ask.time_s);
	breach();
	image_work(&ask, fds, &out);
	sandbox_clock(0);
	for (int i = 0; i < PROTOCOL_FDS; i++)
		close(fds[i]);
	malloc_trim(0);
	out.id = ask.id;
	ok = answer(&out);
	return ok && !image_short_of_memory();
}

int main(int argc, char **argv)
{
	const struct protocol_answer ready = { .version = PROTOCOL_VERSION };
	struct pollfd wait = { .fd = PROTOCOL_FD, .events = POLLIN };
	int type, idle_s = argc > 1 ? (int)strtol(argv[1], NULL, 10) : IDLE_S;
	socklen_t n = sizeof type;

	if (argc > 1 && strcmp(argv[1], "film") == 0)
		return film_main(argc, argv);
	if (getsockopt(PROTOCOL_FD, SOL_SOCKET, SO_TYPE, &type, &n) != 0 || type != SOCK_SEQPACKET) {
		fputs("howdah-media is started by howdah, not by hand\n", stderr);
		return EXIT_NO_SERVER;
	}
	if (image_setup() != 0 || !sandbox_enter()) {
		fputs("howdah-media: cannot build its sandbox\n", stderr);
		return EXIT_NO_WALLS;
	}
	if (!answer(&ready))
		return 0;
	for (int jobs = 0; jobs < JOBS_MAX && poll(&wait, 1, idle_s * 1000) == 1; jobs++)
		if (!serve())
			break;
	/* Not exit(): nothing is open that a destructor should touch, and destructors may call what the filter forbids. */
	_exit(0);
}
