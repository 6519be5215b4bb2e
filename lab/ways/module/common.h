/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every module of a way begins with. names.h comes last: it redefines plain words. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "names.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("hangs this machine on purpose");

/* The insmod that starts a way must be able to end before the machine hangs. */
#define HEAD_START_MS 1000

/* A function with a frame and a place of its own: neither inlined, nor cloned, nor (where another
 * has the same code) merged with that one. */
#define distinct noinline __attribute__((noipa))

static inline int start_task(int (*run)(void *), void *data, const char *name)
{
	return PTR_ERR_OR_ZERO(kthread_run(run, data, "%s", name));
}

/* On one CPU and no other. */
static inline int __maybe_unused start_task_on(unsigned int cpu, int (*run)(void *),
					       const char *name)
{
	struct task_struct *task = kthread_create(run, NULL, "%s", name);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu);
	wake_up_process(task);
	return 0;
}

static inline int __maybe_unused start_bystanders(int (*run)(void *), int count)
{
	int failed = 0;

	for (int i = 0; i < count && !failed; i++)
		failed = PTR_ERR_OR_ZERO(kthread_run(run, NULL, NAME_BYSTANDER, i));
	return failed;
}
