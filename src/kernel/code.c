/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists by which the kernel itself names code that it made. */
#include "kernel/code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/list.h"
#include "kernel/parts.h"
#include "kernel/types.h"

#define NAME_BYTES  512 /* KSYM_NAME_LEN */
#define PIECE_BYTES ((uint64_t)1 << 30)
#define SLOTS_BYTES 4096 /* of instructions in one page of kprobes */
#define TAG_BYTES   8	 /* BPF_TAG_SIZE */

struct piece {
	kva_t start;
	uint64_t size;
	const char *kind;
	char *name;
};

struct code {
	const struct kernel *kernel;
	struct piece *pieces; /* sorted by start */
	size_t n;
};

static void add(struct code *code, kva_t start, uint64_t size, const char *kind, const char *name)
{
	if (!start || !size || size > PIECE_BYTES)
		return;
	code->pieces = xgrow(code->pieces, code->n, sizeof(*code->pieces));
	code->pieces[code->n++] = (struct piece){start, size, kind, xstrdup(name)};
}

/* struct bpf_ksym, since v5.7 (Linux commit bfea9a8574f3, "bpf: Add name to struct bpf_ksym"). */
static void add_bpf_symbols(struct code *code, kva_t head)
{
	struct {
		struct member node, start, end, name;
	} l;
#define ROW(field) offsetof(__typeof__(l), field), "bpf_ksym"
	const struct member_row rows[] = {{ROW(node), "lnode"},
					  {ROW(start), "start"},
					  {ROW(end), "end"},
					  {ROW(name), "name"}};
#undef ROW
	struct dint_error ignored;
	kva_t node;

	if (!member_find_all(code->kernel, rows, ARRAY_SIZE(rows), &l, &ignored))
		return;
	for (struct list_walk walk = list_begin(code->kernel, head, CODE_PIECES_MAX);
	     list_next(&walk, &node);) {
		kva_t object = member_container(&l.node, node), start = 0, end = 0;
		char name[NAME_BYTES];

		if (member_ptr(code->kernel, &l.start, object, &start, &ignored) &&
		    member_ptr(code->kernel, &l.end, object, &end, &ignored) &&
		    member_text(code->kernel, &l.name, object, name, sizeof(name), &ignored))
			add(code, start, end - start, "bpf", name);
	}
}

/* "bpf_prog_6deef7357e7b4530_name", as the kernel made it when somebody asked (until v5.6). */
static void bpf_name(const uint8_t tag[TAG_BYTES], const char *name, char to[NAME_BYTES])
{
	size_t n = (size_t)snprintf(to, NAME_BYTES, "bpf_prog_");

	for (unsigned i = 0; i < TAG_BYTES; i++)
		n += (size_t)snprintf(to + n, NAME_BYTES - n, "%02x", tag[i]);
	if (*name)
		snprintf(to + n, NAME_BYTES - n, "_%s", name);
}

static void add_bpf_programs(struct code *code, kva_t head)
{
	struct {
		struct member node, program, aux_name, function, length, tag;
	} l;
#define ROW(field) offsetof(__typeof__(l), field)
	const struct member_row rows[] = {
		{ROW(node), "bpf_prog_aux", "ksym_lnode"}, {ROW(program), "bpf_prog_aux", "prog"},
		{ROW(aux_name), "bpf_prog_aux", "name"},   {ROW(function), "bpf_prog", "bpf_func"},
		{ROW(length), "bpf_prog", "jited_len"},	   {ROW(tag), "bpf_prog", "tag"}};
#undef ROW
	struct dint_error ignored;
	kva_t node;

	if (!member_find_all(code->kernel, rows, ARRAY_SIZE(rows), &l, &ignored))
		return;
	for (struct list_walk walk = list_begin(code->kernel, head, CODE_PIECES_MAX);
	     list_next(&walk, &node);) {
		kva_t aux = member_container(&l.node, node), program = 0, function = 0;
		char name[NAME_BYTES], short_name[32];
		uint8_t tag[TAG_BYTES];
		uint64_t length = 0;

		if (!member_ptr(code->kernel, &l.program, aux, &program, &ignored) ||
		    !member_ptr(code->kernel, &l.function, program, &function, &ignored) ||
		    !member_u64(code->kernel, &l.length, program, &length, &ignored) ||
		    !member_bytes(code->kernel, &l.tag, program, tag, sizeof(tag), &ignored) ||
		    !member_text(code->kernel, &l.aux_name, aux, short_name, sizeof(short_name),
				 &ignored))
			continue;
		bpf_name(tag, short_name, name);
		add(code, function, length, "bpf", name);
	}
}

static void add_bpf(struct code *code)
{
	struct dint_error ignored;
	kva_t head = 0;

	if (!symbol_address(code->kernel, "bpf_kallsyms", &head, &ignored))
		return;
	if (member_exists(code->kernel, "bpf_ksym", "lnode"))
		add_bpf_symbols(code, head);
	else
		add_bpf_programs(code, head);
}

/* Listed since v5.9 (Linux commit fc0ea795f53c, "ftrace: Add symbols for ftrace trampolines"). */
static void add_ftrace(struct code *code)
{
	struct member node, start, size;
	struct dint_error ignored;
	kva_t head = 0, at;

	if (!symbol_address(code->kernel, "ftrace_ops_trampoline_list", &head, &ignored) ||
	    !member_find(code->kernel, "ftrace_ops", "list", &node, &ignored) ||
	    !member_find(code->kernel, "ftrace_ops", "trampoline", &start, &ignored) ||
	    !member_find(code->kernel, "ftrace_ops", "trampoline_size", &size, &ignored))
		return;
	for (struct list_walk walk = list_begin(code->kernel, head, CODE_PIECES_MAX);
	     list_next(&walk, &at);) {
		kva_t ops = member_container(&node, at), trampoline = 0;
		uint64_t bytes = 0;

		if (member_ptr(code->kernel, &start, ops, &trampoline, &ignored) &&
		    member_u64(code->kernel, &size, ops, &bytes, &ignored))
			add(code, trampoline, bytes, "ftrace", "ftrace_trampoline");
	}
}

static void add_kprobes(struct code *code)
{
	static const char *const caches[][2] = {{"kprobe_insn_slots", "kprobe_insn_page"},
						{"kprobe_optinsn_slots", "kprobe_optinsn_page"}};
	struct member pages, node, start;
	struct dint_error ignored;
	kva_t cache = 0, at;

	if (!member_find(code->kernel, "kprobe_insn_cache", "pages", &pages, &ignored) ||
	    !member_find(code->kernel, "kprobe_insn_page", "list", &node, &ignored) ||
	    !member_find(code->kernel, "kprobe_insn_page", "insns", &start, &ignored))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(caches); i++) {
		if (!symbol_address(code->kernel, caches[i][0], &cache, &ignored))
			continue;
		for (struct list_walk walk =
			     list_begin(code->kernel, member_at(&pages, cache), CODE_PIECES_MAX);
		     list_next(&walk, &at);) {
			kva_t page = 0;

			if (member_ptr(code->kernel, &start, member_container(&node, at), &page,
				       &ignored))
				add(code, page, SLOTS_BYTES, "kprobe", caches[i][1]);
		}
	}
}

static int by_start(const void *a, const void *b)
{
	const struct piece *first = a, *second = b;

	return (first->start > second->start) - (first->start < second->start);
}

bool code_open(const struct kernel *kernel, struct code **out, struct dint_error *err)
{
	struct code *code = xcalloc(1, sizeof(*code));

	(void)err; /* what is not there has no names: nothing fails */
	code->kernel = kernel;
	add_bpf(code);
	add_ftrace(code);
	add_kprobes(code);
	if (code->n)
		qsort(code->pieces, code->n, sizeof(*code->pieces), by_start);
	*out = code;
	return true;
}

void code_close(struct code *code)
{
	if (!code)
		return;
	for (size_t i = 0; i < code->n; i++)
		free(code->pieces[i].name);
	free(code->pieces);
	free(code);
}

bool code_at(const struct kernel *kernel, kva_t at, struct symbol *symbol, struct dint_error *err)
{
	struct code *code;
	size_t low = 0, high;

	if (!kernel_code(kernel, &code, err))
		return false;
	for (high = code->n; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (code->pieces[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || at - code->pieces[low - 1].start >= code->pieces[low - 1].size)
		return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": no symbol", at);
	const struct piece *piece = &code->pieces[low - 1];

	*symbol = (struct symbol){
		.address = piece->start,
		.size = piece->size,
		.offset = at - piece->start,
		.name = piece->name,
		.module = piece->kind,
		.type = 't',
		.size_is_exact = true,
	};
	return true;
}
