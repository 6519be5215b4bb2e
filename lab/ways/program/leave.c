// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leave PID STATUS: makes another process call exit_group(STATUS), also one that no signal can end.
 * The process must sleep in a system call: its instruction is entered again, as another call.
 */
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#define SYSCALL_BYTES 2 /* of the instruction */

int main(int argc, char **argv)
{
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	struct user_regs_struct regs;
	int status;

	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0 || waitpid(pid, &status, __WALL) != pid ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0 || (long)regs.orig_rax < 0)
		return 1;
	regs.rip -= SYSCALL_BYTES;
	regs.rax = SYS_exit_group;
	regs.orig_rax = -1UL; /* no system call to restart */
	regs.rdi = (unsigned long)atoi(argv[2]);
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) < 0)
		return 1;
	return ptrace(PTRACE_DETACH, pid, NULL, NULL) < 0;
}
