/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The threads of a kernel: each group's leader in the list of init_task, each thread in its group's
 * list; and the idle tasks, one for each CPU, which are in no list.
 *
 *	while (tasks_next(tasks, &task))
 *		…
 *	if (tasks_gap(tasks)->code) … the list broke off, and says where …
 */
#pragma once
#include "kernel/kernel.h"
#include "kernel/types.h"

#define TASK_COMM_BYTES	 17		     /* TASK_COMM_LEN and a NUL */
#define TASK_BYTES_MAX	 32768		     /* of a task_struct; they have some 10,000 */
#define TASK_THREADS_MAX ((uint64_t)4 << 20) /* pid_max's highest value is 2^22 */

/* Bits of a task's state (include/linux/sched.h), macros and so in no BTF. */
#define TASK_STATE_INTERRUPTIBLE   0x1
#define TASK_STATE_UNINTERRUPTIBLE 0x2
#define TASK_STATE_WAKEKILL	   0x100
#define TASK_STATE_NOLOAD	   0x400
#define TASK_STATE_RTLOCK_WAIT	   0x1000 /* from 5.15 on */
#define TASK_STATE_FROZEN	   0x8000 /* from 6.1 on */
#define TASK_STATE_REPORT	   0x7f

/* Of its flags. */
#define TASK_FLAG_KTHREAD   0x00200000
#define TASK_FLAG_WQ_WORKER 0x00000020

struct task {
	kva_t address; /* of its task_struct */
	int32_t pid, tgid;
	char comm[TASK_COMM_BYTES]; /* bytes of a stranger */
	uint64_t state;		    /* raw: __state, in older kernels state */
	uint32_t exit_state, flags;
	char letter; /* of the state, by the kernel's own rule */
	uint32_t cpu;
	bool on_cpu, on_rq, is_idle;
	kva_t stack;		  /* its lowest address */
	uint64_t switches;	  /* voluntary and not */
	uint64_t last_arrival_ns; /* when it last got a CPU, on the scheduler's clock; 0: not known
				   */
	uint64_t exec_ns; /* when it last was seen to run, by its CPU\'s clock_task; 0: not known */
	bool damaged;	  /* part of its task_struct is not in the dump, and taken for zero */
};

struct tasks;

/* DINT_UNSUPPORTED where the kernel has no symbols or no types. */
bool tasks_open(const struct kernel *kernel, struct tasks **tasks, struct dint_error *err);
void tasks_close(struct tasks *tasks);
DEFINE_CLEANUP(tasks_close, struct tasks *)

/* The next thread; false at the end: idle tasks by CPU, then the groups in the order in which they
 * were made. */
bool tasks_next(struct tasks *tasks, struct task *task);
void tasks_rewind(struct tasks *tasks);
/* What of the lists could not be read; code 0: nothing. */
const struct dint_error *tasks_gap(const struct tasks *tasks);

/* The task with a pid; 0 is the idle task of CPU 0. DINT_NOT_FOUND: none. */
bool tasks_find(struct tasks *tasks, int32_t pid, struct task *task, struct dint_error *err);
/* The task of a task_struct. */
bool tasks_read(struct tasks *tasks, kva_t address, struct task *task, struct dint_error *err);
/* Where a task was switched out: its stack pointer, stale while it is on a CPU. It lies far from
 * all else in a task_struct, so it is read only when it is asked for. */
bool tasks_sp(const struct tasks *tasks, const struct task *task, kva_t *sp,
	      struct dint_error *err);
/* The bytes of a kernel stack: THREAD_SIZE. */
uint64_t tasks_stack_bytes(const struct tasks *tasks);

/* The letter of a state (fs/proc/array.c, task_state_array, and task_state_index). */
char task_letter(uint64_t state, uint32_t exit_state);
/* Whether it waits in a way that counts as blocked: uninterruptible, killable too, and neither idle
 * by intent nor frozen. */
bool task_is_blocked(const struct task *task);
