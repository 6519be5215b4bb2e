/* SPDX-License-Identifier: GPL-2.0-or-later */
/* x86-64. */
#include "kernel/arch.h"
#include "kernel/percpu.h"
#include "kernel/symbols.h"
#include "kernel/types.h"
#include "kernel/unwind_x86_64.h"

#define IRQ_STACK_BYTES 16384 /* where BTF does not tell; KASAN doubles it */
#define PAGE_BYTES	4096

static const char *const names[] = {
	"r15", "r14", "r13", "r12", "rbp",	"rbx", "r11", "r10",	"r9",  "r8", "rax",
	"rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs",  "eflags", "rsp", "ss",
};

static bool recognise(const struct vmcoreinfo *info)
{
	return vmcoreinfo_text(info, "NUMBER(phys_base)");
}

static bool switched(const struct kernel *kernel, kva_t sp, struct registers *r,
		     struct dint_error *err)
{
	uint8_t bytes[X86_SWITCH_FRAME_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	if (!kernel_read(kernel, sp, bytes, sizeof(bytes), err))
		return dint_within(err, "the registers it was switched out with");
	return registers_x86_switched(&c, sp, r);
}

/* A pointer to the top of the interrupt stack; from 5.12 on to the word below it. */
static bool irq_stack_top(const struct kernel *kernel, unsigned cpu, kva_t *top)
{
	struct dint_error ignored;
	struct member pointer;
	kva_t hot = 0;

	if (!percpu_u64(kernel, "hardirq_stack_ptr", cpu, 8, top, &ignored) &&
	    !(percpu_address(kernel, "pcpu_hot", cpu, &hot, &ignored) &&
	      member_find(kernel, "pcpu_hot", "hardirq_stack_ptr", &pointer, &ignored) &&
	      member_u64(kernel, &pointer, hot, top, &ignored)))
		return false;
	if (*top % PAGE_BYTES != 0)
		*top += 8;
	return *top != 0 && *top % PAGE_BYTES == 0;
}

static void add_irq_stack(const struct kernel *kernel, unsigned cpu, struct stack_areas *areas)
{
	struct dint_error ignored;
	size_t bytes = IRQ_STACK_BYTES;
	kva_t top = 0;

	if (!type_size(kernel, "irq_stack", &bytes, &ignored) || bytes % PAGE_BYTES != 0)
		bytes = IRQ_STACK_BYTES;
	if (irq_stack_top(kernel, cpu, &top))
		stack_add(areas, "interrupt", top - bytes, top);
}

/* Stacks of their own for what may come at any time, with pages between them that are not there
 * (arch/x86/include/asm/cpu_entry_area.h). */
static void add_exception_stacks(const struct kernel *kernel, unsigned cpu,
				 struct stack_areas *areas)
{
	static const struct {
		const char *name, *member;
	} stacks[] = {
		{"NMI", "NMI_stack"},  {"double fault", "DF_stack"},
		{"debug", "DB_stack"}, {"machine check", "MCE_stack"},
		{"#VC", "VC_stack"},   {"#VC fallback", "VC2_stack"},
	};
	struct dint_error ignored;
	struct member stack;
	kva_t all = 0;

	if (!percpu_u64(kernel, "cea_exception_stacks", cpu, 8, &all, &ignored) || all == 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++)
		if (member_find(kernel, "cea_exception_stacks", stacks[i].member, &stack, &ignored))
			stack_add(areas, stacks[i].name, member_at(&stack, all),
				  member_at(&stack, all) + stack.size);
}

/* Where entries from user space begin, for some instructions. */
static void add_entry_stack(const struct kernel *kernel, unsigned cpu, struct stack_areas *areas)
{
	struct dint_error ignored;
	struct member top;
	size_t bytes = PAGE_BYTES;
	kva_t tss = 0, sp0 = 0;

	if (!percpu_address(kernel, "cpu_tss_rw", cpu, &tss, &ignored) ||
	    !member_find(kernel, "tss_struct", "x86_tss.sp0", &top, &ignored) ||
	    !member_u64(kernel, &top, tss, &sp0, &ignored) ||
	    !type_size(kernel, "entry_stack", &bytes, &ignored))
		return;
	if (sp0 > bytes)
		stack_add(areas, "entry", sp0 - bytes, sp0);
}

static void cpu_stacks(const struct kernel *kernel, unsigned cpu, struct stack_areas *areas)
{
	add_irq_stack(kernel, cpu, areas);
	add_exception_stacks(kernel, cpu, areas);
	add_entry_stack(kernel, cpu, areas);
}

static const char *const first_functions[] = {"ret_from_fork_asm", "ret_from_fork", NULL};

const struct arch arch_x86_64 = {
	.name = "x86_64",
	.recognise = recognise,
	.paging_open = paging_open,
	.unwind = &unwind_x86_64,
	.register_names = names,
	.n_registers = ARRAY_SIZE(names),
	.prstatus = registers_x86_prstatus,
	.qemu = registers_x86_qemu,
	.switched = switched,
	.saved = registers_x86_pt_regs,
	.saved_bytes = X86_PT_REGS_BYTES,
	.cpu_stacks = cpu_stacks,
	.first_functions = first_functions,
};
