/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/self/exe's folder first, so that a build runs in place; then where packages put it, then
 * PATH. */
#include "programs/beside.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

char *beside_program(const char *name)
{
	CLEANUP(free_ptr) char *installed = NULL;
	char own[PATH_MAX] = "";
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash = length > 0 ? strrchr(own, '/') : NULL;

	if (slash) {
		CLEANUP(free_ptr) char *path = NULL;

		*slash = '\0';
		path = xasprintf("%s/%s", own, name);
		if (!access(path, X_OK))
			return TAKE(path);
	}
	installed = xasprintf(DINT_LIBEXECDIR "/%s", name);
	return access(installed, X_OK) ? xstrdup(name) : TAKE(installed);
}
