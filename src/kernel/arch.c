/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of architectures. */
#include "kernel/arch.h"

static const struct arch *const arches[] = {
	&arch_x86_64,
	NULL,
};

const struct arch *arch_find(const struct vmcoreinfo *info)
{
	for (size_t i = 0; arches[i]; i++)
		if (arches[i]->recognise(info))
			return arches[i];
	return NULL;
}
