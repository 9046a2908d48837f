#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>

#include "media/protocol.h"
#include "mediad/sandbox.h"
#include "media/walls.h"

enum {
	ADDRESS_SPACE_MIB = 768,      /* 33 megapixels decode within it, twice that do not */
	FILE_MIB = 64,
	FILES = 32,
};

/* What the decoders, the allocator and the threads need, and no more. */
static const int calls_allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev),
	SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(ftruncate), SCMP_SYS(dup),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(tgkill),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(alarm),
	SCMP_SYS(setitimer), SCMP_SYS(getrandom), SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Libraries may try these and do without; the answer is no. */
static const struct {
	int call, err;
} calls_refused[] = {
	{ SCMP_SYS(open), EACCES }, { SCMP_SYS(openat), EACCES }, { SCMP_SYS(openat2), EACCES }, { SCMP_SYS(access), EACCES },
	{ SCMP_SYS(faccessat), EACCES }, { SCMP_SYS(faccessat2), EACCES }, { SCMP_SYS(stat), EACCES }, { SCMP_SYS(lstat), EACCES },
	{ SCMP_SYS(statx), ENOSYS }, { SCMP_SYS(readlink), EACCES }, { SCMP_SYS(readlinkat), EACCES }, { SCMP_SYS(ioctl), ENOTTY },
	{ SCMP_SYS(clone3), ENOSYS }, /* its flags cannot be seen from a filter; the C library falls back to clone() */
	{ SCMP_SYS(sched_setaffinity), EPERM }, { SCMP_SYS(sched_setscheduler), EPERM }, { SCMP_SYS(sched_getscheduler), EPERM },
	{ SCMP_SYS(sched_getparam), EPERM }, { SCMP_SYS(setpriority), EPERM }, { SCMP_SYS(mbind), EPERM },
};

/* The calls that are allowed for some arguments only. */
static int add_narrow_rules(scmp_filter_ctx f)
{
	const unsigned long thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
	int r = 0;

	/* threads, never processes */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
	/* memory, never code */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* fstat(2) as the C library spells it; a name gets EACCES like stat(2) */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1, SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
	/* one socket, the one we were born with */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(recvmsg), 1, SCMP_A0(SCMP_CMP_EQ, PROTOCOL_FD));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1, SCMP_A0(SCMP_CMP_EQ, PROTOCOL_FD));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1, SCMP_A0(SCMP_CMP_EQ, PROTOCOL_FD));
	/* our own CPU limit, and duplicates of what we hold */
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFL));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GETFD));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_SETFD));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC));
	r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
	r |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_NE, PR_SET_NAME));
	return r;
}

static bool filter_load(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r = 0;

	if (!f)
		return false;
	for (size_t i = 0; i < sizeof calls_allowed / sizeof *calls_allowed; i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ALLOW, calls_allowed[i], 0);
	for (size_t i = 0; i < sizeof calls_refused / sizeof *calls_refused; i++)
		r |= seccomp_rule_add(f, SCMP_ACT_ERRNO((uint32_t)calls_refused[i].err), calls_refused[i].call, 0);
	r |= add_narrow_rules(f);
	r |= seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 1);
	r |= seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
	r |= seccomp_load(f);
	seccomp_release(f);
	return r == 0;
}

bool sandbox_limit(int what, rlim_t most)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t)what, &now) != 0)
		return false;
	if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &now) == 0;
}

/* Decoders print what they think of a file; a stranger's file must not fill the server's log. Undone where the wall fails. */
static bool filter_silently(void)
{
	int log = dup(STDERR_FILENO);

	if (log < 0 || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		return false;
	if (!filter_load()) {
		dup2(log, STDERR_FILENO);
		return false;
	}
	close(log);
	return true;
}

bool sandbox_enter(void)
{
	const rlim_t mib = 1024 * 1024;

	/* One heap: the allocator need not ask for the number of processors, and its reserve counts against the limit once. */
	mallopt(M_ARENA_MAX, 1);
	signal(SIGXFSZ, SIG_IGN);     /* a full output is an error of write(2) */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if (!sandbox_limit(RLIMIT_CORE, 0) || !sandbox_limit(RLIMIT_FSIZE, FILE_MIB * mib) || !sandbox_limit(RLIMIT_NOFILE, FILES))
		return false;
	if (!WALLS)
		return true;
	/* RLIMIT_NPROC counts the threads of everyone with our user id, so it cannot bound ours; the filter admits no process, and
	 * the address space bounds the threads. */
	return sandbox_limit(RLIMIT_AS, ADDRESS_SPACE_MIB * mib) && filter_silently();
}

void sandbox_clock(uint32_t s)
{
	struct rusage used;
	struct rlimit cpu;

	alarm(s);
	if (getrlimit(RLIMIT_CPU, &cpu) != 0)
		return;
	cpu.rlim_cur = cpu.rlim_max;
	if (s && getrusage(RUSAGE_SELF, &used) == 0)
		cpu.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + s + 1;
	setrlimit(RLIMIT_CPU, &cpu);
}
