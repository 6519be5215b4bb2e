/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of globals: by BTF where it has them, else by our table. */
#include "kernel/globals.h"

#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "kernel/globals_table.h"
#include "kernel/symbols.h"
#include "kernel/type_expr.h"

#define NAME_BYTES 256

static bool names_have(const char *names, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = names; (at = strstr(at, name)); at += n)
		if ((at == names || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
			return true;
	return false;
}

/* A variable of a section of BTF, as per-CPU ones are. */
static bool find_variable(const struct kernel *kernel, const char *name, char *text)
{
	CLEANUP(buffer_done) struct buffer words = {0};
	struct btf_variable variable;
	struct btf_type section, type;
	struct dint_error ignored;
	struct btf *btf;
	uint32_t id = 0;

	if (!kernel_btf(kernel, &btf, &ignored) ||
	    !btf_find(btf, ".data..percpu", 1u << BTF_DATASEC, 0, &id, &ignored) ||
	    !btf_type(btf, id, &section, &ignored))
		return false;
	for (uint32_t i = 0; i < section.vlen; i++) {
		if (!btf_get_variable(btf, &section, i, &variable, &ignored) ||
		    !btf_type(btf, variable.type, &type, &ignored) ||
		    strcmp(btf_name(btf, type.name), name) != 0)
			continue;
		type_name_add(&words, btf, type.type);
		if (words.size >= GLOBAL_TYPE_BYTES)
			return false;
		strcpy(text, buffer_text(&words));
		return true;
	}
	return false;
}

/* Whether the kernel has the type, and room for it. */
static bool fits(const struct kernel *kernel, const char *name, const char *text)
{
	struct dint_error ignored;
	struct type_expr type;
	struct symbol symbol;
	uint64_t size = 0;

	return type_expr_parse(kernel, text, &type, &ignored) &&
	       type_expr_size(&type, &size, &ignored) &&
	       symbol_find(kernel, name, &symbol, &ignored) &&
	       (symbol.size == 0 || size <= symbol.size);
}

static const char *look_up(const struct kernel *kernel, const char *name)
{
	for (size_t i = 0; global_changes[i].name; i++)
		if (strcmp(global_changes[i].name, name) == 0 &&
		    fits(kernel, name, global_changes[i].type))
			return global_changes[i].type;
	/* an array of as many as another configuration has */
	for (size_t i = 0; global_changes[i].name; i++)
		if (strcmp(global_changes[i].name, name) == 0 &&
		    strchr(global_changes[i].type, '['))
			return global_changes[i].type;
	for (size_t i = 0; global_groups[i].type; i++)
		if (names_have(global_groups[i].names, name))
			return global_groups[i].type;
	return NULL;
}

bool global_type(const struct kernel *kernel, const char *name, char type[GLOBAL_TYPE_BYTES],
		 struct dint_error *err)
{
	size_t n = strcspn(name, ":");
	char bare[NAME_BYTES] = "";
	const char *known;

	if (n < sizeof(bare))
		memcpy(bare, name, n);
	if (find_variable(kernel, bare, type))
		return true;
	known = look_up(kernel, bare);
	if (!known)
		return dint_fail(err, DINT_NOT_FOUND,
				 "the type of '%.80s' is not known: dint show DUMP TYPE %.80s",
				 bare, bare);
	strcpy(type, known);
	return true;
}
