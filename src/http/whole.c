/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the library told us everything that came. It cuts targets and values at a NUL, takes a
 * bare LF for a line's end and glues a folded line to the wrong string, and says nothing of it. But
 * it reads a head in place, so what it hands out must lie in one piece, with only these between:
 *
 *	method · target · version ·· name ?…? value ·· name ?…? value ·· ··
 *
 * where a dot is a NUL that was SP, CR or LF, and ?…? the colon and white space. Later versions
 * (1.0) refuse all this themselves and may keep a head elsewhere.
 */
#include "http/server_internal.h"

#include <string.h>

#include "base/units.h"

struct walk {
	uintptr_t end; /* where the last string ended */
	bool whole;
};

static void expect(struct walk *walk, const char *text, size_t length, size_t between)
{
	if ((uintptr_t)text != walk->end + between)
		walk->whole = false;
	walk->end = (uintptr_t)text + length;
}

/* Colon and white space are at least the one byte that the colon's NUL took. */
static void expect_value(struct walk *walk, const char *text)
{
	uintptr_t at = (uintptr_t)text;

	if (at <= walk->end || at > walk->end + HTTP_HEAD_BYTES)
		walk->whole = false;
	walk->end = at + strlen(text);
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name,
				 const char *value)
{
	struct walk *walk = arg;

	(void)kind;
	if (!value)
		return MHD_NO;
	expect(walk, name, strlen(name), 2);
	expect_value(walk, value);
	return MHD_YES;
}

bool exchange_is_whole(const struct http_exchange *x, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(x->library, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct walk walk = {.end = (uintptr_t)method + strlen(method), .whole = true};

	if (MHD_VERSION >= 0x00097600 || !size)
		return true;
	/* the library has decoded the target in its place since; its length was that of our copy */
	expect(&walk, x->raw_target, x->target_length, 1);
	expect(&walk, version, strlen(version), 1);
	MHD_get_connection_values(x->library, MHD_HEADER_KIND, on_header, &walk);
	return walk.whole && walk.end + 4 == (uintptr_t)method + size->header_size;
}
