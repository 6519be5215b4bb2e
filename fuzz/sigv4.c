/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request as text: "METHOD target\nName: value\n…\n\nbody", read, made canonical, verified. */
#include "access/sigv4_internal.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define HEADERS_MAX 64

/* Takes the text apart in place; what has no form yet is a request all the same. */
static void take_apart(char *text, struct sigv4_request *request, struct sigv4_header *headers)
{
	char *body = strstr(text, "\n\n");
	char *rest = text, *line, *value;

	if (body) {
		*body = '\0';
		request->body = body + 2;
		request->body_size = strlen(body + 2);
	}
	line = strsep(&rest, "\n");
	request->method = strsep(&line, " ");
	request->path = line ? strsep(&line, "?") : "/";
	request->query = line;
	while (rest && request->header_count < HEADERS_MAX) {
		value = strsep(&rest, "\n");
		headers[request->header_count].name = strsep(&value, ":");
		headers[request->header_count++].value = value ? value : "";
	}
	request->headers = headers;
}

/* Without the hashes, which take a sanitized build most of its time. */
static void canonicalize(const struct sigv4_request *request, const char *signed_headers)
{
	for (unsigned way = 0; way < 4; way++) {
		CLEANUP(buffer_done) struct buffer out = {0};
		struct canonical_ways ways = {way & 1, way & 2};
		struct dint_error err;

		canonical_request(request, signed_headers, "", &ways, &out, &err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_ptr) char *text = xcalloc(size + 1, 1);
	CLEANUP(sigv4_claim_done) struct sigv4_claim claim = {0};
	struct sigv4_header headers[HEADERS_MAX];
	struct sigv4_request request = {0};
	uint8_t key[SHA256_BYTES];
	struct dint_error err;

	memcpy(text, data, size);
	take_apart(text, &request, headers);
	if (sigv4_read(&request, &claim, &err) == SIGV4_OK) {
		sigv4_signing_key("secret", claim.date, claim.region, claim.service, key);
		sigv4_verify(&request, &claim, key, &err);
		sigv4_check_time(&claim, claim.time_s, &err);
	}
	canonicalize(&request, claim.signed_headers ? claim.signed_headers : "host;x-amz-date");
	return 0;
}
