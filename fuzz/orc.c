/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks a stack by unwind tables, both out of the input, which is all the memory there is: 256
 * bytes of registers and sizes, then what lies at MEMORY. */
#include <string.h>

#include "kernel/unwind_x86_64.h"

#define MEMORY	   ((kva_t)0xffffffff81000000)
#define HEAD_BYTES 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *memory;
	size_t n;
};

static bool read_memory(void *own, kva_t at, void *to, size_t n, struct dint_error *err)
{
	const struct input *input = own;

	if (at < MEMORY || at - MEMORY > input->n || input->n - (at - MEMORY) < n)
		return dint_fail(err, DINT_NOT_FOUND, "not mapped");
	memcpy(to, input->memory + (at - MEMORY), n);
	return true;
}

static bool is_text(void *own, kva_t ip)
{
	return ip >= MEMORY && ip - MEMORY < ((const struct input *)own)->n;
}

static bool function(void *own, kva_t ip, kva_t *start)
{
	*start = ip & ~(kva_t)0x3f;
	return is_text(own, ip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_over(data, size);
	struct registers registers;

	registers_x86_pt_regs(&c, &registers);
	unsigned version = cursor_u8(&c) % (ORC_V4 + 1), stacks = cursor_u8(&c);
	struct orc_table table = {.n = cursor_u16(&c), .blocks = cursor_u16(&c)};

	table.ips = MEMORY + cursor_u16(&c);
	table.entries = MEMORY + cursor_u16(&c);
	table.lookup = MEMORY + cursor_u16(&c);
	table.text = table.start = MEMORY;
	table.end = MEMORY + 65536;
	cursor_seek(&c, HEAD_BYTES);
	struct input input = {data + c.at, cursor_left(&c)};
	CLEANUP(orc_free_ptr) struct orc *orc = orc_new(version, read_memory, &input);
	struct unwind_source source = {.own = &input,
				       .read = read_memory,
				       .function = function,
				       .is_text = is_text,
				       .orc = version ? orc : NULL};
	struct unwind unwind;
	struct frame frame;

	if (!cursor_ok(&c))
		return 0;
	orc_add(orc, &table);
	for (unsigned i = 0; i < stacks % 4; i++)
		stack_add(&source.areas, "a", MEMORY + i * 0x200, MEMORY + (i + 1) * 0x200);
	unwind_start(&unwind, &source, &unwind_x86_64, &registers, stacks & 0x80);
	while (unwind_next(&unwind, &frame) == UNWIND_FRAME)
		continue;
	return 0;
}
