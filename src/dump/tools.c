/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading libraries by what a first look at the dump shows. */
#include "dump/tools.h"

#include "dump/peek.h"

bool dump_tools_take(const int *fds, size_t n, struct dump_tools *tools, struct dint_error *err)
{
	*tools = (struct dump_tools){.container.spool_fd = -1};
	for (size_t i = 0; i < n; i++) {
		struct peek peek = dump_peek(fds[i]);

		codecs_load(&tools->codecs, peek.codecs);
		if (peek.container && !container_prepare(&tools->container, err))
			return false;
	}
	return true;
}

void dump_tools_done(struct dump_tools *tools)
{
	codecs_unload(&tools->codecs);
	container_done(&tools->container);
}
