/* SPDX-License-Identifier: MIT */
/*
 * What a scope owns is given back on every way out of it.
 *
 *	CLEANUP(free_ptr) char *name = NULL;
 *	...
 *	return TAKE(name);	// but this one, which hands it over
 *
 * Any function that takes the variable's address will do: for an x_free(struct x *) that takes the
 * pointer itself, DEFINE_CLEANUP(x_free, struct x *) makes x_free_ptr.
 */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* The value, leaving the variable zeroed: the owner is now whoever takes it. */
#define TAKE(variable)                                    \
	({                                                \
		__typeof__(variable) taken_ = (variable); \
		memset(&(variable), 0, sizeof(variable)); \
		taken_;                                   \
	})

/* The same for a descriptor, which is -1 when there is none. */
#define TAKE_FD(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})

#define DEFINE_CLEANUP(function, type)                 \
	static inline void function##_ptr(type *owned) \
	{                                              \
		if (*owned)                            \
			function(*owned);              \
	}

static inline void free_ptr(void *pointer)
{
	free(*(void **)pointer);
}

static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static inline void fclose_ptr(FILE **file)
{
	if (*file)
		fclose(*file);
}
