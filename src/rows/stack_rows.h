/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks as rows, and what walking them takes. The report has the same rows. */
#pragma once
#include "base/buffer.h"
#include "kernel/stacks.h"
#include "json/writer.h"

/* What is needed to walk all stacks of a kernel. */
struct stack_rows {
	const struct kernel *kernel; /* borrowed */
	struct cpus *cpus;
	struct tasks *tasks;
	struct stacks *stacks;
	bool brief;	    /* text without the registers that interrupts saved */
	uint64_t lost;	    /* stacks that could not be walked to their end */
	char why_lost[192]; /* the first of them */
};

bool stack_rows_open(const struct kernel *kernel, struct stack_rows *rows, struct dint_error *err);
void stack_rows_done(struct stack_rows *rows);

/* [{address, symbol, offset, module}, …], the innermost frame first. */
void stack_rows_put(struct stack_rows *rows, struct json_writer *w, const char *key,
		    const struct stack *stack);
/* Where in that list a frame of the stack begins: functions that were inlined come before it. */
size_t stack_rows_index(struct stack_rows *rows, const struct stack *stack, size_t frame);
/* {pid, tgid, comm, state, raw_state, cpu, on_cpu}, and its stack, unless that is NULL. */
void stack_rows_put_task(struct stack_rows *rows, struct json_writer *w, const struct task *task,
			 const struct stack *stack);
/* {cpu, pid, comm, interrupts, stack} */
void stack_rows_put_cpu(struct stack_rows *rows, struct json_writer *w, const struct cpu *cpu);

/* As text, a line a frame, in the manner of crash:
 *
 *	 #0 [ffffb0a0c0a3bd28] __schedule+0x2bd at ffffffffaac5271d
 *	 #1 [ffffb0a0c0a3bdd0] vlink_feed_bay+0x12 at ffffffffc0a01234 [vlink]
 */
void stack_rows_add(struct stack_rows *rows, struct buffer *to, const struct stack *stack);
/* PID: 1234   TASK: ffff9d5f43a2c000  CPU: 0   COMMAND: "bash" */
void stack_rows_add_task(struct buffer *to, const struct task *task);
/* The same of the task that a CPU was on, and its stack. */
void stack_rows_add_cpu(struct stack_rows *rows, struct buffer *to, const struct cpu *cpu);

/* "on", "off"; NULL: not known. */
const char *stack_rows_interrupts(enum interrupts interrupts);
/* The task that a CPU was on; false where that is not known. */
bool stack_rows_current(struct stack_rows *rows, const struct cpu *cpu, struct task *task);
/* A task's stack; one that is not whole is counted. */
void stack_rows_walk(struct stack_rows *rows, const struct task *task, struct stack *stack);
/* Warns of lists that broke off, and of stacks that are not whole. */
void stack_rows_warn(const struct stack_rows *rows, struct buffer *warnings);
