/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step by frame pointers. At bp stands the caller's bp, above it the return address:
 *
 *	bp ->	caller's bp		an odd one: a struct pt_regs is at bp - 1
 *		return address
 *
 * Who was interrupted may have no frame of its own: before its "push %rbp", after its "pop", or
 * because gcc makes frames only on those ways through a function that call something. Then bp is
 * still the caller's, and the return address is what the stack pointer points to. Which it is the
 * code before the return address tells: it called this function, or another one.
 */
#include <inttypes.h>

#include "kernel/unwind_code_x86_64.h"
#include "kernel/unwind_x86_64.h"

#define ODD_IS_REGISTERS 1

/* Where the return address of what was interrupted is, when it is not above bp; 0: it is there. */
static kva_t leaf_slot(const struct unwind *unwind)
{
	const struct unwind_source *source = unwind->source;
	const struct registers *r = &unwind->registers;
	kva_t ip = r->value[X86_IP], sp = r->value[X86_SP], bp = r->value[X86_BP], function = 0;
	uint64_t at_sp = 0, at_bp = 0;

	if (!source->function(source->own, ip, &function))
		return 0;
	int pushed = code_x86_pushed(unwind, function, ip);

	if (pushed >= 0)
		return sp + 8 * (kva_t)pushed;
	if (code_x86_leaving(unwind, ip))
		return sp;
	if (!unwind_word(unwind, sp, &at_sp))
		return 0;
	enum caller leaf = code_x86_caller(unwind, at_sp, function), framed = CALLER_NONE;

	if (!(bp & ODD_IS_REGISTERS) && unwind_word(unwind, bp + 8, &at_bp))
		framed = code_x86_caller(unwind, at_bp, function);
	return leaf > framed && leaf >= CALLER_MAYBE ? sp : 0;
}

/* In bp an odd number; else where the caller's is and the return address above it. */
static enum unwind_result step_frame(struct unwind *unwind)
{
	kva_t bp = unwind->registers.value[X86_BP], sp = unwind->registers.value[X86_SP];
	uint64_t next = 0;

	if (bp & ODD_IS_REGISTERS)
		return unwind_x86_registers(unwind, bp & ~(kva_t)ODD_IS_REGISTERS);
	if (bp & 7)
		return unwind_lost(unwind, "0x%" PRIx64 " is no frame pointer", bp);
	if (!unwind_word(unwind, bp, &next))
		return unwind_lost(unwind, "the frame at 0x%" PRIx64 " cannot be read", bp);
	if (bp + 8 < sp &&
	    stack_of(&unwind->source->areas, bp) == stack_of(&unwind->source->areas, sp))
		return unwind_lost(unwind, "the frame at 0x%" PRIx64 " lies behind us", bp);
	enum unwind_result result = unwind_x86_return(unwind, bp + 8);

	registers_set(&unwind->registers, X86_BP, next);
	return result;
}

/* bp is 0 where the entry code called: on a system call's stack lie the registers of user space. */
static enum unwind_result step_entry(struct unwind *unwind)
{
	kva_t sp = unwind->registers.value[X86_SP];
	struct unwind there = *unwind;

	if (unwind_x86_registers(&there, sp) == UNWIND_FRAME &&
	    registers_x86_user(&there.registers) && there.registers.value[X86_IP]) {
		*unwind = there;
		return UNWIND_FRAME;
	}
	return UNWIND_END;
}

enum unwind_result frame_pointer_x86_64(struct unwind *unwind)
{
	kva_t slot = 0;

	if (!registers_know(&unwind->registers, X86_BP))
		return unwind_lost(unwind, "no frame pointer is known");
	if (unwind->exact)
		slot = leaf_slot(unwind);
	if (slot)
		return unwind_x86_return(unwind, slot);
	if (unwind->registers.value[X86_BP] == 0)
		return step_entry(unwind);
	return step_frame(unwind);
}
