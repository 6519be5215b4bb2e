/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading declarations, and writing types. */
#include "kernel/type_expr.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "kernel/btf_modules.h"
#include "kernel/types_internal.h"

#define POINTER_BYTES 8
#define NAME_CHARS    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"

/* What may stand before a name, and which kinds it leaves. */
static const struct {
	const char *word;
	uint32_t kinds;
} tags[] = {
	{"struct", 1u << BTF_STRUCT},
	{"union", 1u << BTF_UNION},
	{"enum", 1u << BTF_ENUM | 1u << BTF_ENUM64},
};

static const uint32_t any_kind = 1u << BTF_INT | 1u << BTF_STRUCT | 1u << BTF_UNION |
				 1u << BTF_ENUM | 1u << BTF_TYPEDEF | 1u << BTF_FLOAT |
				 1u << BTF_ENUM64;

/* A cursor over what was typed. */
struct reader {
	const char *at;
};

static void skip_space(struct reader *r)
{
	while (isspace((unsigned char)*r->at))
		r->at++;
}

static bool take_word(struct reader *r, char word[TYPE_NAME_BYTES])
{
	size_t n;

	skip_space(r);
	n = strspn(r->at, NAME_CHARS);
	if (n == 0 || n >= TYPE_NAME_BYTES)
		return false;
	memcpy(word, r->at, n);
	word[n] = '\0';
	r->at += n;
	skip_space(r);
	return true;
}

/* How often each word of C's own types was said. */
struct basic {
	unsigned is_unsigned, is_signed, is_long, is_short, is_int, is_char;
};

static bool note_word(const char *word, struct basic *basic)
{
	const struct {
		const char *word;
		unsigned *count;
	} words[] = {{"unsigned", &basic->is_unsigned}, {"signed", &basic->is_signed},
		     {"long", &basic->is_long},		{"short", &basic->is_short},
		     {"int", &basic->is_int},		{"char", &basic->is_char}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			++*words[i].count;
			return true;
		}
	return false;
}

/* What compilers call it: "long long unsigned int", "short int", "unsigned char". */
static void name_basic(const struct basic *basic, char name[TYPE_NAME_BYTES])
{
	if (basic->is_char)
		snprintf(name, TYPE_NAME_BYTES, "%schar",
			 basic->is_unsigned ? "unsigned "
			 : basic->is_signed ? "signed "
					    : "");
	else
		snprintf(name, TYPE_NAME_BYTES, "%s%sint",
			 basic->is_short      ? "short "
			 : basic->is_long > 1 ? "long long "
			 : basic->is_long     ? "long "
					      : "",
			 basic->is_unsigned ? "unsigned " : "");
}

static bool take_name(struct reader *r, char name[TYPE_NAME_BYTES], uint32_t *kinds)
{
	struct basic basic = {0};
	struct reader ahead;

	*kinds = any_kind;
	do {
		if (!take_word(r, name))
			return false;
	} while (strcmp(name, "const") == 0 || strcmp(name, "volatile") == 0);
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (strcmp(name, tags[i].word) == 0) {
			*kinds = tags[i].kinds;
			return take_word(r, name);
		}
	if (note_word(name, &basic)) {
		for (ahead = *r; take_word(&ahead, name) && note_word(name, &basic); ahead = *r)
			*r = ahead;
		name_basic(&basic, name);
	}
	return true;
}

static bool take_dimensions(struct reader *r, struct type_expr *type)
{
	while (*r->at == '[' && type->n_dimensions < TYPE_DIMENSIONS_MAX) {
		char *end;
		unsigned long n = strtoul(r->at + 1, &end, 0);

		if (*end != ']' || n > UINT32_MAX)
			return false;
		type->dimensions[type->n_dimensions++] = (uint32_t)n;
		r->at = end + 1;
		skip_space(r);
	}
	return *r->at == '\0';
}

/* In the kernel's types, else in those of any module. */
static bool find(const struct kernel *kernel, const char *name, uint32_t kinds,
		 struct type_expr *type, struct dint_error *err)
{
	struct type_search search;
	struct dint_error other;

	if (!type_search_begin(kernel, name, kinds, &search, err))
		return false;
	if (type_search_next(&search, err)) {
		type->btf = search.btf;
		type->id = search.id;
		return true;
	}
	return err->code == DINT_NOT_FOUND && !strchr(name, ':') &&
	       btf_find_in_modules(kernel, name, kinds, &type->btf, &type->id, &other);
}

bool type_expr_parse(const struct kernel *kernel, const char *text, struct type_expr *type,
		     struct dint_error *err)
{
	struct type_expr t = {0};
	struct reader r = {text};
	char name[TYPE_NAME_BYTES] = "";
	uint32_t kinds = 0;
	bool good = take_name(&r, name, &kinds);

	for (; good && *r.at == '*'; skip_space(&r)) {
		t.pointers++;
		r.at++;
	}
	if (!good || !take_dimensions(&r, &t))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.80s' is no type: struct list_head, unsigned long [4], u32 *",
				 text);
	if (strcmp(name, "void") == 0) {
		if (!kernel_btf(kernel, &t.btf, err))
			return false;
	} else {
		if (!find(kernel, name, kinds, &t, err))
			return false;
	}
	*type = t;
	return true;
}

bool type_expr_size(const struct type_expr *type, uint64_t *size, struct dint_error *err)
{
	uint64_t bytes = POINTER_BYTES;

	if (!type->pointers && !btf_size(type->btf, type->id, &bytes, err))
		return false;
	for (unsigned i = 0; i < type->n_dimensions; i++)
		if (__builtin_mul_overflow(bytes, (uint64_t)type->dimensions[i], &bytes) ||
		    bytes > UINT32_MAX)
			return dint_fail(err, DINT_CORRUPT, "an array that is too large");
	*size = bytes;
	return true;
}

static const char *tag_of(enum btf_kind kind)
{
	switch (kind) {
	case BTF_STRUCT:
		return "struct ";
	case BTF_UNION:
		return "union ";
	case BTF_ENUM:
	case BTF_ENUM64:
		return "enum ";
	default:
		return "";
	}
}

/* What is pointed to or repeated comes first, the stars and brackets behind. */
static void add_type(struct buffer *to, struct btf *btf, uint32_t id, unsigned depth)
{
	struct btf_array array;
	struct dint_error ignored;
	struct btf_type type;

	if (depth > TYPE_DEPTH_MAX || !btf_type(btf, id, &type, &ignored)) {
		buffer_add_u8(to, '?');
		return;
	}
	switch (type.kind) {
	case BTF_VOID:
		buffer_add_text(to, "void");
		break;
	case BTF_PTR:
		add_type(to, btf, type.type, depth + 1);
		if (to->size && to->bytes[to->size - 1] == '*')
			buffer_add_u8(to, '*');
		else
			buffer_add_text(to, " *");
		break;
	case BTF_ARRAY:
		if (!btf_get_array(btf, &type, &array, &ignored))
			return;
		add_type(to, btf, array.type, depth + 1);
		buffer_printf(to, " [%" PRIu32 "]", array.count);
		break;
	case BTF_CONST:
	case BTF_VOLATILE:
	case BTF_RESTRICT:
	case BTF_TYPE_TAG:
		add_type(to, btf, type.type, depth + 1);
		break;
	case BTF_FUNC_PROTO:
		add_type(to, btf, type.type, depth + 1);
		buffer_add_text(to, " ()");
		break;
	default:
		buffer_add_text(to, tag_of(type.kind));
		const char *name = btf_name(btf, type.name);

		if (*name)
			text_escape(to, name, strlen(name));
		else
			buffer_add_text(to, "{...}");
	}
}

void type_name_add(struct buffer *to, struct btf *btf, uint32_t id)
{
	add_type(to, btf, id, 0);
}

void type_expr_add(struct buffer *to, const struct type_expr *type)
{
	add_type(to, type->btf, type->id, 0);
	if (type->pointers)
		buffer_add_u8(to, ' ');
	for (unsigned i = 0; i < type->pointers; i++)
		buffer_add_u8(to, '*');
	if (type->n_dimensions)
		buffer_add_u8(to, ' ');
	for (unsigned i = 0; i < type->n_dimensions; i++)
		buffer_printf(to, "[%" PRIu32 "]", type->dimensions[i]);
}
