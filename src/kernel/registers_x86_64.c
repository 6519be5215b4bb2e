/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The forms in which x86-64 registers are left behind. */
#include "kernel/registers.h"

#include "base/units.h"

/* struct elf_prstatus (include/linux/elfcore.h): the pid and user_regs_struct in it. */
#define PRSTATUS_PID  32
#define PRSTATUS_REGS 112

/* QEMUCPUState (target/i386/arch_dump.c): version, size, 18 registers, 10 segments, cr0 to cr4, and
 * in newer ones kernel_gs_base. */
#define QEMU_SEGMENTS	    10
#define QEMU_CS		    0
#define QEMU_GS		    4
#define QEMU_SS		    5
#define QEMU_CONTROL	    5
#define QEMU_KERNEL_GS_BASE (8 + 18 * 8 + QEMU_SEGMENTS * 24 + QEMU_CONTROL * 8)

/* With FRED (Linux 6.9, "x86/ptrace: Add FRED additional information to the pt_regs structure") the
 * upper bits of these words hold other things. */
static void mask_segments(struct registers *r)
{
	r->value[X86_CS] &= 0xffff;
	r->value[X86_SS] &= 0xffff;
}

bool registers_x86_pt_regs(struct cursor *c, struct registers *r)
{
	struct registers found = {0};

	for (unsigned i = 0; i < X86_REGISTERS; i++)
		registers_set(&found, i, cursor_u64(c));
	if (!cursor_ok(c))
		return false;
	mask_segments(&found);
	*r = found;
	return true;
}

bool registers_x86_iret(struct cursor *c, struct registers *r)
{
	struct registers found = *r;

	for (unsigned i = X86_IP; i < X86_REGISTERS; i++)
		registers_set(&found, i, cursor_u64(c));
	if (!cursor_ok(c))
		return false;
	mask_segments(&found);
	*r = found;
	return true;
}

bool registers_x86_prstatus(struct cursor *c, struct registers *r, uint32_t *pid)
{
	size_t start = c->at;

	cursor_seek(c, start + PRSTATUS_PID);
	uint32_t found = cursor_u32(c);

	cursor_seek(c, start + PRSTATUS_REGS);
	if (!registers_x86_pt_regs(c, r))
		return false;
	*pid = found;
	return true;
}

/* selector, limit, flags, pad, base */
static void qemu_segment(struct cursor *c, uint64_t *selector, uint64_t *base)
{
	*selector = cursor_u32(c);
	cursor_skip(c, 12);
	*base = cursor_u64(c);
}

bool registers_x86_qemu(struct cursor *c, struct registers *r, uint64_t *gs_base)
{
	static const uint8_t order[] = {X86_AX,	 X86_BX,  X86_CX,  X86_DX,  X86_SI,  X86_DI,
					X86_SP,	 X86_BP,  X86_R8,  X86_R9,  X86_R10, X86_R11,
					X86_R12, X86_R13, X86_R14, X86_R15, X86_IP,  X86_FLAGS};
	size_t start = c->at;
	struct registers found = {0};
	uint64_t selectors[QEMU_SEGMENTS], bases[QEMU_SEGMENTS];
	uint64_t kernel_gs = 0;

	cursor_skip(c, 4); /* version */
	uint32_t size = cursor_u32(c);

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		registers_set(&found, order[i], cursor_u64(c));
	for (unsigned i = 0; i < QEMU_SEGMENTS; i++)
		qemu_segment(c, &selectors[i], &bases[i]);
	if (size >= QEMU_KERNEL_GS_BASE + 8) {
		cursor_seek(c, start + QEMU_KERNEL_GS_BASE);
		kernel_gs = cursor_u64(c);
	}
	if (!cursor_ok(c))
		return false;
	registers_set(&found, X86_CS, selectors[QEMU_CS]);
	registers_set(&found, X86_SS, selectors[QEMU_SS]);
	mask_segments(&found);
	*r = found;
	*gs_base = registers_x86_user(r) ? kernel_gs : bases[QEMU_GS];
	return true;
}

bool registers_x86_switched(struct cursor *c, uint64_t sp, struct registers *r)
{
	static const uint8_t order[] = {X86_R15, X86_R14, X86_R13, X86_R12, X86_BX, X86_BP, X86_IP};
	struct registers found = {0};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		registers_set(&found, order[i], cursor_u64(c));
	if (!cursor_ok(c))
		return false;
	registers_set(&found, X86_SP, sp + X86_SWITCH_FRAME_BYTES);
	*r = found;
	return true;
}
