/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What depends on the processor's architecture.
 *
 * To add an architecture:
 *   1. write kernel/arch_<name>.c, ending in one `const struct arch`;
 *   2. list it in kernel/arch.c;
 *   3. its registers go into registers.h, its step beside unwind_x86_64.c;
 *   4. tests/unit/kernel/ has cases for each of these; the lab wants a guest of it.
 */
#pragma once
#include "kernel/kernel.h"
#include "kernel/unwind.h"

struct arch {
	const char *name; /* utsname.machine */
	/* Whether VMCOREINFO is of such a kernel: it has what only they have. */
	bool (*recognise)(const struct vmcoreinfo *info);
	/* Proves the page tables (paging.h). */
	bool (*paging_open)(struct dump *dump, const struct vmcoreinfo *info, kva_t known,
			    struct paging *paging, struct dint_error *err);
	const struct unwind_arch *unwind;
	/* The names of registers, n_registers of them, by index. */
	const char *const *register_names;
	unsigned n_registers;
	/* Notes of a CPU's registers; cpu_base: what QEMU's says of per-CPU memory, 0 where not. */
	bool (*prstatus)(struct cursor *c, struct registers *r, uint32_t *pid);
	bool (*qemu)(struct cursor *c, struct registers *r, uint64_t *cpu_base);
	/* Of a task that is switched out, whose saved stack pointer is known. */
	bool (*switched)(const struct kernel *kernel, kva_t sp, struct registers *r,
			 struct dint_error *err);
	/* What an interrupt or exception saved: struct pt_regs. */
	bool (*saved)(struct cursor *c, struct registers *r);
	size_t saved_bytes;
	/* The stacks that a CPU has besides its task's. What cannot be found is left out. */
	void (*cpu_stacks)(const struct kernel *kernel, unsigned cpu, struct stack_areas *areas);
	/* Where a first function of a new task begins: its address is exact. NULL-terminated. */
	const char *const *first_functions;
};

extern const struct arch arch_x86_64;

/* The architecture that recognises VMCOREINFO; NULL: none that we read. kernel_arch has a kernel's.
 */
const struct arch *arch_find(const struct vmcoreinfo *info);
