#include "app/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum { STAT_START = 22, FILE_MAX = 1024 };

static struct str file_text(struct arena *a, const char *name)
{
	char text[FILE_MAX];
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (fd >= 0)
		close(fd);
	return n > 0 ? arena_dup(a, str_trim(str_of(text, (size_t)n))) : STR_NONE;
}

/* Which processes this one can see, and since which boot. None where the system does not say. */
static struct str place(struct arena *a)
{
	struct str boot = file_text(a, "/proc/sys/kernel/random/boot_id");
	char space[FILE_MAX];
	ssize_t n = readlink("/proc/self/ns/pid", space, sizeof space);

	if (!boot.n || n <= 0)
		return STR_NONE;
	return arena_printf(a, STR_FMT "+" STR_FMT, STR_ARG(boot), STR_ARG(str_of(space, (size_t)n)));
}

/* When a process began; none where that is not to be seen, "-" where only its parent has still to take note of its end (proc(5),
 * /proc/pid/stat: the name in parentheses may hold anything, so fields are counted behind its last one). */
static struct str began(struct arena *a, int64_t pid)
{
	struct str text = file_text(a, arena_strz(a, arena_printf(a, "/proc/%lld/stat", (long long)pid))), word = STR_NONE;
	size_t end = text.n;

	while (end > 0 && text.p[end - 1] != ')')
		end--;
	text = str_trim(str_from(text, end));
	if (text.n && (*text.p == 'Z' || *text.p == 'X'))
		return STR("-");
	for (int field = 3; field <= STAT_START; field++)
		if (!str_next(&text, ' ', &word))
			return STR_NONE;
	return word;
}

struct str process_token(struct call *c)
{
	return arena_printf(c->arena, STR_FMT "/%ld/" STR_FMT "/" STR_FMT, STR_ARG(place(c->arena)), (long)getpid(),
			    STR_ARG(began(c->arena, getpid())), STR_ARG(call_random_hex(c, 16)));
}

bool process_ended(struct call *c, struct str token)
{
	struct str here = place(c->arena), where, word, start, seen;
	int64_t pid;

	if (!here.n || !str_cut(token, '/', &where, &token) || !str_eq(where, here))
		return false;
	if (!str_cut(token, '/', &word, &token) || !str_i64(word, &pid) || pid <= 0 || pid > INT32_MAX)
		return false;
	if (!str_cut(token, '/', &start, &token) || !start.n)
		return false;
	/* Another user's processes may be hidden in /proc; kill() knows them all the same. */
	if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
		return true;
	seen = began(c->arena, pid);
	return seen.n && !str_eq(seen, start);
}
