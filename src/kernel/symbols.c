/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the image, the modules and the code made at run time, in this order. */
#include "kernel/symbols.h"

#include <inttypes.h>
#include <string.h>

#include "kernel/code.h"
#include "kernel/kallsyms.h"
#include "kernel/modules_internal.h"

/* The symbol of an index. */
static bool take(struct kallsyms *k, uint32_t i, struct symbol *symbol, struct dint_error *err)
{
	struct symbol s = {0};
	uint32_t first = 0;

	if (!kallsyms_name(k, i, &s.name, &s.type, err) ||
	    !kallsyms_address(k, i, &s.address, err) ||
	    !kallsyms_at(k, s.address, &first, &s.size, err))
		return false;
	*symbol = s;
	return true;
}

static bool not_found(struct kallsyms *k, const char *name, struct dint_error *err)
{
	return dint_fail(err, DINT_NOT_FOUND, "no symbol '%.120s'%s", name,
			 kallsyms_has_data(k) ? ""
					      : "; this kernel keeps no names of data "
						"(CONFIG_KALLSYMS_ALL=n)");
}

static bool find_in_module(const struct kernel *kernel, const char *name, const char *colon,
			   struct symbol *symbol, struct dint_error *err)
{
	char wanted[MODULE_NAME_BYTES] = "";
	const struct module *module;
	struct modules *modules;

	if (!kernel_modules(kernel, &modules, err))
		return false;
	if ((size_t)(colon - name) < sizeof(wanted))
		memcpy(wanted, name, (size_t)(colon - name));
	module = modules_find(modules, wanted);
	if (!module)
		return dint_fail(err, DINT_NOT_FOUND, "no module '%.60s' is loaded", wanted);
	return module_symbol_find(modules, module, colon + 1, symbol, err);
}

bool symbol_find(const struct kernel *kernel, const char *name, struct symbol *symbol,
		 struct dint_error *err)
{
	const char *colon = strchr(name, ':');
	struct kallsyms *k;
	uint32_t i = 0;

	if (colon)
		return find_in_module(kernel, name, colon, symbol, err);
	if (!kernel_kallsyms(kernel, &k, err))
		return false;
	if (!kallsyms_find(k, name, &i, err))
		return err->code == DINT_NOT_FOUND ? not_found(k, name, err) : false;
	return take(k, i, symbol, err);
}

bool symbol_find_numbered(const struct kernel *kernel, const char *name, struct symbol *symbol,
			  struct dint_error *err)
{
	struct kallsyms *k;
	uint32_t i = 0;

	if (!kernel_kallsyms(kernel, &k, err))
		return false;
	if (!kallsyms_find_numbered(k, name, &i, err))
		return err->code == DINT_NOT_FOUND ? not_found(k, name, err) : false;
	return take(k, i, symbol, err);
}

bool symbol_address(const struct kernel *kernel, const char *name, kva_t *address,
		    struct dint_error *err)
{
	struct symbol symbol;
	struct kallsyms *k;
	uint32_t i = 0;

	if (!strchr(name, ':') && kernel_kallsyms(kernel, &k, err) &&
	    kallsyms_find(k, name, &i, err))
		return kallsyms_address(k, i, address, err);
	if (!symbol_find(kernel, name, &symbol, err))
		return false;
	*address = symbol.address;
	return true;
}

bool symbol_first(const struct kernel *kernel, const char *const *names, size_t *which,
		  struct symbol *symbol, struct dint_error *err)
{
	for (size_t i = 0; names[i]; i++) {
		if (symbol_find(kernel, names[i], symbol, err)) {
			if (which)
				*which = i;
			return true;
		}
		if (err->code != DINT_NOT_FOUND)
			return false;
	}
	return false;
}

bool symbol_find_anywhere(const struct kernel *kernel, const char *name, struct symbol *symbol,
			  struct dint_error *err)
{
	struct dint_error ignored;
	struct modules *modules;

	if (symbol_find(kernel, name, symbol, err))
		return true;
	if (strchr(name, ':') || !kernel_modules(kernel, &modules, &ignored))
		return false;
	for (size_t i = 0; i < modules_count(modules); i++)
		if (module_symbol_find(modules, modules_get(modules, i), name, symbol, &ignored))
			return true;
	return false;
}

/* Within the image: from the lowest symbol that is an address to the last. */
static bool image_at(const struct kernel *kernel, kva_t at, struct symbol *symbol,
		     struct dint_error *err)
{
	struct symbol s = {0};
	struct kallsyms *k;
	uint32_t i = 0;

	if (!kernel_kallsyms(kernel, &k, err))
		return false;
	if (!kallsyms_at(k, at, &i, &s.size, err) || !kallsyms_address(k, i, &s.address, err))
		return false;
	/* a per-CPU variable's small number names no place (Linux until v6.14) */
	if (s.address < PAGING_IMAGE_START || (s.size == 0 && at > s.address))
		return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 " is not in the kernel's image",
				 at);
	if (!kallsyms_name(k, i, &s.name, &s.type, err))
		return false;
	s.offset = at - s.address;
	*symbol = s;
	return true;
}

static bool module_at(const struct kernel *kernel, kva_t at, struct symbol *symbol,
		      struct dint_error *err)
{
	const struct module *module;
	struct modules *modules;

	if (!kernel_modules(kernel, &modules, err))
		return false;
	module = modules_at(modules, at);
	if (!module)
		return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": no symbol", at);
	return module_symbol_at(modules, module, at, symbol, err);
}

bool symbol_at(const struct kernel *kernel, kva_t at, struct symbol *symbol, struct dint_error *err)
{
	struct dint_error ignored;

	if (at < PAGING_IMAGE_START)
		return code_at(kernel, at, symbol, err);
	if (image_at(kernel, at, symbol, err))
		return true;
	if (err->code != DINT_NOT_FOUND)
		return module_at(kernel, at, symbol, &ignored);
	return module_at(kernel, at, symbol, &ignored) || code_at(kernel, at, symbol, &ignored);
}

bool symbol_at_return(const struct kernel *kernel, kva_t at, struct symbol *symbol,
		      struct dint_error *err)
{
	if (!symbol_at(kernel, at - 1, symbol, err))
		return false;
	symbol->offset++;
	return true;
}

static bool between(const struct kernel *kernel, const char *first, const char *last, kva_t at)
{
	kva_t start = 0, end = 0;
	struct dint_error ignored;

	return symbol_address(kernel, first, &start, &ignored) &&
	       symbol_address(kernel, last, &end, &ignored) && at >= start && at < end;
}

bool symbol_is_text(const struct kernel *kernel, kva_t at)
{
	const struct module *module;
	struct dint_error ignored;
	struct modules *modules;
	struct symbol symbol;

	if (between(kernel, "_stext", "_etext", at) ||
	    between(kernel, "_sinittext", "_einittext", at))
		return true;
	if (kernel_modules(kernel, &modules, &ignored)) {
		module = modules_at(modules, at);
		if (module)
			return module_is_text(module, at);
	}
	return code_at(kernel, at, &symbol, &ignored);
}

size_t symbol_stem(const char *name)
{
	static const char *const suffixes[] = {".isra.", ".constprop.", ".part.", ".cold",
					       ".llvm."};
	size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		const char *at = strstr(name, suffixes[i]);

		if (at && at > name && (size_t)(at - name) < n)
			n = (size_t)(at - name);
	}
	return n;
}
