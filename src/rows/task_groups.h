/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks that many tasks share, each once: what a machine with thousands of threads waits for. */
#pragma once
#include "rows/rows.h"
#include "rows/stack_rows.h"

/* The stack that most tasks have comes first. As JSON a list of {stack, tasks}; a task is {pid,
 * tgid, comm, state, raw_state, cpu, on_cpu}. */
bool task_groups_write(struct stack_rows *rows, bool json, struct rows_out *out,
		       struct dint_error *err);
