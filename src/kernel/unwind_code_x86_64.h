/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the code itself tells of a stack, where no table does. */
#pragma once
#include "kernel/unwind.h"

enum caller {
	CALLER_NONE,	/* no address of code with a call before it */
	CALLER_OTHER,	/* called another function */
	CALLER_MAYBE,	/* an indirect call */
	CALLER_CERTAIN, /* called this function */
};

/* Who called, if what stands before a return address is a call. */
enum caller code_x86_caller(const struct unwind *unwind, kva_t back, kva_t function);

/* How many words the function has pushed at an address within its first instructions: 0, 1 (bp is
 * pushed, and still the caller's); -1: the prologue is behind. */
int code_x86_pushed(const struct unwind *unwind, kva_t function, kva_t ip);

/* Whether the frame of what was interrupted has been left already: "ret" comes next. */
bool code_x86_leaving(const struct unwind *unwind, kva_t ip);

/* The place on the stack that the return address of a function must be at, because the call before
 * it is one of the function; 0: not found. */
kva_t code_x86_find_caller(const struct unwind *unwind, kva_t function);

/* Which of the words that the function pushes first is bp, counted from 1; 0: it pushes no bp. */
unsigned code_x86_bp_pushed(const struct unwind *unwind, kva_t function);
