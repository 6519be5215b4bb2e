/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A handful of ranges. */
#include "kernel/stack.h"

void stack_add(struct stack_areas *areas, const char *name, kva_t start, kva_t end)
{
	if (areas->n < STACK_AREAS_MAX && start < end)
		areas->items[areas->n++] = (struct stack_area){name, start, end};
}

int stack_of(const struct stack_areas *areas, kva_t sp)
{
	int at_end = -1;

	for (size_t i = 0; i < areas->n; i++) {
		if (sp >= areas->items[i].start && sp < areas->items[i].end)
			return (int)i;
		if (sp == areas->items[i].end)
			at_end = (int)i;
	}
	return at_end;
}
