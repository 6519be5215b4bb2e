/* SPDX-License-Identifier: MIT */
/* Shared libraries that are loaded by need: which, and what is called in them. */
#pragma once
#include "base/error.h"

#define LIBRARY_SYMBOLS_MAX 16

struct library_name {
	const char *file;			  /* "libzstd.so.1" */
	const char *package;			  /* Debian's, for who must install it */
	const char *symbols[LIBRARY_SYMBOLS_MAX]; /* NULL-terminated where there are fewer */
};

struct library {
	void *handle;			    /* NULL: not loaded */
	void *symbols[LIBRARY_SYMBOLS_MAX]; /* in the order of the names */
};

/* DINT_UNSUPPORTED when it is not on this machine, or is another one than expected; the message
 * names the package. Loading a loaded one does nothing. */
bool library_load(const struct library_name *name, struct library *library, struct dint_error *err);
void library_unload(struct library *library);
