/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types by name. */
#include "kernel/types.h"

#include <inttypes.h>
#include <string.h>

#include "kernel/btf_modules.h"
#include "kernel/types_internal.h"

#define WITH_SIZE                                                                                  \
	(1u << BTF_INT | 1u << BTF_STRUCT | 1u << BTF_UNION | 1u << BTF_ENUM | 1u << BTF_TYPEDEF | \
	 1u << BTF_FLOAT | 1u << BTF_ENUM64)

bool names_next(struct names *names)
{
	const char *end;
	size_t n;

	if (!names->next)
		return false;
	end = strchr(names->next, '|');
	n = end ? (size_t)(end - names->next) : strlen(names->next);
	if (n >= sizeof(names->name))
		n = sizeof(names->name) - 1;
	memcpy(names->name, names->next, n);
	names->name[n] = '\0';
	names->next = end ? end + 1 : NULL;
	return true;
}

bool type_search_begin(const struct kernel *kernel, const char *name, uint32_t kinds,
		       struct type_search *search, struct dint_error *err)
{
	const char *colon = strchr(name, ':'), *bare = colon ? colon + 1 : name;
	char module[TYPE_NAME_BYTES];
	size_t n = strlen(bare);

	*search = (struct type_search){.kinds = kinds, .all = n && bare[n - 1] == '+'};
	n -= search->all;
	if (n >= sizeof(search->name) || (colon && (size_t)(colon - name) >= sizeof(module)))
		return dint_fail(err, DINT_NOT_FOUND, "no type has so long a name: %.60s", name);
	memcpy(search->name, bare, n);
	if (!colon)
		return kernel_btf(kernel, &search->btf, err);
	memcpy(module, name, (size_t)(colon - name));
	module[colon - name] = '\0';
	return btf_of_module(kernel, module, &search->btf, err);
}

bool type_search_next(struct type_search *search, struct dint_error *err)
{
	return btf_find(search->btf, search->name, search->kinds, search->id, &search->id, err);
}

bool type_exists(const struct kernel *kernel, const char *type)
{
	struct names names = names_in(type);
	struct type_search search;
	struct dint_error ignored;

	while (names_next(&names))
		if (type_search_begin(kernel, names.name, WITH_SIZE, &search, &ignored) &&
		    type_search_next(&search, &ignored))
			return true;
	return false;
}

bool type_size(const struct kernel *kernel, const char *type, size_t *size, struct dint_error *err)
{
	struct names names = names_in(type);
	struct type_search search;
	uint64_t bytes = 0;

	while (names_next(&names)) {
		if (type_search_begin(kernel, names.name, WITH_SIZE, &search, err) &&
		    type_search_next(&search, err)) {
			if (!btf_size(search.btf, search.id, &bytes, err))
				return dint_within(err, "%.120s", names.name);
			*size = bytes;
			return true;
		}
		if (err->code != DINT_NOT_FOUND)
			return false;
	}
	return false;
}
