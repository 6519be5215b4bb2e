/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every module of a way begins with. names.h comes last: it redefines plain words. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "names.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("hangs this machine on purpose");

/* The insmod that starts a way must be able to end before the machine hangs. */
#define HEAD_START_MS 1000

static inline int start_task(int (*run)(void *), void *data, const char *name)
{
	return PTR_ERR_OR_ZERO(kthread_run(run, data, "%s", name));
}
