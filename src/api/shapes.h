/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations answer, as records: the OpenAPI document is made from them, and
 * tests/check/v1 holds every answer to them.
 *
 * A type is "string", "integer", "boolean", "time" (ISO 8601, UTC), "any", "bytes", or another
 * shape's name; "[]T" is a list of T, "T?" is T or null.
 */
#pragma once

struct api_field {
	const char *name;
	const char *type;
	const char *summary;
};

struct api_shape {
	const char *name;
	const struct api_field *fields; /* ends with a NULL name; all are always there */
};

extern const struct api_shape api_shapes[]; /* ends with a NULL name */
