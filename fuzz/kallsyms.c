/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's symbol table, wherever it is found: names of addresses, addresses of names. */
#include "kernel/kallsyms.h"

#include "base/cleanup.h"
#include "kernel/symbols.h"
#include "memory_kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct kernel *kernel, struct kallsyms *kallsyms)
{
	static const char *const names[] = {"schedule", "init_task", "filler_0007", "", "zzz"};
	struct dint_error err;
	struct symbol symbol;
	uint32_t i = 0;

	for (size_t n = 0; n < ARRAY_SIZE(names); n++)
		symbol_find(kernel, names[n], &symbol, &err);
	kallsyms_find_numbered(kallsyms, "state", &i, &err);
	for (kva_t at = kernel->start; at < kernel->start + 0x2000; at += 0x83)
		symbol_at(kernel, at, &symbol, &err);
	for (i = 0; i < 600; i += 7) {
		const char *name;
		kva_t address;
		char type;

		kallsyms_address(kallsyms, i, &address, &err);
		kallsyms_name(kallsyms, i, &name, &type, &err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kallsyms *kallsyms;
	struct kernel kernel;
	struct dint_error err;

	if (!memory_kernel_open(data, size, &kernel))
		return 0;
	if (kernel_kallsyms(&kernel, &kallsyms, &err))
		ask(&kernel, kallsyms);
	kernel_close(&kernel);
	return 0;
}
