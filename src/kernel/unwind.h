/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking a stack, from the innermost frame to the outermost: through calls, interrupts, exceptions
 * and from stack to stack, until user space or the task's first function.
 *
 *	struct unwind unwind;
 *	unwind_start(&unwind, &source, &registers, exact);
 *	while (unwind_next(&unwind, &frame) == UNWIND_FRAME)
 *		…
 *	if (unwind.result == UNWIND_LOST) … unwind.why …
 *
 * What is needed of the kernel comes through struct unwind_source, so that tests need no dump.
 *
 * To add a way to unwind: a step for it, called by an architecture's (unwind_x86_64.c).
 */
#pragma once
#include "base/error.h"
#include "kernel/orc.h"
#include "kernel/registers.h"
#include "kernel/stack.h"

#define UNWIND_FRAMES_MAX 1024 /* 16 KiB of stack hold no more calls; with NMI and interrupt */

enum unwind_result {
	UNWIND_FRAME,
	UNWIND_END,  /* the outermost frame was given */
	UNWIND_LOST, /* why says where the trail ends */
};

enum interrupts { INTERRUPTS_UNKNOWN, INTERRUPTS_ON, INTERRUPTS_OFF };

struct frame {
	kva_t ip;	    /* where it goes on, or was interrupted */
	kva_t sp, bp;	    /* its stack pointer; its frame pointer, 0 where that is not known */
	kva_t registers_at; /* the struct pt_regs that this frame is out of; 0: none */
	bool exact;	    /* ip is where it was, no return address */
	bool user;
	enum interrupts interrupts; /* when it was interrupted */
};

struct unwind_source {
	void *own; /* of the functions */
	orc_read *read;
	/* Where the function begins that an address is in; false: not known. */
	bool (*function)(void *own, kva_t ip, kva_t *start);
	bool (*is_text)(void *own, kva_t ip);
	/* Where ip is a trampoline put in place of a return address: the real one. May be NULL. */
	bool (*real_return)(void *own, kva_t slot, kva_t *ip);
	struct orc *orc; /* NULL: the kernel has frame pointers */
	struct stack_areas areas;
};

struct unwind;
/* From the registers of a frame to those of its caller. */
typedef enum unwind_result unwind_step(struct unwind *unwind);

/* An architecture's: which register is which, and its step. */
struct unwind_arch {
	unwind_step *step;
	bool (*is_user)(const struct registers *registers);
	enum interrupts (*interrupts)(const struct registers *registers);
	uint8_t ip, sp, bp;
};

struct unwind {
	const struct unwind_source *source;
	const struct unwind_arch *arch;
	struct registers registers;
	kva_t registers_at;
	bool exact;
	unsigned frames;
	int area;	  /* the stack it is on; -1: none that is known */
	uint32_t visited; /* bit i: has been on stack i */
	enum unwind_result result;
	char why[128];
};

/* exact: the registers are of where it was, not of where a call returns to. */
void unwind_start(struct unwind *unwind, const struct unwind_source *source,
		  const struct unwind_arch *arch, const struct registers *registers, bool exact);
enum unwind_result unwind_next(struct unwind *unwind, struct frame *frame);

/* For the steps: one that ends with words. */
enum unwind_result unwind_lost(struct unwind *unwind, const char *fmt, ...) PRINTF(2, 3);
bool unwind_word(const struct unwind *unwind, kva_t at, uint64_t *value);
/* Judges the way of the stack pointer: onwards, or to a stack where it has not been. */
enum unwind_result unwind_moved(struct unwind *unwind, kva_t before, kva_t now);
