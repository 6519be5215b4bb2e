/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Enumerations: values of names and names of values. */
#include <string.h>

#include "kernel/types_internal.h"

#define ENUMS (1u << BTF_ENUM | 1u << BTF_ENUM64)

static bool find_value(struct btf *btf, const struct btf_type *type, const char *name,
		       int64_t *value)
{
	struct btf_value row;
	struct dint_error ignored;

	for (uint32_t i = 0; i < type->vlen; i++)
		if (btf_get_value(btf, type, i, &row, &ignored) &&
		    strcmp(btf_name(btf, row.name), name) == 0) {
			*value = row.value;
			return true;
		}
	return false;
}

static bool absent(const char *name, struct dint_error *err)
{
	return dint_fail(err, DINT_NOT_FOUND, "no enumeration has '%.120s'", name);
}

/* In whichever enumeration; most have no name themselves. */
static bool find_anywhere(struct btf *btf, const char *name, int64_t *value, struct dint_error *err)
{
	struct btf_type type;
	uint32_t end = 0;

	if (!btf_end(btf, &end, err))
		return false;
	for (uint32_t id = 1; id < end; id++) {
		if (!btf_type(btf, id, &type, err))
			return false;
		if (ENUMS & 1u << type.kind && find_value(btf, &type, name, value))
			return true;
	}
	return absent(name, err);
}

static bool find_in(const struct kernel *kernel, const char *enumeration, const char *name,
		    int64_t *value, struct dint_error *err)
{
	struct type_search search;
	struct btf_type type;

	if (!enumeration) {
		struct btf *btf;

		return kernel_btf(kernel, &btf, err) && find_anywhere(btf, name, value, err);
	}
	if (!type_search_begin(kernel, enumeration, ENUMS, &search, err))
		return false;
	while (type_search_next(&search, err)) {
		if (!btf_type(search.btf, search.id, &type, err))
			return false;
		if (find_value(search.btf, &type, name, value))
			return true;
	}
	return err->code == DINT_NOT_FOUND ? absent(name, err) : false;
}

bool enum_value(const struct kernel *kernel, const char *type, const char *name, int64_t *value,
		struct dint_error *err)
{
	for (struct names names = names_in(name); names_next(&names);) {
		if (find_in(kernel, type, names.name, value, err))
			return true;
		if (err->code != DINT_NOT_FOUND)
			return false;
	}
	return absent(name, err);
}

const char *enum_name_in(struct btf *btf, const struct btf_type *type, int64_t value)
{
	struct dint_error ignored;
	struct btf_value row;

	for (uint32_t i = 0; i < type->vlen; i++)
		if (btf_get_value(btf, type, i, &row, &ignored) && row.value == value)
			return btf_name(btf, row.name);
	return NULL;
}

const char *enum_name(const struct kernel *kernel, const char *type, int64_t value)
{
	struct type_search search;
	struct dint_error ignored;
	struct btf_type found;
	const char *name = NULL;

	if (!type_search_begin(kernel, type, ENUMS, &search, &ignored))
		return NULL;
	while (!name && type_search_next(&search, &ignored))
		if (btf_type(search.btf, search.id, &found, &ignored))
			name = enum_name_in(search.btf, &found, value);
	return name;
}
