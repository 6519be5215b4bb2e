/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's own symbol table, an ELF one that the kernel keeps with its addresses put in:
 *
 *	u32 name, u8 info, u8 other, u16 section, u64 value, u64 size
 *
 * and besides a letter for each, as nm has it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "kernel/modules_internal.h"

#define ELF_SYMBOL_BYTES 24
#define NAME_BYTES	 512 /* KSYM_NAME_LEN */
#define UNDEFINED	 0   /* section of a symbol that is elsewhere */
#define STRINGS_MAX	 ((uint32_t)64 << 20)

struct elf_symbol {
	uint32_t name;
	uint16_t section;
	kva_t value;
	uint64_t size;
};

/* Where a module keeps its tables. */
struct tables {
	kva_t symbols, strings, letters;
	uint32_t n;
};

static struct elf_symbol elf_symbol(struct cursor *c)
{
	struct elf_symbol s;

	s.name = cursor_u32(c);
	cursor_skip(c, 2);
	s.section = cursor_u16(c);
	s.value = cursor_u64(c);
	s.size = cursor_u64(c);
	return s;
}

static bool read_tables(const struct modules *modules, kva_t kallsyms, struct tables *tables,
			struct dint_error *err)
{
	const struct module_layout *l = &modules->layout;
	struct tables t = {0};
	uint64_t n = 0;

	if (!member_ptr(modules->kernel, &l->symtab, kallsyms, &t.symbols, err) ||
	    !member_u64(modules->kernel, &l->n_symtab, kallsyms, &n, err) ||
	    !member_ptr(modules->kernel, &l->strtab, kallsyms, &t.strings, err))
		return false;
	if (l->typetab.is_present &&
	    !member_ptr(modules->kernel, &l->typetab, kallsyms, &t.letters, err))
		return false;
	if (n > MODULE_SYMBOLS_MAX)
		return dint_fail(err, DINT_CORRUPT, "%" PRIu64 " symbols", n);
	t.n = (uint32_t)n;
	*tables = t;
	return true;
}

/* The tables in use, or those that stay once the module is initialised. */
static bool find_tables(const struct modules *modules, const struct module *module,
			struct tables *tables, struct dint_error *err)
{
	const struct module_layout *l = &modules->layout;
	struct dint_error ignored;
	kva_t kallsyms = 0;

	if (!l->kallsyms.is_present || !l->symtab.is_present)
		return dint_fail(err, DINT_UNSUPPORTED, "this kernel keeps no symbols of modules");
	if (member_ptr(modules->kernel, &l->kallsyms, module->address, &kallsyms, &ignored) &&
	    read_tables(modules, kallsyms, tables, err))
		return true;
	return l->core_kallsyms.is_present &&
	       read_tables(modules, member_at(&l->core_kallsyms, module->address), tables, err);
}

/* Fills items with what is in the table and has a name. */
static void take_symbols(struct module_symbols *symbols, const uint8_t *table,
			 const uint8_t *letters, uint32_t n)
{
	struct cursor c = cursor_over(table, (size_t)n * ELF_SYMBOL_BYTES);
	struct dint_error ignored;

	for (uint32_t i = 0; i < n; i++) {
		struct elf_symbol s = elf_symbol(&c);
		const char *name = window_text(&symbols->strings, s.name, NAME_BYTES, &ignored);

		if (s.section == UNDEFINED || !name || !*name || *name == '$' ||
		    strncmp(name, ".L", 2) == 0)
			continue;
		symbols->items[symbols->n++] = (struct module_symbol){
			s.value, s.size, name, letters ? (char)letters[i] : '?'};
	}
}

/* Of equal addresses the one that is first in the table stays first: merge sort is stable. */
static void sort(struct module_symbol *items, struct module_symbol *scratch, size_t n)
{
	size_t half = n / 2, a = 0, b = half;

	if (n < 2)
		return;
	sort(items, scratch, half);
	sort(items + half, scratch, n - half);
	for (size_t i = 0; i < n; i++)
		scratch[i] = b >= n || (a < half && items[a].address <= items[b].address)
				     ? items[a++]
				     : items[b++];
	memcpy(items, scratch, n * sizeof(*items));
}

/* The strings that the table names end not long after the last of them begins. */
static uint64_t strings_bytes(const uint8_t *table, uint32_t n)
{
	struct cursor c = cursor_over(table, (size_t)n * ELF_SYMBOL_BYTES);
	uint32_t last = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t name = elf_symbol(&c).name;

		if (name > last && name < STRINGS_MAX)
			last = name;
	}
	return (uint64_t)last + NAME_BYTES;
}

static bool load(struct modules *modules, const struct module *module,
		 struct module_symbols *symbols, struct dint_error *err)
{
	CLEANUP(free_ptr) uint8_t *table = NULL;
	CLEANUP(free_ptr) uint8_t *letters = NULL;
	CLEANUP(free_ptr) struct module_symbol *scratch = NULL;
	struct dint_error ignored;
	struct tables t = {0};

	if (!find_tables(modules, module, &t, err))
		return false;
	table = alloc_items(t.n, ELF_SYMBOL_BYTES, MODULE_SYMBOLS_MAX, err);
	letters = alloc_items(t.n, 1, MODULE_SYMBOLS_MAX, err);
	if (!table || !letters ||
	    !kernel_read(modules->kernel, t.symbols, table, (size_t)t.n * ELF_SYMBOL_BYTES, err) ||
	    !window_open(modules->kernel, t.strings, strings_bytes(table, t.n), &symbols->strings,
			 err))
		return false;
	bool has_letters = t.letters &&
			   kernel_read(modules->kernel, t.letters, letters, t.n, &ignored);

	symbols->items = xcalloc(t.n + 1, sizeof(*symbols->items));
	scratch = xcalloc(t.n + 1, sizeof(*scratch));
	take_symbols(symbols, table, has_letters ? letters : NULL, t.n);
	sort(symbols->items, scratch, symbols->n);
	return true;
}

void module_symbols_done(struct module_symbols *symbols)
{
	window_done(&symbols->strings);
	free(symbols->items);
	symbols->items = NULL;
}

static bool need(struct modules *modules, const struct module *module,
		 const struct module_symbols **symbols, struct dint_error *err)
{
	struct module_entry *entry =
		(struct module_entry *)((char *)module - offsetof(struct module_entry, module));
	bool good;

	pthread_mutex_lock(&entry->lock);
	if (!entry->tried) {
		entry->tried = true;
		if (!load(modules, module, &entry->symbols, &entry->why_none))
			dint_error_prefix(&entry->why_none, "symbols of module %s", module->name);
	}
	good = entry->why_none.code == DINT_OK;
	if (!good)
		*err = entry->why_none;
	pthread_mutex_unlock(&entry->lock);
	*symbols = &entry->symbols;
	return good;
}

/* Up to the next that begins elsewhere, where the table does not say. */
static uint64_t size_of(const struct module_symbols *symbols, size_t i)
{
	kva_t address = symbols->items[i].address;

	if (symbols->items[i].size)
		return symbols->items[i].size;
	while (i < symbols->n && symbols->items[i].address == address)
		i++;
	return i < symbols->n ? symbols->items[i].address - address : 0;
}

static void give(const struct module *module, const struct module_symbols *symbols, size_t i,
		 struct symbol *symbol)
{
	const struct module_symbol *it = &symbols->items[i];

	*symbol = (struct symbol){
		.address = it->address,
		.size = size_of(symbols, i),
		.name = it->name,
		.module = module->name,
		.type = it->type,
		.size_is_exact = it->size != 0,
	};
}

bool module_symbol_find(struct modules *modules, const struct module *module, const char *name,
			struct symbol *symbol, struct dint_error *err)
{
	const struct module_symbols *symbols;

	if (!need(modules, module, &symbols, err))
		return false;
	for (size_t i = 0; i < symbols->n; i++)
		if (strcmp(symbols->items[i].name, name) == 0) {
			give(module, symbols, i, symbol);
			return true;
		}
	return dint_fail(err, DINT_NOT_FOUND, "no symbol '%.120s' in module %s", name,
			 module->name);
}

static bool same_range(const struct module *module, kva_t a, kva_t b)
{
	for (size_t i = 0; i < module->n_ranges; i++) {
		const struct module_range *range = &module->ranges[i];

		if (b - range->start < range->size)
			return a - range->start < range->size;
	}
	return false;
}

bool module_symbol_at(struct modules *modules, const struct module *module, kva_t at,
		      struct symbol *symbol, struct dint_error *err)
{
	const struct module_symbols *symbols;
	size_t low = 0, high;

	if (!need(modules, module, &symbols, err))
		return false;
	for (high = symbols->n; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (symbols->items[middle].address <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !same_range(module, symbols->items[low - 1].address, at))
		return dint_fail(err, DINT_NOT_FOUND,
				 "0x%" PRIx64 ": in module %s, before its first "
				 "symbol there",
				 at, module->name);
	kva_t address = symbols->items[low - 1].address;

	while (low > 1 && symbols->items[low - 2].address == address)
		low--;
	give(module, symbols, low - 1, symbol);
	symbol->offset = at - symbol->address;
	return true;
}
