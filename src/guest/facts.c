/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/facts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"

#define FACT_BYTES_MAX 65536 /* of a file in /proc or /sys */

void guest_path(const struct guest_options *options, const char *path, char full[GUEST_PATH_MAX])
{
	snprintf(full, GUEST_PATH_MAX, "%s%s", options->root, path);
}

static bool fact(const struct guest_options *options, const char *path, struct buffer *content)
{
	char full[GUEST_PATH_MAX];
	struct dint_error err;

	guest_path(options, path, full);
	return io_read_file(full, FACT_BYTES_MAX, content, &err) && content->size;
}

bool guest_fact_text(const struct guest_options *options, const char *path, char *text, size_t n)
{
	CLEANUP(buffer_done) struct buffer content = {0};

	if (!fact(options, path, &content))
		return false;
	snprintf(text, n, "%s", buffer_text(&content));
	text[strcspn(text, "\n")] = '\0';
	return true;
}

bool guest_fact_number(const struct guest_options *options, const char *path, uint64_t *value)
{
	char text[32], *end;

	if (!guest_fact_text(options, path, text, sizeof(text)) || !isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno;
}

uint64_t guest_fact_memory(const struct guest_options *options)
{
	CLEANUP(buffer_done) struct buffer content = {0};
	unsigned long long kib = 0;
	const char *line;

	if (!fact(options, "/proc/meminfo", &content))
		return 0;
	line = strstr(buffer_text(&content), "MemTotal:");
	return line && sscanf(line, "MemTotal: %llu kB", &kib) == 1 ? kib * 1024 : 0;
}

void guest_fact_boot_id(const struct guest_options *options, uint8_t id[16])
{
	char text[64];
	unsigned digits = 0;

	memset(id, 0, 16);
	if (!guest_fact_text(options, "/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		return;
	for (const char *at = text; *at && digits < 32; at++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = strchr(hex, *at);

		if (digit)
			id[digits / 2] |= (digit - hex) << (digits % 2 ? 0 : 4);
		digits += digit != NULL;
	}
}
