/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the OpenAPI document: tests/check/v1 compares it with docs/openapi.json. */
#include <stdio.h>

#include "api/openapi.h"

int main(void)
{
	json_t *document = openapi_document();

	if (!document || json_dumpf(document, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER) < 0)
		return 1;
	putchar('\n');
	json_decref(document);
	return 0;
}
