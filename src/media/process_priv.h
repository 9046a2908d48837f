/* media/process_priv.h: one howdah-media process: started, asked, buried. Owned by one thread at a time. */
#pragma once
#include "base/call.h"
#include "media/protocol.h"

/* Starts bin with these descriptors from MEDIA__FIRST_FD on (0 and 1 are /dev/null, 2 is ours), this environment and nothing else of ours:
 * our signals' defaults, and a directory nobody can remove. The descriptors must be MEDIA__FREE_FD or above. An errno, or 0. */
enum { MEDIA__FIRST_FD = 3, MEDIA__FREE_FD = 8 };
int media__spawn(const char *bin, char **argv, char **env, const int *fds, int n, pid_t *ret);

struct media__process {
	pid_t pid;                    /* 0: none */
	int fd;
};

/* Waits until it stands in its sandbox. Fails: LATER. */
MUST struct err *media__process_start(struct call *c, const char *bin, int idle_s, struct media__process *ret);

enum media__outcome {
	MEDIA__ANSWERED,
	MEDIA__RETIRED,               /* it had left in peace (idle, or served its time) without touching the job: ask another */
	MEDIA__DIED,                  /* of the job: killed by the filter, a limit, or its own mistake */
	MEDIA__TIMED_OUT,
};

/* Anything but ANSWERED has ended the process. until_us is of world_monotonic_us(). */
enum media__outcome media__process_ask(struct media__process *p, const struct protocol_ask *ask, const int fds[PROTOCOL_FDS],
                                       int64_t until_us, struct protocol_answer *ret);
/* Kills it if it still runs, and reaps it. Whether it had left in peace. */
bool media__process_end(struct media__process *p);
