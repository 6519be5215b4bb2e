/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stacks that a CPU can be on, so that a walk knows where it is:
 *
 *	(NMI, #DF, #MC, #DB, #VC) -> interrupts -> the task's -> entry
 *
 * A walk leaves each for good: whoever comes back to one is lost.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/units.h"

#define STACK_AREAS_MAX 12

struct stack_area {
	const char *name; /* "task", "irq", "NMI" …; a literal */
	kva_t start, end;
};

struct stack_areas {
	struct stack_area items[STACK_AREAS_MAX];
	size_t n; /* 0: not known, any address will do */
};

/* One more than fits, or an empty one, is dropped. */
void stack_add(struct stack_areas *areas, const char *name, kva_t start, kva_t end);
/* The index of the area that a stack pointer is in, its end included (everything is popped there);
 * -1: none. */
int stack_of(const struct stack_areas *areas, kva_t sp);
