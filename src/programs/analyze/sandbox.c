/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits, Landlock, seccomp: what each leaves is for the next one to take. */
#include "programs/analyze/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/units.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

static bool limit(int which, unsigned long value, const char *name, struct dint_error *err)
{
	struct rlimit limit = {value, value}, now;

	if (getrlimit(which, &now) == 0 && now.rlim_max < value)
		limit.rlim_cur = limit.rlim_max = now.rlim_max;
	if (setrlimit((__rlimit_resource_t)which, &limit) < 0)
		return dint_fail_errno(err, "limit on %s", name);
	return true;
}

static bool bound(unsigned wall_seconds, unsigned cpu_seconds, unsigned long file_bytes,
		  struct dint_error *err)
{
	alarm(wall_seconds);
	return limit(RLIMIT_CPU, cpu_seconds, "CPU time", err) &&
	       limit(RLIMIT_FSIZE, file_bytes, "file size", err);
}

static bool set_limits(enum sandbox_bounds bounds, struct dint_error *err)
{
	if (!limit(RLIMIT_CORE, 0, "core files", err))
		return false;
	if (bounds == SANDBOX_ANSWERS &&
	    !bound(SANDBOX_WALL_SECONDS, SANDBOX_CPU_SECONDS, SANDBOX_FILE_BYTES, err))
		return false;
	if (bounds == SANDBOX_UNPACKS &&
	    !bound(SANDBOX_UNPACK_SECONDS, SANDBOX_UNPACK_SECONDS, SANDBOX_UNPACK_BYTES, err))
		return false;
	/* the sanitizers' shadow memory is data, and their reports need descriptors */
	return SANITIZED || (limit(RLIMIT_DATA, SANDBOX_DATA_BYTES, "memory", err) &&
			     limit(RLIMIT_NOFILE, 0, "descriptors", err));
}

static int by_number(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

/* Closes what lies between the descriptors to keep, and behind the last. */
static bool close_others(const int *keep, size_t n, struct dint_error *err)
{
	int sorted[SANDBOX_KEEP_MAX];
	unsigned from = 3;

	if (n > SANDBOX_KEEP_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "%zu files, the most is %d", n,
				 SANDBOX_KEEP_MAX);
	for (size_t i = 0; i < n; i++)
		sorted[i] = keep[i];
	qsort(sorted, n, sizeof(*sorted), by_number);
	for (size_t i = 0; i < n; i++) {
		unsigned fd = (unsigned)sorted[i];

		if (fd < from)
			continue;
		if (fd > from && close_range(from, fd - 1, 0) < 0)
			return dint_fail_errno(err, "closing descriptors");
		from = fd + 1;
	}
	if (close_range(from, ~0U, 0) < 0)
		return dint_fail_errno(err, "closing descriptors");
	return true;
}

/* No path can be reached any more; a kernel without Landlock has seccomp still. */
static void landlock(void)
{
	struct landlock_ruleset_attr rules = {
		.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
	};
	CLEANUP(close_fd)
	int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);

	if (fd >= 0)
		syscall(SYS_landlock_restrict_self, fd, 0);
}

static void filter_done(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

static bool add_rules(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(filter, action, calls[i], 0) < 0)
			return false;
	return true;
}

/* What reading a mapped file, allocating, writing and ending take. */
static bool allow_needed(scmp_filter_ctx filter)
{
	static const int calls[] = {
		SCMP_SYS(read),
		SCMP_SYS(pread64),
		SCMP_SYS(write),
		SCMP_SYS(writev),
		SCMP_SYS(lseek),
		SCMP_SYS(fstat),
		SCMP_SYS(newfstatat),
		SCMP_SYS(close),
		SCMP_SYS(munmap),
		SCMP_SYS(mremap),
		SCMP_SYS(madvise),
		SCMP_SYS(brk),
		SCMP_SYS(futex),
		SCMP_SYS(exit),
		SCMP_SYS(exit_group),
		SCMP_SYS(rt_sigreturn),
		SCMP_SYS(rt_sigprocmask),
		SCMP_SYS(clock_gettime),
		SCMP_SYS(getrandom),
		SCMP_SYS(restart_syscall),
		SCMP_SYS(gettid),
		SCMP_SYS(getpid),
		SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
		SCMP_SYS(rseq),
		SCMP_SYS(set_robust_list),   /* a thread that begins */
		SCMP_SYS(sched_getaffinity), /* malloc, for a thread's own heap */
		SCMP_SYS(rt_sigaction),	     /* pthread_create, for cancelling */
	};
	struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	struct scmp_arg_cmp get_flags = SCMP_A1(SCMP_CMP_EQ, F_GETFL);
	struct scmp_arg_cmp get_fd_flags = SCMP_A1(SCMP_CMP_EQ, F_GETFD); /* libelf asks */
	struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());

	struct scmp_arg_cmp thread =
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);

	/* threads: clone3 hides its flags behind a pointer, and glibc takes clone where there is
	 * none. abort() signals itself. */
	return add_rules(filter, SCMP_ACT_ALLOW, calls, ARRAY_SIZE(calls)) &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, get_flags) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, get_fd_flags) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	       /* libdw asks for the name of its file, and does without */
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(readlink), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self) == 0;
}

static bool forbid_dangerous(scmp_filter_ctx filter)
{
	static const int calls[] = {
		SCMP_SYS(execve),   SCMP_SYS(execveat), SCMP_SYS(socket),   SCMP_SYS(connect),
		SCMP_SYS(creat),    SCMP_SYS(unlink),	SCMP_SYS(unlinkat), SCMP_SYS(rename),
		SCMP_SYS(renameat), SCMP_SYS(mkdir),	SCMP_SYS(symlink),  SCMP_SYS(link),
		SCMP_SYS(mount),    SCMP_SYS(chmod),	SCMP_SYS(chown),
	};

	return add_rules(filter, SCMP_ACT_KILL_PROCESS, calls, ARRAY_SIZE(calls));
}

static bool seccomp(struct dint_error *err)
{
	CLEANUP(filter_done)
	scmp_filter_ctx filter = seccomp_init(SANITIZED ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);

	if (!filter)
		return dint_fail(err, DINT_SYSTEM, "seccomp: out of memory");
	if (SANITIZED ? !forbid_dangerous(filter) : !allow_needed(filter))
		return dint_fail(err, DINT_SYSTEM, "seccomp: the rules cannot be made");

	int failed = seccomp_load(filter);

	if (failed < 0) {
		errno = -failed;
		return dint_fail_errno(err, "seccomp");
	}
	return true;
}

bool sandbox_is_lenient(void)
{
	return SANITIZED;
}

bool sandbox_enter(const int *keep, size_t n, enum sandbox_bounds bounds, struct dint_error *err)
{
	if (!close_others(keep, n, err))
		return dint_within(err, "sandbox");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return dint_fail_errno(err, "sandbox: no new privileges");
	if (!SANITIZED) { /* the leak check at the end traces the process and reads /proc */
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		landlock();
	}
	if (!set_limits(bounds, err) || !seccomp(err))
		return dint_within(err, "sandbox");
	return true;
}
