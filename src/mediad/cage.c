#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <seccomp.h>

#include "mediad/cage.h"
#include "mediad/sandbox.h"
#include "media/walls.h"

enum { ADDRESS_SPACE_MIB = 1536, FILE_MIB = 256, FILES = 32, NICE = 10 };

/* What a loader, a decoder and its threads need. Everything else is answered as if this kernel did not have it, which libraries know
 * how to do without. */
static const int calls_allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(ftruncate), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fcntl),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(stat), SCMP_SYS(lstat),
	SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getdents64),
	SCMP_SYS(fadvise64), SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list), SCMP_SYS(set_tid_address),
	SCMP_SYS(rseq), SCMP_SYS(arch_prctl), SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrandom),
	SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(pipe2), SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static bool filter_load(const char *program, char **argv, char **env)
{
	const unsigned long thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int r = 0;

	if (!f)
		return false;
	for (size_t i = 0; i < sizeof calls_allowed / sizeof *calls_allowed; i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, calls_allowed[i], 0);
	/* threads, never processes, never a namespace */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
	/* the one exec that comes next, known by where its words lie; the new program has none of these addresses */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(execve), 3, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)(uintptr_t)program),
			      SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)(uintptr_t)argv), SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)(uintptr_t)env));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	/* reads its limits; a third argument that is not null would set them */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0);
	r |= seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 1);
	r |= seccomp_load(f);
	seccomp_release(f);
	return r == 0;
}

/* ---- files: Landlock ---- */

static const uint64_t reads = LANDLOCK_ACCESS_FS_READ_FILE, runs = LANDLOCK_ACCESS_FS_EXECUTE;
static const uint64_t writes = LANDLOCK_ACCESS_FS_WRITE_FILE, lists = LANDLOCK_ACCESS_FS_READ_DIR;

static bool let(int rules, int fd, uint64_t what)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = what, .parent_fd = fd };

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* What is not there needs no rule. */
static bool let_path(int rules, const char *path, uint64_t what)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	bool ok = fd < 0 || let(rules, fd, what);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* True as well where the kernel has no Landlock: the filter and the limits stand without it. */
static bool files_close(const char *dir)
{
	const struct landlock_ruleset_attr all = { .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1 };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	bool ok;

	if (rules < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP;
	ok = let_path(rules, "/usr", reads | runs | lists) && let_path(rules, "/lib", reads | runs | lists) &&
	     let_path(rules, "/lib64", reads | runs | lists) && let_path(rules, dir, reads | runs | lists) &&
	     let_path(rules, "/etc/ld.so.cache", reads) && let_path(rules, "/dev/null", reads | writes) && let(rules, CAGE_IN_FD, reads) &&
	     let(rules, CAGE_OUT_FD, reads | writes) && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok;
}

/* ---- all of it ---- */

void cage_exec(const char *dir, const char *program, char **argv, uint32_t s)
{
	const rlim_t mib = 1024 * 1024;
	char *env[] = { NULL };

	signal(SIGXFSZ, SIG_IGN);     /* a full output is an error of write(2) */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return;
	if (setpriority(PRIO_PROCESS, 0, NICE) != 0 || !files_close(dir))
		return;
	if (!sandbox_limit(RLIMIT_CORE, 0) || !sandbox_limit(RLIMIT_FSIZE, FILE_MIB * mib) || !sandbox_limit(RLIMIT_NOFILE, FILES) ||
	    !sandbox_limit(RLIMIT_CPU, s))
		return;
	if (WALLS && !sandbox_limit(RLIMIT_AS, ADDRESS_SPACE_MIB * mib))
		return;
	alarm(s);
	if (filter_load(program, argv, env))
		execve(program, argv, env);
}
