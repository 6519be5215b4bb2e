// SPDX-License-Identifier: GPL-2.0-or-later
/* Comes and goes. */
#include "common.h"

static int __init begin(void)
{
	void *page = kmalloc(PAGE_SIZE, GFP_KERNEL);

	kfree(page);
	return page ? 0 : -ENOMEM;
}
module_init(begin);

static void __exit end(void)
{
}
module_exit(end);
