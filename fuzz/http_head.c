/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A head as strings: method, version, target, then names and values, each ended by a NUL. */
#include <string.h>

#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next string, or "" behind the last one. */
static const char *next(const char **at, const char *end)
{
	const char *text = *at;

	if (text >= end)
		return "";
	*at += strlen(text) + 1;
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_header headers[HTTP_HEADERS_MAX + 1];
	struct http_head head = {.headers = headers};
	const char *at = (const char *)data, *end = at + size;
	struct http_framing framing;
	struct http_refusal refusal;

	if (!size || end[-1])
		return 0;
	head.method = next(&at, end);
	head.version = next(&at, end);
	head.target = next(&at, end);
	while (at < end && head.header_count <= HTTP_HEADERS_MAX) {
		headers[head.header_count].name = next(&at, end);
		headers[head.header_count++].value = next(&at, end);
	}
	head_check(&head, &framing, &refusal);
	return 0;
}
