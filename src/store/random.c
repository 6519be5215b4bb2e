/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/random_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_fill(void *to, size_t n)
{
	ssize_t got;

	do
		got = getrandom(to, n, 0);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)n)
		abort(); /* a kernel without randomness: an id that is not unique would be worse */
}
