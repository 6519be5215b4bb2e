/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values: what can be asked of a request, what can be put into an answer. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "http/head.h"
#include "http/http.h"

const char *http_header_find(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (head_is(request->headers[i].name, name))
			return request->headers[i].value;
	return NULL;
}

/* Kept as name, NUL, value, NUL. */
void http_answer_header(struct http_answer *answer, const char *name, const char *fmt, ...)
{
	size_t before;
	va_list args;
	int length;

	buffer_add(&answer->headers, name, strlen(name) + 1);
	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	before = answer->headers.size;
	va_start(args, fmt);
	vsnprintf((char *)buffer_room(&answer->headers, length + 1), length + 1, fmt, args);
	va_end(args);
	buffer_grow(&answer->headers, length + 1);
	for (uint8_t *at = answer->headers.bytes + before; *at; at++)
		if (*at < ' ' || *at == 0x7f)
			*at = '?';
}

void http_answer_file(struct http_answer *answer, int fd, uint64_t offset, uint64_t size_bytes)
{
	/* the loop sends it: the disk should be ahead of us */
	posix_fadvise(fd, (off_t)offset, (off_t)size_bytes, POSIX_FADV_SEQUENTIAL);
	answer->has_file = true;
	answer->fd = fd;
	answer->offset = offset;
	answer->size = size_bytes;
}

void http_answer_done(struct http_answer *answer)
{
	buffer_done(&answer->headers);
	buffer_done(&answer->body);
	if (answer->has_file)
		close(answer->fd);
	*answer = (struct http_answer){0};
}
