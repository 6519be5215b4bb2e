/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object of the kernel's memory, taken apart by its type: what is found is told to a sink,
 * member by member, which writes it as text (show_text.c) or JSON (show_json.c).
 */
#pragma once
#include "kernel/type_expr.h"

#define SHOW_BYTES_MAX	   ((uint64_t)16 << 20) /* of one object */
#define SHOW_VALUES_MAX	   1000000		/* that are told */
#define SHOW_DEPTH_MAX	   24			/* JSON_DEPTH_MAX and its outer levels are more */
#define SHOW_REPEATS_LEAST 10 /* equal elements in a row, of which text shows one: as gdb does */

struct show_value {
	enum { SHOW_NUMBER, SHOW_BOOL, SHOW_ENUM, SHOW_POINTER, SHOW_TEXT, SHOW_MISSING } kind;
	bool is_signed;
	uint64_t number;
	const char *text;     /* of an enumerator (NULL: none has the value); why it is missing */
	const uint8_t *bytes; /* of a text */
	size_t n;
};

struct show_sink {
	/* name: of the member, NULL in arrays and at the top. */
	void (*open)(struct show_sink *sink, const char *name, bool array);
	void (*close)(struct show_sink *sink);
	void (*value)(struct show_sink *sink, const char *name, const struct show_value *value);
	/* The last element stands for n equal ones; NULL: each is told. */
	void (*repeat)(struct show_sink *sink, uint64_t n);
};

/* DINT_NOT_FOUND where nothing of the object can be read; what else is missing is told as such. */
bool show_walk(const struct kernel *kernel, const struct type_expr *type, kva_t at,
	       struct show_sink *sink, struct dint_error *err);
