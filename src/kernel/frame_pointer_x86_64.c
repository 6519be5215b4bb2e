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
#include "kernel/unwind_x86_64.h"

#include <inttypes.h>
#include <string.h>

#define CALL_BYTES_MAX	 7 /* before a return address */
#define CALL_DIRECT	 5 /* e8 and a relative address */
#define PROLOGUE_BYTES	 16
#define ODD_IS_REGISTERS 1

enum caller {
	CALLER_NONE,	/* no address of code with a call before it */
	CALLER_OTHER,	/* called another function */
	CALLER_MAYBE,	/* an indirect call */
	CALLER_CERTAIN, /* called this function */
};

/* The kernel's calls through a register or memory: ff /2, with what prefixes and operands there
 * are. */
static bool is_indirect_call(const uint8_t *end)
{
	for (unsigned n = 2; n <= CALL_BYTES_MAX; n++)
		if (end[-(int)n] == 0xff && (end[1 - (int)n] >> 3 & 7) == 2)
			return true;
	return false;
}

/* A thunk (arch/x86/lib/retpoline.S) jumps to what a register holds: "jmp *%reg", with a lfence
 * before it, or a return that it has made itself. */
static bool is_thunk(const struct unwind *unwind, kva_t at)
{
	static const struct {
		uint8_t n, bytes[5], mask;
	} starts[] = {
		{2, {0xff, 0xe0}, 0xf8},
		{3, {0x41, 0xff, 0xe0}, 0xf8},
		{5, {0x0f, 0xae, 0xe8, 0xff, 0xe0}, 0xf8},
		{4, {0x0f, 0xae, 0xe8, 0x41}, 0xff},
		{5, {0xe8, 0x01, 0x00, 0x00, 0x00}, 0xff},
	};
	uint8_t code[5];
	struct dint_error ignored;

	if (!unwind->source->read(unwind->source->own, at, code, sizeof(code), &ignored))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		size_t last = starts[i].n - 1;

		if (memcmp(code, starts[i].bytes, last) == 0 &&
		    (code[last] & starts[i].mask) == starts[i].bytes[last])
			return true;
	}
	return false;
}

static enum caller judge_caller(const struct unwind *unwind, kva_t back, kva_t function)
{
	const struct unwind_source *source = unwind->source;
	uint8_t code[CALL_BYTES_MAX];
	struct cursor c = cursor_over(code, sizeof(code));
	struct dint_error ignored;

	if (!source->is_text(source->own, back - 1) ||
	    !source->read(source->own, back - sizeof(code), code, sizeof(code), &ignored))
		return CALLER_NONE;
	if (code[CALL_BYTES_MAX - CALL_DIRECT] == 0xe8) {
		cursor_seek(&c, CALL_BYTES_MAX - CALL_DIRECT + 1);
		kva_t called = back + (uint64_t)(int64_t)(int32_t)cursor_u32(&c), start = 0;

		if (called == function)
			return CALLER_CERTAIN;
		if (is_thunk(unwind, called))
			return CALLER_MAYBE;
		if (source->is_text(source->own, called))
			return source->function(source->own, called, &start) && start == function
				       ? CALLER_CERTAIN
				       : CALLER_OTHER;
	}
	return is_indirect_call(code + CALL_BYTES_MAX) ? CALLER_MAYBE : CALLER_NONE;
}

/* How many words the function has pushed at an address within its first instructions: 0, 1 (bp is
 * pushed, and still the caller's); -1: the prologue is behind. */
static int pushed_at(const struct unwind *unwind, kva_t function, kva_t ip)
{
	static const uint8_t endbr[] = {0xf3, 0x0f, 0x1e, 0xfa}, nop5[] = {0x0f, 0x1f, 0x44, 0x00};
	uint8_t code[PROLOGUE_BYTES];
	struct dint_error ignored;
	size_t at = 0;

	if (ip - function >= sizeof(code) ||
	    !unwind->source->read(unwind->source->own, function, code, sizeof(code), &ignored))
		return -1;
	if (memcmp(code, endbr, sizeof(endbr)) == 0)
		at += sizeof(endbr);
	if (memcmp(code + at, nop5, sizeof(nop5)) == 0 || code[at] == 0xe8)
		at += CALL_DIRECT; /* where ftrace calls */
	if (ip - function <= at)
		return 0;
	return code[at] == 0x55 && ip - function == at + 1 ? 1 : -1;
}

/* Whether the frame of what was interrupted has been left already: "ret", or the jump to the
 * return thunk, comes next. */
static bool is_leaving(const struct unwind *unwind, kva_t ip)
{
	uint8_t code = 0;
	struct dint_error ignored;

	return unwind->source->read(unwind->source->own, ip, &code, 1, &ignored) &&
	       (code == 0xc3 || code == 0xcb);
}

/* Where the return address of what was interrupted is, when it is not above bp; 0: it is there. */
static kva_t leaf_slot(const struct unwind *unwind)
{
	const struct unwind_source *source = unwind->source;
	const struct registers *r = &unwind->registers;
	kva_t ip = r->value[X86_IP], sp = r->value[X86_SP], bp = r->value[X86_BP], function = 0;
	uint64_t at_sp = 0, at_bp = 0;

	if (!source->function(source->own, ip, &function))
		return 0;
	int pushed = pushed_at(unwind, function, ip);

	if (pushed >= 0)
		return sp + 8 * (kva_t)pushed;
	if (is_leaving(unwind, ip))
		return sp;
	if (!unwind_word(unwind, sp, &at_sp))
		return 0;
	enum caller leaf = judge_caller(unwind, at_sp, function), framed = CALLER_NONE;

	if (!(bp & ODD_IS_REGISTERS) && unwind_word(unwind, bp + 8, &at_bp))
		framed = judge_caller(unwind, at_bp, function);
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
	    registers_x86_user(&there.registers)) {
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
