/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of architectures. */
#include "kernel/arch.h"

#include <string.h>

static const struct arch *const arches[] = {
	&arch_x86_64,
	NULL,
};

const struct arch *arch_of(const struct kernel *kernel)
{
	for (size_t i = 0; arches[i]; i++)
		if (strcmp(kernel_uts(kernel)->machine, arches[i]->name) == 0)
			return arches[i];
	return NULL;
}
