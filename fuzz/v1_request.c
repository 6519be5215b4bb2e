/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request to /v1: method, path behind /v1, query and body, each but the last ended by a NUL. */
#include <string.h>

#include "api/v1_request.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_ptr) char *text = xstrndup("", 0), *path = NULL;
	CLEANUP(json_decref_ptr) json_t *args = NULL;
	const struct api_operation *operation, *other;
	struct http_request request = {0};
	const char *part[3];
	struct dint_error err;

	text = xrealloc(text, size + 4);
	memcpy(text, data, size);
	memset(text + size, 0, 4);
	for (size_t i = 0, at = 0; i < 3; i++) {
		part[i] = text + at;
		at += at < size ? strlen(part[i]) + 1 : 0;
	}
	path = xasprintf(V1_PREFIX "/%s", part[1]);
	request.path = path;
	request.query = part[2];
	request.body = (const uint8_t *)part[2] + strlen(part[2]) + 1;
	request.body_size = (const uint8_t *)text + size > request.body
				    ? (const uint8_t *)text + size - request.body
				    : 0;
	operation = v1_find(part[0], path, &other);
	if (operation)
		v1_arguments(operation, &request, &args, &err);
	return 0;
}
