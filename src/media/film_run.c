#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/film_priv.h"
#include "media/process_priv.h"

enum { LOOK_MS = 250, FDS = 2 };

static bool start(struct helper *h, const char *step, const char *demuxer, const int fds[FDS], pid_t *ret)
{
	char name[] = "howdah-media", mode[] = "film", *dir = (char *)(uintptr_t)media__ffmpeg_dir(h);
	char *argv[] = { name, mode, dir, (char *)(uintptr_t)step, (char *)(uintptr_t)demuxer, NULL }, *env[] = { NULL };

	return media__spawn(media__helper_bin(h), argv, env, fds, FDS, ret) == 0;
}

/* Whether it ended by itself; looks up now and then, whether the server wants to stop. */
static bool await_end(struct helper *h, pid_t pid, int64_t until_us)
{
	int fd = pidfd_open(pid, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool ended = false;

	while (fd >= 0 && !ended && !media__films_end(h) && world_monotonic_us() < until_us) {
		int n = poll(&p, 1, LOOK_MS);

		ended = n > 0;
		if (n < 0 && errno != EINTR)
			break;
	}
	if (fd >= 0)
		close(fd);
	return ended;
}

static enum media__film_end run(struct helper *h, const char *step, const char *demuxer, const int fds[FDS], int64_t until_us)
{
	int status = 0;
	pid_t pid, r;
	bool ended;

	if (!start(h, step, demuxer, fds, &pid))
		return MEDIA__FILM_NOT_NOW;
	ended = await_end(h, pid, until_us);
	if (!ended)
		kill(pid, SIGKILL);
	do {
		r = waitpid(pid, &status, 0);
	} while (r < 0 && errno == EINTR);
	if (!ended)
		return media__films_end(h) ? MEDIA__FILM_NOT_NOW : MEDIA__FILM_TIMED_OUT;
	return r == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? MEDIA__FILM_DONE : MEDIA__FILM_BAD;
}

enum media__film_end media__film_step(struct helper *h, const char *step, const char *demuxer, int in_fd, int out_fd, int64_t until_us)
{
	/* Out of the way of the numbers that they take in the child. */
	int fds[FDS] = { fcntl(in_fd, F_DUPFD_CLOEXEC, MEDIA__FREE_FD), fcntl(out_fd, F_DUPFD_CLOEXEC, MEDIA__FREE_FD) };
	enum media__film_end end = MEDIA__FILM_NOT_NOW;

	if (fds[0] >= 0 && fds[1] >= 0 && !media__films_end(h) && ftruncate(out_fd, 0) == 0 && lseek(out_fd, 0, SEEK_SET) == 0)
		end = run(h, step, demuxer, fds, until_us);
	for (int i = 0; i < FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return end;
}
