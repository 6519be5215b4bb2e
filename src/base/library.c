/* SPDX-License-Identifier: MIT */
/* dlopen, and every symbol looked up at once, so that none is missing later. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const struct library_name *name, struct library *library, struct dint_error *err)
{
	if (library->handle)
		return true;
	library->handle = dlopen(name->file, RTLD_NOW | RTLD_LOCAL);
	if (!library->handle)
		return dint_fail(err, DINT_UNSUPPORTED, "%s is not on this machine (package %s)",
				 name->file, name->package);
	for (size_t i = 0; i < LIBRARY_SYMBOLS_MAX && name->symbols[i]; i++) {
		library->symbols[i] = dlsym(library->handle, name->symbols[i]);
		if (library->symbols[i])
			continue;
		library_unload(library);
		return dint_fail(err, DINT_UNSUPPORTED, "%s has no %s (package %s is too old)",
				 name->file, name->symbols[i], name->package);
	}
	return true;
}

void library_unload(struct library *library)
{
	if (library->handle)
		dlclose(library->handle);
	memset(library, 0, sizeof(*library));
}
