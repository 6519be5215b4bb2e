/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of addresses and addresses of names: of the kernel's image (kallsyms.h), of its modules
 * (modules.h) and of the code that it makes at run time (code.h).
 *
 * Several threads may ask at a time. Names live as long as the kernel.
 */
#pragma once
#include "kernel/kernel.h"

struct symbol {
	kva_t address;	 /* where it begins; of a per-CPU variable what percpu.h wants */
	uint64_t size;	 /* bytes; 0: not known */
	uint64_t offset; /* of the address asked for, from where it begins */
	const char *name;
	const char *module; /* NULL: the image; "bpf", "ftrace", "kprobe": made at run time */
	char type;	    /* as nm has it, 't', 'D' …; says little of data since v6.18 */
	bool size_is_exact; /* of a module's symbol table; else up to the next symbol */
};

/* The symbol of a name in the image; "module:name": in a module. DINT_NOT_FOUND: no such name (the
 * message says when the kernel keeps no names of data, KALLSYMS_ALL=n); DINT_UNSUPPORTED: no symbol
 * table. */
bool symbol_find(const struct kernel *kernel, const char *name, struct symbol *symbol,
		 struct dint_error *err);
/* Its address alone. */
bool symbol_address(const struct kernel *kernel, const char *name, kva_t *address,
		    struct dint_error *err);
/* The first of several names that is there: NULL-terminated, newest first; *which (may be NULL) its
 * index. */
bool symbol_first(const struct kernel *kernel, const char *const *names, size_t *which,
		  struct symbol *symbol, struct dint_error *err);
/* A static variable of a function, which the compiler calls NAME.7. */
bool symbol_find_numbered(const struct kernel *kernel, const char *name, struct symbol *symbol,
			  struct dint_error *err);
/* In the image, else in whichever module has it: reads the symbols of all of them. */
bool symbol_find_anywhere(const struct kernel *kernel, const char *name, struct symbol *symbol,
			  struct dint_error *err);

/* The symbol that an address lies in: of several at one place the first that the kernel lists, as
 * the kernel itself prints it. DINT_NOT_FOUND: not within any. */
bool symbol_at(const struct kernel *kernel, kva_t at, struct symbol *symbol,
	       struct dint_error *err);
/* The same for a return address: the call is what counts, so a function that ends in a call of one
 * that never returns is found, and not its neighbour. The offset is that of the address itself. */
bool symbol_at_return(const struct kernel *kernel, kva_t at, struct symbol *symbol,
		      struct dint_error *err);
/* Whether an address is one of code: of the image, of a module or made at run time. */
bool symbol_is_text(const struct kernel *kernel, kva_t at);

/* The function's name without what compilers hang on it: ".isra.0", ".constprop.3", ".part.0",
 * ".cold", ".llvm.123"; the number of bytes of it. */
size_t symbol_stem(const char *name);
