/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracers put the address of a trampoline in place of a return address, and keep the real one with
 * the task:
 *
 *	function graph tracer	task->ret_stack, entries that name the place on the stack
 *	kretprobe		task->rethooks (6.0), before that task->kretprobe_instances
 */
#pragma once
#include "kernel/types.h"

#define STACK_RETURN_NODES_MAX 4096 /* of one task: no stack holds more calls */

struct stack_return {
	const struct kernel *kernel; /* borrowed */
	kva_t graph, probe;	     /* the trampolines; 0: none */
	struct member graph_stack, graph_ret, graph_place;
	struct member nodes, node_link, node_return, node_frame;
};

/* What is not there stays zero: then there are no such trampolines. */
void stack_return_open(const struct kernel *kernel, struct stack_return *returns);
/* Where *ip, found on the stack at slot, is a trampoline: the address that it stands for, if the
 * task has it. */
bool stack_return_real(const struct stack_return *returns, kva_t task, kva_t slot, kva_t *ip);
