/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the list of modules, and the symbols of one, which are read when they are asked for. */
#pragma once
#include <pthread.h>

#include "kernel/modules.h"
#include "kernel/symbols.h"
#include "kernel/types.h"
#include "kernel/window.h"

struct module_symbol {
	kva_t address;
	uint64_t size; /* 0: the table does not say */
	const char *name;
	char type;
};

/* Sorted by address, of one address as the kernel lists them. */
struct module_symbols {
	struct module_symbol *items;
	size_t n;
	struct window strings; /* the names */
};

/* A module, and what was asked of it. */
struct module_entry {
	struct module module;
	pthread_mutex_t lock; /* of what follows */
	bool tried;
	struct module_symbols symbols;
	struct dint_error why_none;
};

/* Members of struct module, struct mod_kallsyms and Elf64_Sym's like. */
struct module_layout {
	struct member list, name, state, taints, version, srcversion;
	struct member core, init, core_base, core_size, core_text; /* until v6.3 */
	struct member mem, mem_base, mem_size;			   /* since v6.4 */
	struct member kallsyms, core_kallsyms, symtab, n_symtab, strtab, typetab;
	struct member n_orcs, orc_ip, orc;
};

struct modules {
	const struct kernel *kernel; /* borrowed */
	struct module_layout layout;
	struct module_entry **items;
	size_t n;
	struct dint_error gap;
};

bool modules_open(const struct kernel *kernel, struct modules **modules, struct dint_error *err);
void modules_close(struct modules *modules);

bool module_is_text(const struct module *module, kva_t at);

bool module_symbol_find(struct modules *modules, const struct module *module, const char *name,
			struct symbol *symbol, struct dint_error *err);
/* The symbol that begins at or last before an address, in the same part of the module. */
bool module_symbol_at(struct modules *modules, const struct module *module, kva_t at,
		      struct symbol *symbol, struct dint_error *err);
void module_symbols_done(struct module_symbols *symbols);
