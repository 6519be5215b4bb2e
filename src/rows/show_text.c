/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects as text, in the manner of crash and gdb. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "kernel/symbols.h"
#include "rows/show_sinks.h"

#define INDENT	   2
#define DEPTH_BITS 31
#define HEX_FROM   ((uint64_t)1 << 32) /* larger ones mean more in hexadecimal */
#define WIDE	   100		       /* columns, behind which an array goes on in a new line */

static struct show_text *text_of(struct show_sink *sink)
{
	return (struct show_text *)sink;
}

static bool in_array(const struct show_text *text)
{
	return text->arrays >> (text->depth & DEPTH_BITS) & 1;
}

static size_t column(const struct buffer *to)
{
	const uint8_t *line = to->size ? memrchr(to->bytes, '\n', to->size) : NULL;

	return line ? (size_t)(to->bytes + to->size - line - 1) : to->size;
}

/* What stands before a value: a comma, a new line or a space, the name. */
static void begin(struct show_text *text, const char *name, bool in_line)
{
	if (text->depth > 0) {
		if (text->some)
			buffer_add_u8(text->to, ',');
		if (in_line && text->some && column(text->to) < WIDE)
			buffer_add_u8(text->to, ' ');
		else if (!in_line || text->some)
			buffer_printf(text->to, "\n%*s", (int)text->depth * INDENT, "");
	}
	if (name) {
		text_escape(text->to, name, strlen(name));
		buffer_add_text(text->to, " = ");
	}
}

static void begin_group(struct show_sink *sink, const char *name, bool array)
{
	struct show_text *text = text_of(sink);
	uint32_t bit;

	begin(text, name, false);
	buffer_add_u8(text->to, '{');
	text->depth++;
	bit = 1u << (text->depth & DEPTH_BITS);
	text->arrays = array ? text->arrays | bit : text->arrays & ~bit;
	text->in_line |= bit; /* until something is opened in it */
	text->some = false;
}

static void end_group(struct show_sink *sink)
{
	struct show_text *text = text_of(sink);
	bool in_line = in_array(text) && text->in_line >> (text->depth & DEPTH_BITS) & 1;

	text->depth--;
	text->in_line &= ~(1u << (text->depth & DEPTH_BITS));
	if (text->some && !in_line)
		buffer_printf(text->to, "\n%*s", (int)text->depth * INDENT, "");
	buffer_add_u8(text->to, '}');
	text->some = true;
}

static void add_pointer(struct show_text *text, uint64_t address)
{
	struct dint_error ignored;
	struct symbol symbol;

	buffer_printf(text->to, "0x%" PRIx64, address);
	if (address >= PAGING_IMAGE_START && symbol_at(text->kernel, address, &symbol, &ignored)) {
		buffer_add_text(text->to, " <");
		text_escape(text->to, symbol.name, strlen(symbol.name));
		if (symbol.offset)
			buffer_printf(text->to, "+0x%" PRIx64, symbol.offset);
		buffer_add_u8(text->to, '>');
	}
}

static void add_number(struct buffer *to, const struct show_value *value)
{
	if (value->is_signed)
		buffer_printf(to, "%" PRId64, (int64_t)value->number);
	else if (value->number >= HEX_FROM)
		buffer_printf(to, "0x%" PRIx64, value->number);
	else
		buffer_printf(to, "%" PRIu64, value->number);
}

static void put_value(struct show_sink *sink, const char *name, const struct show_value *value)
{
	struct show_text *text = text_of(sink);

	begin(text, name, in_array(text));
	switch (value->kind) {
	case SHOW_NUMBER:
		add_number(text->to, value);
		break;
	case SHOW_BOOL:
		buffer_add_text(text->to, value->number ? "true" : "false");
		break;
	case SHOW_ENUM:
		if (value->text)
			text_escape(text->to, value->text, strlen(value->text));
		else
			add_number(text->to, value);
		break;
	case SHOW_POINTER:
		add_pointer(text, value->number);
		break;
	case SHOW_TEXT:
		buffer_add_u8(text->to, '"');
		text_escape(text->to, value->bytes, value->n);
		buffer_add_u8(text->to, '"');
		break;
	case SHOW_MISSING:
		buffer_add_text(text->to, "<");
		text_escape(text->to, value->text, strlen(value->text));
		buffer_add_text(text->to, ">");
		break;
	}
	text->some = true;
}

static void put_repeat(struct show_sink *sink, uint64_t n)
{
	buffer_printf(text_of(sink)->to, " <repeats %" PRIu64 " times>", n);
}

void show_text_init(struct show_text *text, const struct kernel *kernel, struct buffer *to)
{
	*text = (struct show_text){
		.sink = {.open = begin_group,
			 .close = end_group,
			 .value = put_value,
			 .repeat = put_repeat},
		.kernel = kernel,
		.to = to,
	};
}
