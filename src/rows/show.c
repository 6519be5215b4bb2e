/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint show: an object of the kernel's memory, by its type. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "kernel/globals.h"
#include "kernel/type_path.h"
#include "rows/operand.h"
#include "rows/rows.h"
#include "rows/show_sinks.h"

/* What is to be shown. */
struct subject {
	struct type_expr type;
	kva_t at;
	bool has_member; /* a bit field: it cannot be named by a type alone */
	struct member member;
};

/* "task_struct.se.load": the type goes to the first dot, the path follows it. */
static bool take_type(const struct kernel *kernel, const char *word, struct subject *subject,
		      struct dint_error *err)
{
	const char *dot = strchr(word, '.');
	struct path_place place = {0};
	char name[2 * TYPE_NAME_BYTES];

	if (!dot)
		return type_expr_parse(kernel, word, &subject->type, err);
	if ((size_t)(dot - word) >= sizeof(name))
		return dint_fail(err, DINT_BAD_REQUEST, "'%.80s…' is no type", word);
	memcpy(name, word, (size_t)(dot - word));
	name[dot - word] = '\0';
	if (!type_expr_parse(kernel, name, &subject->type, err))
		return false;
	place.type = subject->type.id;
	switch (path_follow(subject->type.btf, dot + 1, &place, err)) {
	case PATH_BROKEN:
		return false;
	case PATH_ABSENT:
		return dint_fail(err, DINT_NOT_FOUND, "'%.80s' has no member '%.80s'", name,
				 dot + 1);
	case PATH_FOUND:
		break;
	}
	if (!path_member(subject->type.btf, &place, &subject->member, err))
		return false;
	subject->has_member = subject->member.bit_size != 0;
	subject->type.id = place.type;
	subject->at = subject->member.offset; /* where the object is comes on top */
	return true;
}

/* An array of as many as the kernel has been configured for: what fits before the next symbol. */
static void cut_to_size(const struct kernel *kernel, const char *word, struct type_expr *type)
{
	struct type_expr element = *type;
	struct dint_error ignored;
	struct symbol symbol;
	uint64_t size = 0;

	if (!type->n_dimensions || !symbol_find(kernel, word, &symbol, &ignored) || !symbol.size)
		return;
	element.dimensions[0] = 1;
	if (type_expr_size(&element, &size, &ignored) && size &&
	    type->dimensions[0] > symbol.size / size)
		type->dimensions[0] = (uint32_t)(symbol.size / size);
}

static bool take_global(const struct kernel *kernel, const char *word, struct subject *subject,
			struct dint_error *err)
{
	char text[GLOBAL_TYPE_BYTES];

	if (!global_type(kernel, word, text, err))
		return false;
	if (!type_expr_parse(kernel, text, &subject->type, err) ||
	    !operand_address(kernel, word, &subject->at, err))
		return false;
	cut_to_size(kernel, word, &subject->type);
	return true;
}

static bool find_subject(const struct kernel *kernel, const struct rows_request *request,
			 struct subject *subject, struct dint_error *err)
{
	kva_t at = 0;

	if (request->n_operands == 1)
		return take_global(kernel, request->operands[0], subject, err);
	if (!take_type(kernel, request->operands[0], subject, err) ||
	    !operand_address(kernel, request->operands[1], &at, err))
		return false;
	subject->at += at;
	return true;
}

static bool walk(const struct kernel *kernel, const struct subject *subject, struct show_sink *sink,
		 struct dint_error *err)
{
	struct show_value value = {.kind = SHOW_NUMBER, .is_signed = subject->member.is_signed};

	if (!subject->has_member)
		return show_walk(kernel, &subject->type, subject->at, sink, err);
	/* its offset is in the address already */
	if (!member_u64(kernel, &subject->member, subject->at - subject->member.offset,
			&value.number, err))
		return false;
	sink->value(sink, NULL, &value);
	return true;
}

static bool write_json(const struct kernel *kernel, const struct subject *subject,
		       struct rows_out *out, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer name = {0};
	CLEANUP(buffer_done) struct buffer value = {0};
	struct json_writer w;
	struct show_json json;

	/* gathered first, so that there is an answer or an error */
	json_writer_init(&w, &value, -1);
	show_json_init(&json, &w, "value");
	type_expr_add(&name, &subject->type);
	json_open_object(&w, NULL);
	json_put_address(&w, "address", subject->at);
	json_put_string(&w, "type", buffer_text(&name));
	if (!walk(kernel, subject, &json.sink, err))
		return false;
	json_close(&w);
	if (!json_writer_end(&w, err))
		return false;
	buffer_add(out->text, value.bytes, value.size);
	return rows_flush(out, true, err);
}

static bool show_write(struct kernel *kernel, const struct rows_request *request,
		       struct rows_out *out, struct dint_error *err)
{
	struct subject subject = {0};
	struct show_text text;

	if (!find_subject(kernel, request, &subject, err))
		return false;
	if (request->json)
		return write_json(kernel, &subject, out, err);
	type_expr_add(out->text, &subject.type);
	buffer_printf(out->text, " at 0x%" PRIx64 " = ", subject.at);
	show_text_init(&text, kernel, out->text);
	if (!walk(kernel, &subject, &text.sink, err))
		return false;
	buffer_add_u8(out->text, '\n');
	return rows_flush(out, true, err);
}

const struct rows_verb rows_show = {
	.name = "show",
	.summary = "an object of the kernel's memory, by its type",
	.operands = "[TYPE] ADDRESS|SYMBOL",
	.operands_min = 1,
	.operands_max = 2,
	.write = show_write,
};
