/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine without a dump: three stacks, some code, and ORC for it.
 *
 *	STACKS	0x0000 task's	0x4000 interrupt	0x8000 NMI		0xc000
 *	TEXT	functions of 0x100 bytes each
 */
#pragma once
#include "../check.h"

#include <string.h>

#include "base/units.h"
#include "kernel/unwind_x86_64.h"

#define STACKS	   ((kva_t)0xffffc90000000000)
#define TEXT	   ((kva_t)0xffffffff81000000)
#define TABLES	   ((kva_t)0xffffffff82000000)
#define AREA_BYTES 0x4000
#define IRQ	   (STACKS + AREA_BYTES)
#define NMI	   (STACKS + 2 * AREA_BYTES)
#define FUNCTION   0x100
#define FUNCTIONS  16
#define USER_IP	   ((kva_t)0x7f0000001234)

struct rig {
	uint8_t stacks[3 * AREA_BYTES], text[FUNCTIONS * FUNCTION], tables[0x1000];
	struct unwind_source source;
};

static bool rig_read(void *own, kva_t at, void *to, size_t n, struct dint_error *err)
{
	struct rig *rig = own;
	const struct {
		kva_t at;
		const uint8_t *bytes;
		size_t n;
	} parts[] = {{STACKS, rig->stacks, sizeof(rig->stacks)},
		     {TEXT, rig->text, sizeof(rig->text)},
		     {TABLES, rig->tables, sizeof(rig->tables)}};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (at >= parts[i].at && at - parts[i].at <= parts[i].n - n) {
			memcpy(to, parts[i].bytes + (at - parts[i].at), n);
			return true;
		}
	return dint_fail(err, DINT_NOT_FOUND, "not mapped");
}

static bool rig_is_text(void *own, kva_t ip)
{
	(void)own;
	return ip >= TEXT && ip < TEXT + FUNCTIONS * FUNCTION;
}

static bool rig_function(void *own, kva_t ip, kva_t *start)
{
	*start = ip & ~(kva_t)(FUNCTION - 1);
	return rig_is_text(own, ip);
}

static void rig_put(struct rig *rig, kva_t at, uint64_t value)
{
	assert_true(at >= STACKS && at + 8 <= STACKS + sizeof(rig->stacks));
	for (unsigned i = 0; i < 8; i++)
		rig->stacks[at - STACKS + i] = (uint8_t)(value >> (8 * i));
}

static void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	rig->source = (struct unwind_source){
		.own = rig, .read = rig_read, .function = rig_function, .is_text = rig_is_text};
	stack_add(&rig->source.areas, "task's", STACKS, IRQ);
	stack_add(&rig->source.areas, "interrupt", IRQ, NMI);
	stack_add(&rig->source.areas, "NMI", NMI, NMI + AREA_BYTES);
}

/* A word of memory, a walk's start, and what is to come of it. */
struct word {
	kva_t at;
	uint64_t value;
};

struct walk_case {
	const char *name;
	kva_t ip, sp, bp;
	bool returned; /* ip is a return address */
	struct word words[32];
	kva_t want[10]; /* 0 ends them, unless n says how many there are */
	size_t n;
	const char *lost; /* NULL: it ends as it should */
	kva_t last_bp;	  /* of the last frame; 0: not looked at */
};

static inline void walk_one(struct rig *rig, const struct walk_case *c)
{
	struct registers registers = {0};
	struct unwind unwind;
	struct frame frame = {0};
	size_t n = 0, wanted = c->n;

	while (!c->n && wanted < ARRAY_SIZE(c->want) && c->want[wanted])
		wanted++;
	print_message("%s\n", c->name);
	for (size_t i = 0; i < ARRAY_SIZE(c->words) && c->words[i].at; i++)
		rig_put(rig, c->words[i].at, c->words[i].value);
	registers_set(&registers, X86_IP, c->ip);
	registers_set(&registers, X86_SP, c->sp);
	registers_set(&registers, X86_BP, c->bp);
	unwind_start(&unwind, &rig->source, &unwind_x86_64, &registers, !c->returned);
	for (; unwind_next(&unwind, &frame) == UNWIND_FRAME; n++) {
		if (n >= wanted || frame.ip != c->want[n])
			fail_msg("%s: frame %zu is 0x%llx", c->name, n,
				 (unsigned long long)frame.ip);
	}
	assert_int_equal(n, wanted);
	assert_int_equal(unwind.result, c->lost ? UNWIND_LOST : UNWIND_END);
	if (c->lost && !strstr(unwind.why, c->lost))
		fail_msg("%s: '%s'", c->name, unwind.why);
	if (c->last_bp)
		assert_int_equal(frame.bp, c->last_bp);
}

/* The words of a struct pt_regs. */
#define PT_REGS(where, ip_, cs_, sp_, bp_)                                                     \
	{(where) + X86_IP * 8, ip_}, {(where) + X86_CS * 8, cs_}, {(where) + X86_SP * 8, sp_}, \
	{                                                                                      \
		(where) + X86_BP * 8, bp_                                                      \
	}
#define KERNEL_CS 0x10
#define USER_CS	  0x33
