/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Elements without attributes, but for the root's name space. */
#include "ec2/xml.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/text.h"

void xml_begin(struct xml *x, struct buffer *out)
{
	*x = (struct xml){.out = out};
	buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

static void push(struct xml *x, const char *name)
{
	assert(x->depth < XML_DEPTH_MAX);
	x->open[x->depth++] = name;
}

static void start_tag(struct xml *x, const char *name)
{
	buffer_add(x->out, "<", 1);
	buffer_add_text(x->out, name);
	buffer_add(x->out, ">", 1);
}

static void end_tag(struct xml *x, const char *name)
{
	buffer_add(x->out, "</", 2);
	buffer_add_text(x->out, name);
	buffer_add(x->out, ">", 1);
}

void xml_open(struct xml *x, const char *name)
{
	start_tag(x, name);
	push(x, name);
}

void xml_open_in(struct xml *x, const char *name, const char *name_space)
{
	buffer_printf(x->out, "<%s xmlns=\"%s\">", name, name_space);
	push(x, name);
}

void xml_close(struct xml *x)
{
	assert(x->depth);
	end_tag(x, x->open[--x->depth]);
}

/* NULL for a byte that stands for itself. */
static const char *replacement(uint8_t c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\r': /* a reader makes a newline of a bare one */
		return "&#xD;";
	case '\t':
	case '\n':
		return NULL;
	default:
		return c < 0x20 ? "\xef\xbf\xbd" : NULL;
	}
}

/* U+FFFE and U+FFFF are not in XML either. */
static bool is_xml(const uint8_t *at, size_t length)
{
	return length != 3 || at[0] != 0xef || at[1] != 0xbf || at[2] < 0xbe;
}

static void escape(struct buffer *to, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	size_t left = strlen(text);

	while (left) {
		size_t length = text_utf8(at, left);
		const char *instead = length == 1 ? replacement(*at) : NULL;

		if (!length || !is_xml(at, length)) {
			instead = "\xef\xbf\xbd";
			length = length ? length : 1;
		}
		if (instead)
			buffer_add_text(to, instead);
		else
			buffer_add(to, at, length);
		at += length;
		left -= length;
	}
}

void xml_text(struct xml *x, const char *name, const char *text)
{
	if (!text)
		return;
	start_tag(x, name);
	escape(x->out, text);
	end_tag(x, name);
}

void xml_bool(struct xml *x, const char *name, bool value)
{
	xml_text(x, name, value ? "true" : "false");
}

void xml_number(struct xml *x, const char *name, uint64_t value)
{
	buffer_printf(x->out, "<%s>%" PRIu64 "</%s>", name, value, name);
}

void xml_time_text(uint64_t wall_us, char text[XML_TIME])
{
	char whole[CLOCK_TEXT];

	clock_text(wall_us, whole);
	memcpy(text, whole, 23); /* to the milliseconds */
	memcpy(text + 23, "Z", 2);
}

void xml_time(struct xml *x, const char *name, uint64_t wall_us)
{
	char text[XML_TIME];

	if (!wall_us)
		return;
	xml_time_text(wall_us, text);
	xml_text(x, name, text);
}

void xml_base64(struct xml *x, const char *name, const void *bytes, size_t n)
{
	start_tag(x, name);
	base64_encode(bytes, n, x->out);
	end_tag(x, name);
}
