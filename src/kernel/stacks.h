/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stacks of a kernel's tasks and CPUs. One struct stacks is for one thread of execution: it
 * keeps what it has looked up.
 */
#pragma once
#include "kernel/cpus.h"
#include "kernel/symbols.h"
#include "kernel/tasks.h"

struct stack {
	struct frame *frames; /* the innermost first */
	size_t n;
	enum unwind_result end; /* UNWIND_END: it is whole */
	char why[128];		/* where it is not */
};

/* Where a CPU was before the panic stopped it (stack_place.c). */
struct stack_place {
	size_t at;		    /* the frame; n of the stack where the stop is all there is */
	bool stopped;		    /* there are frames of the stop above it */
	bool in_interrupt;	    /* something else had been interrupted there */
	enum interrupts interrupts; /* at that place */
};

struct stacks;

/* CPUs and tasks stay the caller's and must outlive the result. A kernel without ORC is walked by
 * frame pointers. */
struct stacks *stacks_new(const struct kernel *kernel, const struct cpus *cpus,
			  const struct tasks *tasks);
void stacks_free(struct stacks *stacks);
DEFINE_CLEANUP(stacks_free, struct stacks *)
/* What unwinding goes by: "ORC", "frame pointers". */
const char *stacks_method(const struct stacks *stacks);

/* A task's stack: from its CPU's registers while it runs there. Frames live until the next call.
 * What cannot be walked is told in stack->end and why; never fails otherwise. */
void stacks_of_task(struct stacks *stacks, const struct task *task, struct stack *stack);
/* A CPU's stack; task: the one that it is on, NULL where that is not known. */
void stacks_of_cpu(struct stacks *stacks, const struct cpu *cpu, const struct task *task,
		   struct stack *stack);

void stacks_place(struct stacks *stacks, const struct stack *stack, struct stack_place *place);

/* The name of a frame; false: none (user space, or nothing known). */
bool stacks_symbol(struct stacks *stacks, const struct frame *frame, struct symbol *symbol);
