/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's list btf_modules: of each module that has types its copy of them. */
#include "kernel/btf_modules.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/list.h"
#include "kernel/parts.h"
#include "kernel/symbols.h"
#include "kernel/types.h"

#define NAME_BYTES 64 /* a module's */

struct btf_module {
	char name[NAME_BYTES];
	kva_t data;
	uint64_t size, start_id;
	struct btf *btf; /* NULL: not yet asked for */
};

struct btf_modules {
	const struct kernel *kernel;
	struct btf_module *items;
	size_t n;
	pthread_mutex_t lock;
};

/* Members of struct btf_module and of struct btf. */
struct layout {
	struct member list, btf, data, size, start_id, name;
};

static bool find_layout(const struct kernel *kernel, struct layout *layout, struct dint_error *err)
{
	static const struct member_row rows[] = {
		{offsetof(struct layout, list), "btf_module", "list"},
		{offsetof(struct layout, btf), "btf_module", "btf"},
		{offsetof(struct layout, data), "btf", "data"},
		{offsetof(struct layout, size), "btf", "data_size"},
		{offsetof(struct layout, start_id), "btf", "start_id"},
		{offsetof(struct layout, name), "btf", "name"},
	};

	return member_find_all(kernel, rows, ARRAY_SIZE(rows), layout, err);
}

/* One that cannot be read is left out: its types are then not there. */
static void add(struct btf_modules *modules, const struct layout *layout, kva_t node)
{
	struct btf_module item = {0};
	struct dint_error ignored;
	kva_t btf = 0;

	if (!member_ptr(modules->kernel, &layout->btf, member_container(&layout->list, node), &btf,
			&ignored) ||
	    !member_text(modules->kernel, &layout->name, btf, item.name, sizeof(item.name),
			 &ignored) ||
	    !member_ptr(modules->kernel, &layout->data, btf, &item.data, &ignored) ||
	    !member_u64(modules->kernel, &layout->size, btf, &item.size, &ignored) ||
	    !member_u64(modules->kernel, &layout->start_id, btf, &item.start_id, &ignored) ||
	    item.start_id < 1 || item.start_id > BTF_TYPES_MAX)
		return;
	modules->items = xgrow(modules->items, modules->n, sizeof(*modules->items));
	modules->items[modules->n++] = item;
}

bool btf_modules_open(const struct kernel *kernel, struct btf_modules **out, struct dint_error *err)
{
	struct btf_modules *modules;
	struct layout layout;
	kva_t head = 0, node;

	if (!symbol_address(kernel, "btf_modules", &head, err) ||
	    !find_layout(kernel, &layout, err)) {
		err->code = DINT_UNSUPPORTED;
		return dint_within(err, "types of modules");
	}
	modules = xcalloc(1, sizeof(*modules));
	modules->kernel = kernel;
	pthread_mutex_init(&modules->lock, NULL);
	for (struct list_walk walk = list_begin(kernel, head, BTF_MODULES_MAX);
	     list_next(&walk, &node);)
		add(modules, &layout, node);
	*out = modules;
	return true;
}

void btf_modules_close(struct btf_modules *modules)
{
	if (!modules)
		return;
	for (size_t i = 0; i < modules->n; i++)
		btf_close(modules->items[i].btf);
	free(modules->items);
	pthread_mutex_destroy(&modules->lock);
	free(modules);
}

/* The kernel calls a module by its name with '_' for '-', whatever its file is called. */
static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

static bool open_item(struct btf_modules *modules, struct btf_module *item, struct btf **btf,
		      struct dint_error *err)
{
	struct btf *base = NULL;
	bool open = true;

	if (!kernel_btf(modules->kernel, &base, err))
		return false;
	pthread_mutex_lock(&modules->lock);
	if (!item->btf)
		open = btf_open(modules->kernel, item->data, item->size, base,
				(uint32_t)item->start_id, &item->btf, err);
	*btf = item->btf;
	pthread_mutex_unlock(&modules->lock);
	return open || dint_within(err, "types of module %s", item->name);
}

bool btf_of_module(const struct kernel *kernel, const char *name, struct btf **btf,
		   struct dint_error *err)
{
	struct btf_modules *modules = NULL;

	if (!kernel_btf_modules(kernel, &modules, err))
		return false;
	for (size_t i = 0; i < modules->n; i++)
		if (same_name(modules->items[i].name, name))
			return open_item(modules, &modules->items[i], btf, err);
	return dint_fail(err, DINT_NOT_FOUND, "no module '%.60s' with types of its own", name);
}

bool btf_find_in_modules(const struct kernel *kernel, const char *type, uint32_t kinds,
			 struct btf **btf, uint32_t *id, struct dint_error *err)
{
	struct btf_modules *modules = NULL;
	struct dint_error ignored;

	if (!kernel_btf_modules(kernel, &modules, err))
		return false;
	for (size_t i = 0; i < modules->n; i++)
		if (open_item(modules, &modules->items[i], btf, &ignored) &&
		    btf_find(*btf, type, kinds, 0, id, &ignored))
			return true;
	return dint_fail(err, DINT_NOT_FOUND, "no type '%.120s', in no module either", type);
}
