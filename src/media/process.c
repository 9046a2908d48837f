#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "media/process_priv.h"

enum { READY_S = 10, NUMBER_MAX = 16 };

int media__spawn(const char *bin, char **argv, char **env, const int *fds, int n, pid_t *ret)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attr) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	r = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	r = r ? r : posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < n; i++)
		r = r ? r : posix_spawn_file_actions_adddup2(&files, fds[i], MEDIA__FIRST_FD + i);
	r = r ? r : posix_spawn_file_actions_addclosefrom_np(&files, MEDIA__FIRST_FD + n);
	r = r ? r : posix_spawn_file_actions_addchdir_np(&files, "/");
	r = r ? r : posix_spawnattr_setsigmask(&attr, &none);
	r = r ? r : posix_spawnattr_setsigdefault(&attr, &all);
	r = r ? r : posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = r ? r : posix_spawn(ret, bin, &files, &attr, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return r;
}

static int spawn(const char *bin, int idle_s, int fd, pid_t *ret)
{
	char idle[NUMBER_MAX], name[] = "howdah-media", *argv[] = { name, idle, NULL }, *env[] = { NULL, NULL };

	snprintf(idle, sizeof idle, "%d", idle_s);
#ifdef HOWDAH_FAULTS
	char breach[64];
	if (getenv("HOWDAH_MEDIA_TEST")) {
		snprintf(breach, sizeof breach, "HOWDAH_MEDIA_TEST=%s", getenv("HOWDAH_MEDIA_TEST"));
		env[0] = breach;
	}
#endif
	return media__spawn(bin, argv, env, &fd, 1, ret);
}

/* Whether something can be read before until_us. */
static bool await(int fd, int64_t until_us)
{
	for (;;) {
		int64_t left_ms = (until_us - world_monotonic_us() + US_PER_MS - 1) / US_PER_MS;
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int n = left_ms > 0 ? poll(&p, 1, left_ms > 60000 ? 60000 : (int)left_ms) : 0;

		if (n > 0)
			return true;
		if ((n < 0 && errno != EINTR) || left_ms <= 0)
			return false;
	}
}

/* One whole message. The helper sends no descriptors; there is no room for any, so the kernel drops them. */
static bool receive(int fd, struct protocol_answer *ret)
{
	struct iovec io = { ret, sizeof *ret };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
	ssize_t n;

	do {
		n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof *ret && !(m.msg_flags & MSG_TRUNC) && ret->version == PROTOCOL_VERSION;
}

struct err *media__process_start(struct call *c, const char *bin, int idle_s, struct media__process *ret)
{
	struct protocol_answer ready;
	struct media__process p = { 0 };
	int pair[2], far, r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL(c->arena, ERR_LATER, "no socket for the media helper: %s", strerrordesc_np(errno));
	/* Out of the way of the numbers that it takes in the child. */
	far = fcntl(pair[1], F_DUPFD_CLOEXEC, MEDIA__FREE_FD);
	r = far < 0 ? errno : spawn(bin, idle_s, far, &p.pid);
	close(pair[1]);
	if (far >= 0)
		close(far);
	p.fd = pair[0];
	if (r) {
		close(p.fd);
		return FAIL(c->arena, ERR_LATER, "the media helper '%s' does not start: %s", bin, strerrordesc_np(r));
	}
	if (!await(p.fd, world_monotonic_us() + READY_S * US_PER_S) || !receive(p.fd, &ready)) {
		media__process_end(&p);
		return FAIL(c->arena, ERR_LATER, "the media helper '%s' does not get ready", bin);
	}
	*ret = p;
	return NULL;
}

static bool send_ask(int fd, const struct protocol_ask *ask, const int fds[PROTOCOL_FDS])
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int[PROTOCOL_FDS]))];
	} control = { 0 };
	struct iovec io = { (void *)(uintptr_t)ask, sizeof *ask };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	ssize_t n;

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int[PROTOCOL_FDS]));
	memcpy(CMSG_DATA(h), fds, sizeof(int[PROTOCOL_FDS]));
	do {
		n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof *ask;
}

enum media__outcome media__process_ask(struct media__process *p, const struct protocol_ask *ask, const int fds[PROTOCOL_FDS],
                                       int64_t until_us, struct protocol_answer *ret)
{
	struct protocol_answer got;

	if (!send_ask(p->fd, ask, fds))
		return media__process_end(p) ? MEDIA__RETIRED : MEDIA__DIED;
	if (!await(p->fd, until_us)) {
		kill(p->pid, SIGKILL);
		media__process_end(p);
		return MEDIA__TIMED_OUT;
	}
	if (!receive(p->fd, &got))
		return media__process_end(p) ? MEDIA__RETIRED : MEDIA__DIED;
	if (got.id != ask->id) {
		media__process_end(p);
		return MEDIA__DIED;
	}
	*ret = got;
	return MEDIA__ANSWERED;
}

bool media__process_end(struct media__process *p)
{
	enum { LEAVING_MS = 100 };
	pid_t done = 0;
	int status = 0;

	if (!p->pid)
		return true;
	/* One that is on its way out gets a moment to say how it went; anything else is killed. */
	shutdown(p->fd, SHUT_RDWR);
	for (int ms = 0; ms < LEAVING_MS && done == 0; ms++) {
		const struct timespec pause = { .tv_nsec = US_PER_MS * 1000 };

		done = waitpid(p->pid, &status, WNOHANG);
		if (done == 0)
			nanosleep(&pause, NULL);
	}
	if (done == 0) {
		kill(p->pid, SIGKILL);
		do {
			done = waitpid(p->pid, &status, 0);
		} while (done < 0 && errno == EINTR);
	}
	close(p->fd);
	*p = (struct media__process){ 0 };
	return done > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
