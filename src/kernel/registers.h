/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a CPU or of a task, as far as they are known. Which index means what is the
 * architecture's affair (kernel/arch.h); for x86-64 it is the order of struct pt_regs.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"

#define REGISTERS_MAX 40 /* x86-64 has 21, arm64 34 */

struct registers {
	uint64_t value[REGISTERS_MAX];
	uint64_t known; /* bit i: value[i] is known */
};

static inline void registers_set(struct registers *r, unsigned index, uint64_t value)
{
	r->value[index] = value;
	r->known |= (uint64_t)1 << index;
}

static inline bool registers_know(const struct registers *r, unsigned index)
{
	return r->known >> index & 1;
}

/* x86-64: struct pt_regs (arch/x86/include/asm/ptrace.h), the same from 5.4 to 7.3. */
enum x86_register {
	X86_R15,
	X86_R14,
	X86_R13,
	X86_R12,
	X86_BP,
	X86_BX,
	X86_R11,
	X86_R10,
	X86_R9,
	X86_R8,
	X86_AX,
	X86_CX,
	X86_DX,
	X86_SI,
	X86_DI,
	X86_ORIG_AX,
	X86_IP,
	X86_CS,
	X86_FLAGS,
	X86_SP,
	X86_SS,
	X86_REGISTERS,
};

#define X86_PT_REGS_BYTES      ((size_t)X86_REGISTERS * 8)
#define X86_IRET_BYTES	       40 /* ip, cs, flags, sp, ss: what the CPU pushes */
#define X86_FLAGS_INTERRUPTS   ((uint64_t)1 << 9)
#define X86_SWITCH_FRAME_BYTES 56 /* struct inactive_task_frame */

/* A struct pt_regs; false where the bytes end before it does. */
bool registers_x86_pt_regs(struct cursor *c, struct registers *r);
/* What the CPU pushed, put into r beside what is there. */
bool registers_x86_iret(struct cursor *c, struct registers *r);
/* The struct elf_prstatus of an NT_PRSTATUS note: its registers and pid. */
bool registers_x86_prstatus(struct cursor *c, struct registers *r, uint32_t *pid);
/* QEMU's note of one CPU (target/i386/arch_dump.c, QEMUCPUState). gs_base: what kernel code on
 * that CPU has in GS, the CPU's per-CPU offset (0 where the note has none). */
bool registers_x86_qemu(struct cursor *c, struct registers *r, uint64_t *gs_base);
/* A task that is switched out, from the struct inactive_task_frame at its saved sp. */
bool registers_x86_switched(struct cursor *c, uint64_t sp, struct registers *r);

/* Whether they are of user space; false where that is not known. A kernel thread has none, and all
 * of them are zero in its place. */
static inline bool registers_x86_user(const struct registers *r)
{
	return registers_know(r, X86_CS) &&
	       ((r->value[X86_CS] & 3) == 3 ||
		(r->value[X86_CS] == 0 && r->value[X86_IP] == 0 && r->value[X86_SP] == 0));
}
