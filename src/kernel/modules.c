/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of modules. */
#include "kernel/modules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "kernel/list.h"
#include "kernel/modules_internal.h"

#define STATE_UNFORMED 3		   /* enum module_state: not to be looked into */
#define PART_BYTES_MAX ((uint64_t)1 << 30) /* of one part: all modules together have 1 GiB */
#define INIT_PARTS     4 /* enum mod_mem_type: those from here on are for initialisation */

/* Letters of the taint flags, by bit (kernel/panic.c). */
static const char taint_letters[] = "PFSRMBUDAWCIOELKXTNJ";

static bool find_ranges_layout(const struct kernel *kernel, struct module_layout *layout,
			       struct dint_error *err)
{
	static const struct member_row mem[] = {
		{offsetof(struct module_layout, mem), "module", "mem"},
		{offsetof(struct module_layout, mem_base), "module_memory", "base"},
		{offsetof(struct module_layout, mem_size), "module_memory", "size"},
	};
	static const struct member_row layouts[] = {
		{offsetof(struct module_layout, core), "module", "core_layout"},
		{offsetof(struct module_layout, init), "module", "init_layout"},
		{offsetof(struct module_layout, core_base), "module_layout", "base"},
		{offsetof(struct module_layout, core_size), "module_layout", "size"},
		{offsetof(struct module_layout, core_text), "module_layout", "text_size"},
	};

	if (member_exists(kernel, "module", "mem"))
		return member_find_all(kernel, mem, ARRAY_SIZE(mem), layout, err);
	return member_find_all(kernel, layouts, ARRAY_SIZE(layouts), layout, err);
}

static bool find_layout(const struct kernel *kernel, struct module_layout *layout,
			struct dint_error *err)
{
#define ROW(field) offsetof(struct module_layout, field)
	static const struct member_row rows[] = {
		{ROW(list), "module", "list"},
		{ROW(name), "module", "name"},
		{ROW(state), "module", "state"},
		{ROW(taints), "module", "taints"},
		{ROW(version), "module", "version", true},
		{ROW(srcversion), "module", "srcversion", true},
		{ROW(kallsyms), "module", "kallsyms", true},
		{ROW(core_kallsyms), "module", "core_kallsyms", true},
		{ROW(symtab), "mod_kallsyms", "symtab", true},
		{ROW(n_symtab), "mod_kallsyms", "num_symtab", true},
		{ROW(strtab), "mod_kallsyms", "strtab", true},
		{ROW(typetab), "mod_kallsyms", "typetab", true},
		{ROW(n_orcs), "module", "arch.num_orcs", true},
		{ROW(orc_ip), "module", "arch.orc_unwind_ip", true},
		{ROW(orc), "module", "arch.orc_unwind", true},
	};
#undef ROW

	return member_find_all(kernel, rows, ARRAY_SIZE(rows), layout, err) &&
	       find_ranges_layout(kernel, layout, err);
}

static void add_range(struct module *module, kva_t start, uint64_t size, enum module_part part)
{
	if (!start || !size || size > PART_BYTES_MAX || start + size < start ||
	    module->n_ranges >= MODULE_PARTS_MAX)
		return;
	module->ranges[module->n_ranges++] = (struct module_range){start, size, part};
	module->size += size;
	if (part == MODULE_TEXT && !module->base)
		module->base = start;
}

/* Since v6.4 (Linux commit ac3b43283923, "module: replace module_layout with module_memory"). */
static bool read_mem(const struct modules *modules, struct module *module, struct dint_error *err)
{
	const struct module_layout *l = &modules->layout;

	for (unsigned i = 0; i < l->mem.count && i < MODULE_PARTS_MAX; i++) {
		kva_t at = member_at(&l->mem, module->address) + i * l->mem.stride;
		uint64_t size = 0;
		kva_t base = 0;

		if (!member_ptr(modules->kernel, &l->mem_base, at, &base, err) ||
		    !member_u64(modules->kernel, &l->mem_size, at, &size, err))
			return false;
		add_range(module, base, size, i < INIT_PARTS ? (enum module_part)i : MODULE_INIT);
	}
	return true;
}

/* Before: one piece, text first, and another for initialisation. */
static bool read_layouts(const struct modules *modules, struct module *module,
			 struct dint_error *err)
{
	const struct module_layout *l = &modules->layout;
	const struct {
		const struct member *layout;
		enum module_part text, rest;
	} pieces[] = {{&l->core, MODULE_TEXT, MODULE_DATA}, {&l->init, MODULE_INIT, MODULE_INIT}};

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		kva_t at = member_at(pieces[i].layout, module->address), base = 0;
		uint64_t size = 0, text = 0;

		if (!member_ptr(modules->kernel, &l->core_base, at, &base, err) ||
		    !member_u64(modules->kernel, &l->core_size, at, &size, err) ||
		    !member_u64(modules->kernel, &l->core_text, at, &text, err))
			return false;
		if (text > size)
			text = size;
		add_range(module, base, text, pieces[i].text);
		add_range(module, base + text, size - text, pieces[i].rest);
	}
	return true;
}

/* A string that the module may not have. */
static void read_text(const struct modules *modules, const struct member *member,
		      const struct module *module, char text[MODULE_TEXT_BYTES])
{
	struct dint_error ignored;
	kva_t at = 0;

	if (!member->is_present ||
	    !member_ptr(modules->kernel, member, module->address, &at, &ignored) || !at)
		return;
	/* the text may be the last thing before what is not mapped */
	if (!kernel_read(modules->kernel, at, text, MODULE_TEXT_BYTES - 1, &ignored))
		for (size_t i = 0; i < MODULE_TEXT_BYTES - 1; i++)
			if (!kernel_read(modules->kernel, at + i, text + i, 1, &ignored) ||
			    !text[i])
				break;
	text[MODULE_TEXT_BYTES - 1] = '\0';
}

static void read_orc(const struct modules *modules, struct module *module)
{
	const struct module_layout *l = &modules->layout;
	struct dint_error ignored;
	uint64_t n = 0;

	if (!l->n_orcs.is_present || !l->orc_ip.is_present || !l->orc.is_present ||
	    !member_u64(modules->kernel, &l->n_orcs, module->address, &n, &ignored) ||
	    !member_ptr(modules->kernel, &l->orc_ip, module->address, &module->orc_ip, &ignored) ||
	    !member_ptr(modules->kernel, &l->orc, module->address, &module->orc_entries,
			&ignored) ||
	    n > MODULE_ORC_MAX)
		return;
	module->n_orc = (uint32_t)n;
}

static bool read_module(const struct modules *modules, kva_t address, struct module *module,
			struct dint_error *err)
{
	const struct module_layout *l = &modules->layout;
	uint64_t state = 0;

	module->address = address;
	if (!member_text(modules->kernel, &l->name, address, module->name, sizeof(module->name),
			 err) ||
	    !member_u64(modules->kernel, &l->state, address, &state, err) ||
	    !member_u64(modules->kernel, &l->taints, address, &module->taints, err))
		return false;
	module->state = (uint32_t)state;
	if (state == STATE_UNFORMED)
		return true;
	if (!(l->mem.is_present ? read_mem : read_layouts)(modules, module, err))
		return false;
	read_text(modules, &l->version, module, module->version);
	read_text(modules, &l->srcversion, module, module->srcversion);
	read_orc(modules, module);
	return true;
}

static void add_module(struct modules *modules, kva_t node)
{
	struct module_entry *entry = xcalloc(1, sizeof(*entry));
	struct dint_error why;

	if (!read_module(modules, member_container(&modules->layout.list, node), &entry->module,
			 &why) ||
	    entry->module.state == STATE_UNFORMED) {
		if (entry->module.state != STATE_UNFORMED && !modules->gap.code)
			modules->gap = why;
		free(entry);
		return;
	}
	pthread_mutex_init(&entry->lock, NULL);
	modules->items = xgrow(modules->items, modules->n, sizeof(*modules->items));
	modules->items[modules->n++] = entry;
}

bool modules_open(const struct kernel *kernel, struct modules **out, struct dint_error *err)
{
	struct modules *modules;
	struct module_layout layout = {0};
	struct list_walk walk;
	kva_t head = 0, node;

	if (!symbol_address(kernel, "modules", &head, err) || !find_layout(kernel, &layout, err)) {
		err->code = DINT_UNSUPPORTED;
		return dint_within(err, "list of modules");
	}
	modules = xcalloc(1, sizeof(*modules));
	modules->kernel = kernel;
	modules->layout = layout;
	walk = list_begin(kernel, head, MODULES_MAX);
	while (list_next(&walk, &node))
		add_module(modules, node);
	if (walk.error.code)
		modules->gap = walk.error;
	*out = modules;
	return true;
}

void modules_close(struct modules *modules)
{
	if (!modules)
		return;
	for (size_t i = 0; i < modules->n; i++) {
		module_symbols_done(&modules->items[i]->symbols);
		pthread_mutex_destroy(&modules->items[i]->lock);
		free(modules->items[i]);
	}
	free(modules->items);
	free(modules);
}

size_t modules_count(const struct modules *modules)
{
	return modules->n;
}

const struct module *modules_get(const struct modules *modules, size_t i)
{
	return i < modules->n ? &modules->items[i]->module : NULL;
}

const struct module *modules_find(const struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->n; i++)
		if (strcmp(modules->items[i]->module.name, name) == 0)
			return &modules->items[i]->module;
	return NULL;
}

static const struct module_range *range_of(const struct module *module, kva_t at)
{
	for (size_t i = 0; i < module->n_ranges; i++)
		if (at - module->ranges[i].start < module->ranges[i].size)
			return &module->ranges[i];
	return NULL;
}

const struct module *modules_at(const struct modules *modules, kva_t at)
{
	for (size_t i = 0; i < modules->n; i++)
		if (range_of(&modules->items[i]->module, at))
			return &modules->items[i]->module;
	return NULL;
}

bool module_is_text(const struct module *module, kva_t at)
{
	const struct module_range *range = range_of(module, at);

	return range && (range->part == MODULE_TEXT || range->part == MODULE_INIT);
}

const struct dint_error *modules_gap(const struct modules *modules)
{
	return &modules->gap;
}

void module_taint_letters(uint64_t taints, char letters[MODULE_TAINTS_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(taint_letters) - 1; i++)
		if (taints >> i & 1)
			letters[n++] = taint_letters[i];
	letters[n] = '\0';
}
