/* SPDX-License-Identifier: MIT */
/* Counts the fault points passed and dies at the one that the environment names. */
#include "base/fault.h"

#ifdef DINT_FAULT_POINTS
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	char line[128];
	int length = snprintf(line, sizeof(line), "%s\n", name);

	if (fd < 0 || write(fd, line, length) != length)
		abort();
	close(fd);
}

void fault_point(const char *name)
{
	static _Atomic long passed;
	const char *log = getenv("DINT_FAULT_LOG");
	const char *fatal = getenv("DINT_FAULT");
	const char *from = getenv("DINT_FAULT_FROM");
	long now;

	if (log)
		note(log, name);
	if (from && !atomic_load(&passed) && strcmp(from, name) != 0)
		return;
	now = atomic_fetch_add(&passed, 1) + 1;
	if (fatal && now == atol(fatal))
		kill(getpid(), SIGKILL);
}
#else
typedef int fault_points_are_off;
#endif
