/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first byte says how: the header Range of a file of some size, or a query, pair by pair. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "http/range.h"
#include "http/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_ptr) char *text = xstrndup((const char *)data, size);
	struct uri_query query = {.at = text};
	uint64_t offset, length;
	struct dint_error err;

	if (size && data[0] == 'b' &&
	    http_range_read(text, size * size, &offset, &length) == RANGE_PIECE &&
	    (!length || offset >= size * size || length > size * size - offset))
		__builtin_trap();
	while (uri_query_next(&query, &err))
		if (query.value < query.name || strlen(query.name) > size)
			__builtin_trap();
	uri_query_done(&query);
	return 0;
}
