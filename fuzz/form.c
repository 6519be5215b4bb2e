/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A query string, a newline, and a body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ec2/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	size_t query_size = end ? (size_t)(end - data) : 0;
	size_t body_at = end ? query_size + 1 : 0;
	char *query = xstrndup((const char *)data, query_size);
	struct form form;
	struct dint_error err;

	if (form_parse(query, data + body_at, size - body_at, &form, &err)) {
		size_t texts = 0;

		for (size_t i = 0; i < form.count; i++)
			texts += strlen(form.pairs[i].name) + strlen(form.pairs[i].value);
		if (texts > size)
			abort();
		form_done(&form);
	}
	free(query);
	return 0;
}
