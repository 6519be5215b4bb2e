/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After a panic every CPU sits in what stopped it. What it was doing before is below:
 *
 *	stop_this_cpu			panic
 *	__sysvec_reboot			nmi_panic
 *	asm_sysvec_reboot		asm_exc_nmi
 *	-> interrupted here		-> interrupted here
 */
#include <string.h>

#include "kernel/stacks.h"

#define STOP_FRAMES_MAX 40 /* a notifier's, panic's and the NMI's are some fifteen */

/* Whoever has one of these on its stack is in a panic, or was stopped by one. */
static const char *const stop_functions[] = {
	"panic",
	"vpanic",
	"nmi_panic",
	"__crash_kexec",
	"crash_kexec",
	"oops_end",
	"die",
	"stop_this_cpu",
	"__sysvec_reboot",
	"sysvec_reboot",
	"smp_reboot_interrupt",
	"smp_stop_nmi_callback",
	"crash_nmi_callback",
	"kdump_nmi_callback",
	"panic_smp_self_stop",
	"nmi_panic_self_stop",
};

static bool is_stop(struct stacks *stacks, const struct frame *frame)
{
	struct symbol symbol;

	if (!stacks_symbol(stacks, frame, &symbol) || symbol.module)
		return false;
	size_t n = symbol_stem(symbol.name);

	for (size_t i = 0; i < ARRAY_SIZE(stop_functions); i++)
		if (strncmp(symbol.name, stop_functions[i], n) == 0 && !stop_functions[i][n])
			return true;
	return false;
}

static bool interrupted_from(const struct stack *stack, size_t from)
{
	for (size_t i = from; i < stack->n; i++)
		if (stack->frames[i].exact)
			return true;
	return false;
}

void stacks_place(struct stacks *stacks, const struct stack *stack, struct stack_place *place)
{
	size_t at = 0, most = stack->n < STOP_FRAMES_MAX ? stack->n : STOP_FRAMES_MAX;

	*place = (struct stack_place){0};
	for (size_t i = 0; i < most; i++)
		if (is_stop(stacks, &stack->frames[i]))
			at = i + 1;
	place->stopped = at > 0;
	/* who panics of its own accord was not interrupted */
	if (at > 0 && interrupted_from(stack, at))
		while (!stack->frames[at].exact)
			at++;
	place->at = at;
	place->interrupts = at < stack->n ? stack->frames[at].interrupts : INTERRUPTS_UNKNOWN;
	place->in_interrupt = interrupted_from(stack, at + 1);
}
