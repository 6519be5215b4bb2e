/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A step by ORC, as the kernel's own unwind_next_frame (arch/x86/kernel/unwind_orc.c) takes it. */
#include "kernel/unwind_x86_64.h"

#include <inttypes.h>

#include "kernel/unwind_code_x86_64.h"

/* What a register holds; false where that is not known. */
static bool value_of(const struct unwind *unwind, unsigned index, uint64_t *value)
{
	*value = unwind->registers.value[index];
	return registers_know(&unwind->registers, index);
}

enum unwind_result unwind_x86_registers(struct unwind *unwind, kva_t at)
{
	uint8_t bytes[X86_PT_REGS_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	kva_t before = unwind->registers.value[X86_SP];
	struct dint_error err;

	if (!unwind->source->read(unwind->source->own, at, bytes, sizeof(bytes), &err) ||
	    !registers_x86_pt_regs(&c, &unwind->registers))
		return unwind_lost(unwind, "registers at 0x%" PRIx64 " cannot be read", at);
	unwind->registers_at = at;
	unwind->exact = true;
	if (registers_x86_user(&unwind->registers))
		return UNWIND_FRAME;
	return unwind_moved(unwind, before, unwind->registers.value[X86_SP]);
}

static enum unwind_result step_iret(struct unwind *unwind, kva_t at)
{
	uint8_t bytes[X86_IRET_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	kva_t before = unwind->registers.value[X86_SP];
	struct dint_error err;

	if (!unwind->source->read(unwind->source->own, at, bytes, sizeof(bytes), &err) ||
	    !registers_x86_iret(&c, &unwind->registers))
		return unwind_lost(unwind,
				   "what an interrupt pushed at 0x%" PRIx64 " cannot be read", at);
	unwind->exact = true;
	if (registers_x86_user(&unwind->registers))
		return UNWIND_FRAME;
	return unwind_moved(unwind, before, unwind->registers.value[X86_SP]);
}

enum unwind_result unwind_x86_return(struct unwind *unwind, kva_t slot)
{
	const struct unwind_source *source = unwind->source;
	kva_t before = unwind->registers.value[X86_SP];
	uint64_t bp = unwind->registers.value[X86_BP], ip = 0;
	bool has_bp = registers_know(&unwind->registers, X86_BP);

	if (!unwind_word(unwind, slot, &ip))
		return unwind_lost(unwind, "the return address at 0x%" PRIx64 " cannot be read",
				   slot);
	if (source->real_return)
		source->real_return(source->own, slot, &ip);
	/* what a call leaves of the others is anybody's guess */
	unwind->registers = (struct registers){0};
	registers_set(&unwind->registers, X86_IP, ip);
	registers_set(&unwind->registers, X86_SP, slot + 8);
	if (has_bp)
		registers_set(&unwind->registers, X86_BP, bp);
	unwind->exact = false;
	return unwind_moved(unwind, before, slot + 8);
}

/* The stack pointer of the caller, before it called: ORC's anchor. */
static bool find_anchor(const struct unwind *unwind, const struct orc_entry *entry, kva_t *anchor)
{
	static const struct {
		uint8_t index;
		bool plus_offset, is_anchor;
	} places[] = {
		[ORC_REG_SP] = {X86_SP, true, true},
		[ORC_REG_BP] = {X86_BP, true, true},
		[ORC_REG_R10] = {X86_R10, false, true},
		[ORC_REG_R13] = {X86_R13, false, true},
		[ORC_REG_DI] = {X86_DI, false, true},
		[ORC_REG_DX] = {X86_DX, false, true},
		[ORC_REG_AX] = {X86_AX, false, true},
		[ORC_REG_SP_INDIRECT] = {X86_SP, false, true},
		[ORC_REG_BP_INDIRECT] = {X86_BP, true, true},
	};
	uint64_t offset = (uint64_t)(int64_t)entry->sp_offset, value = 0;

	if (entry->sp_reg >= ARRAY_SIZE(places) || !places[entry->sp_reg].is_anchor ||
	    !value_of(unwind, places[entry->sp_reg].index, &value))
		return false;
	if (places[entry->sp_reg].plus_offset)
		value += offset;
	switch (entry->sp_reg) {
	case ORC_REG_BP_INDIRECT:
		return unwind_word(unwind, value, anchor);
	case ORC_REG_SP_INDIRECT:
		/* a switch of stacks within a function, *(sp) + offset; until Linux 5.11
		 * registers behind a pointer, *(sp + offset) ("x86/unwind/orc: Change
		 * REG_SP_INDIRECT") */
		if (entry->type != ORC_TYPE_CALL)
			return unwind_word(unwind, value + offset, anchor);
		if (!unwind_word(unwind, value, anchor))
			return false;
		*anchor += offset;
		return true;
	default:
		*anchor = value;
		return true;
	}
}

/* The caller's frame pointer, found before the registers of this frame are lost. */
static bool find_bp(const struct unwind *unwind, const struct orc_entry *entry, kva_t anchor,
		    uint64_t *bp, bool *known)
{
	uint64_t offset = (uint64_t)(int64_t)entry->bp_offset, base = 0;

	*known = false;
	if (entry->bp_reg == ORC_REG_UNDEFINED)
		return true;
	if (entry->bp_reg == ORC_REG_PREV_SP)
		base = anchor;
	else if (entry->bp_reg != ORC_REG_BP || !value_of(unwind, X86_BP, &base))
		return false;
	*known = true;
	return unwind_word(unwind, base + offset, bp);
}

static enum unwind_result step_by(struct unwind *unwind, const struct orc_entry *entry)
{
	kva_t ip = unwind->registers.value[X86_IP], anchor = 0;
	enum unwind_result result;
	uint64_t bp = 0;
	bool has_bp = false;

	if (!find_anchor(unwind, entry, &anchor))
		return unwind_lost(unwind, "the frame of 0x%" PRIx64 " cannot be found", ip);
	if (!find_bp(unwind, entry, anchor, &bp, &has_bp))
		return unwind_lost(unwind, "the frame pointer of 0x%" PRIx64 " cannot be read", ip);
	switch (entry->type) {
	case ORC_TYPE_CALL:
		result = unwind_x86_return(unwind, anchor - 8);
		break;
	case ORC_TYPE_REGS:
		result = unwind_x86_registers(unwind, anchor);
		break;
	default:
		result = step_iret(unwind, anchor);
		break;
	}
	if (has_bp)
		registers_set(&unwind->registers, X86_BP, bp);
	unwind->exact = entry->signal;
	return result;
}

/* A call of what is no code: only the return address has been pushed. */
static bool called_nowhere(const struct unwind *unwind)
{
	kva_t ip = unwind->registers.value[X86_IP];
	uint64_t back = 0;

	return ip == 0 || (unwind->exact && !unwind->source->is_text(unwind->source->own, ip) &&
			   unwind_word(unwind, unwind->registers.value[X86_SP], &back) &&
			   unwind->source->is_text(unwind->source->own, back));
}

/* Without an entry, as __crash_kexec is on purpose (STACK_FRAME_NON_STANDARD): on its stack is the
 * return address of a call of it. */
static enum unwind_result step_by_code(struct unwind *unwind)
{
	const struct unwind_source *source = unwind->source;
	kva_t ip = unwind->registers.value[X86_IP], function = 0, slot = 0;
	uint64_t bp = 0;

	if (source->function(source->own, unwind->exact ? ip : ip - 1, &function))
		slot = code_x86_find_caller(unwind, function);
	if (!slot)
		return unwind_lost(unwind, "the unwind tables do not know 0x%" PRIx64, ip);
	unsigned pushed = code_x86_bp_pushed(unwind, function);
	bool has_bp = pushed && unwind_word(unwind, slot - 8 * pushed, &bp);
	enum unwind_result result = unwind_x86_return(unwind, slot);

	if (has_bp)
		registers_set(&unwind->registers, X86_BP, bp);
	return result;
}

static enum unwind_result step(struct unwind *unwind)
{
	kva_t ip = unwind->registers.value[X86_IP];
	struct orc_entry entry;

	if (called_nowhere(unwind))
		return unwind_x86_return(unwind, unwind->registers.value[X86_SP]);
	if (!unwind->source->orc ||
	    !orc_find(unwind->source->orc, unwind->exact ? ip : ip - 1, &entry))
		return frame_pointer_x86_64(unwind);
	if (entry.type == ORC_TYPE_UNDEFINED)
		return step_by_code(unwind);
	if (entry.type == ORC_TYPE_END)
		return UNWIND_END;
	return step_by(unwind, &entry);
}

static enum interrupts interrupts(const struct registers *r)
{
	if (!registers_know(r, X86_FLAGS))
		return INTERRUPTS_UNKNOWN;
	return r->value[X86_FLAGS] & X86_FLAGS_INTERRUPTS ? INTERRUPTS_ON : INTERRUPTS_OFF;
}

const struct unwind_arch unwind_x86_64 = {
	.step = step,
	.is_user = registers_x86_user,
	.interrupts = interrupts,
	.ip = X86_IP,
	.sp = X86_SP,
	.bp = X86_BP,
};
