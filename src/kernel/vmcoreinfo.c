/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsing VMCOREINFO. */
#include "kernel/vmcoreinfo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define KEY_BYTES 128 /* the kernel's lines have 79 at most */

/* Cuts one line at its first '='; keys like OFFSET(a.b) hold none. */
static bool parse_line(char *line, struct vmcoreinfo_line *out, struct dint_error *err)
{
	char *equals = strchr(line, '=');

	for (const char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			return dint_fail(err, DINT_CORRUPT, "VMCOREINFO: byte 0x%02x in a line",
					 (unsigned char)*c);
	if (!equals || equals == line)
		return dint_fail(err, DINT_CORRUPT, "VMCOREINFO: not KEY=VALUE: '%.40s'", line);
	*equals = '\0';
	*out = (struct vmcoreinfo_line){line, equals + 1};
	return true;
}

bool vmcoreinfo_parse(const void *text, size_t n, struct vmcoreinfo *out, struct dint_error *err)
{
	CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
	size_t size = strnlen(text, n);

	if (size == 0 || size > VMCOREINFO_BYTES_MAX)
		return dint_fail(err, DINT_CORRUPT, "VMCOREINFO of %zu bytes", size);
	info.text = xstrndup(text, size);
	info.lines = xcalloc(VMCOREINFO_LINES_MAX, sizeof(*info.lines));
	for (char *line = info.text; *line;) {
		char *end = strchr(line, '\n');

		/* the last line of a full page may be cut */
		if (!end && size >= VMCOREINFO_BYTES && size % VMCOREINFO_BYTES == 0)
			break;
		if (end)
			*end = '\0';
		if (info.n_lines == VMCOREINFO_LINES_MAX)
			return dint_fail(err, DINT_CORRUPT, "VMCOREINFO: more than %d lines",
					 VMCOREINFO_LINES_MAX);
		if (!parse_line(line, &info.lines[info.n_lines++], err))
			return false;
		if (!end)
			break;
		line = end + 1;
	}
	*out = TAKE(info);
	return true;
}

void vmcoreinfo_done(struct vmcoreinfo *info)
{
	free(info->text);
	free(info->lines);
	memset(info, 0, sizeof(*info));
}

const char *vmcoreinfo_text(const struct vmcoreinfo *info, const char *key)
{
	for (size_t i = 0; i < info->n_lines; i++)
		if (strcmp(info->lines[i].key, key) == 0)
			return info->lines[i].value;
	return NULL;
}

static bool find(const struct vmcoreinfo *info, const char *key, const char **text,
		 struct dint_error *err)
{
	*text = vmcoreinfo_text(info, key);
	if (!*text)
		return dint_fail(err, DINT_NOT_FOUND, "VMCOREINFO has no %s", key);
	return true;
}

static bool not_a_number(const char *key, const char *text, struct dint_error *err)
{
	return dint_fail(err, DINT_CORRUPT, "%s: not a number: '%.40s'", key, text);
}

/* strtoull alone would take signs, blanks and 0x. */
static bool parse_unsigned(const char *key, const char *text, int base, uint64_t *value,
			   struct dint_error *err)
{
	const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";

	if (text[0] == '\0' || text[strspn(text, digits)] != '\0')
		return not_a_number(key, text, err);
	errno = 0;
	*value = strtoull(text, NULL, base);
	return errno == 0 || not_a_number(key, text, err);
}

bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *value,
		    struct dint_error *err)
{
	const char *text = NULL;

	return find(info, key, &text, err) && parse_unsigned(key, text, 16, value, err);
}

bool vmcoreinfo_symbol(const struct vmcoreinfo *info, const char *name, kva_t *value,
		       struct dint_error *err)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	return vmcoreinfo_hex(info, key, value, err);
}

bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *name, int64_t *value,
		       struct dint_error *err)
{
	const char *text = NULL;
	char key[KEY_BYTES];
	uint64_t magnitude = 0;

	snprintf(key, sizeof(key), "NUMBER(%s)", name);
	if (!find(info, key, &text, err))
		return false;
	bool minus = text[0] == '-';
	bool hex = strncmp(text, "0x", 2) == 0;

	if (!parse_unsigned(key, text + (hex ? 2 : minus), hex ? 16 : 10, &magnitude, err))
		return false;
	if (!hex && magnitude > (uint64_t)INT64_MAX + minus)
		return not_a_number(key, text, err);
	*value = (int64_t)(minus ? 0 - magnitude : magnitude);
	return true;
}

static bool small_number(const struct vmcoreinfo *info, const char *kind, const char *name,
			 size_t *value, struct dint_error *err)
{
	const char *text = NULL;
	char key[KEY_BYTES];
	uint64_t number = 0;

	snprintf(key, sizeof(key), "%s(%s)", kind, name);
	if (!find(info, key, &text, err) || !parse_unsigned(key, text, 10, &number, err))
		return false;
	if (number > INT32_MAX)
		return dint_fail(err, DINT_CORRUPT, "%s: %s is too large", key, text);
	*value = number;
	return true;
}

bool vmcoreinfo_offset(const struct vmcoreinfo *info, const char *name, size_t *value,
		       struct dint_error *err)
{
	return small_number(info, "OFFSET", name, value, err);
}

bool vmcoreinfo_size(const struct vmcoreinfo *info, const char *name, size_t *value,
		     struct dint_error *err)
{
	return small_number(info, "SIZE", name, value, err);
}
