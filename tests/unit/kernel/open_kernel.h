/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel of a small dump, open. */
#pragma once
#include "../dumps.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "kernel/kernel.h"

#define TEXT 0xffffffff83000000 /* where the image of a small kernel begins */

struct open {
	int fd;
	struct dump *dump;
	struct kernel *kernel;
};

static inline void open_done(struct open *open)
{
	kernel_close(open->kernel);
	dump_close(open->dump);
	close_fd(&open->fd);
}

static inline void open_kernel(const char *name, struct open *open)
{
	struct dint_error err;

	*open = (struct open){.fd = open_small_dump(name)};
	assert_works(dump_open(open->fd, &open->dump, &err), &err);
	assert_works(kernel_open(open->dump, &open->kernel, &err), &err);
}
