/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers and the code bytes that an oops prints (arch/x86/kernel/process_64.c, __show_regs;
 * dumpstack.c, show_opcodes):
 *
 *	RIP: 0010:qmesh_advance_row+0x39/0x41 [qmesh]
 *	Code: 48 8b 07 … <48> 8b 40 08 …
 *	RSP: 0018:ffffb0a0c0a3be60 EFLAGS: 00010246
 *	RAX: 6b6b6b6b6b6b6b6b RBX: … RCX: …
 *	…
 *	CR2: 0000000000000010 CR3: … CR4: …
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define OOPS_REGISTERS_MAX 24
#define OOPS_NAME_BYTES	   8
#define OOPS_VALUE_BYTES   96  /* of RIP's symbol: KSYM_NAME_LEN allows 512, and nobody has such */
#define OOPS_CODE_BYTES	   256 /* 64 bytes of code, three letters each */

struct oops_state {
	bool open; /* the oops goes on */
	struct {
		char name[OOPS_NAME_BYTES], value[OOPS_VALUE_BYTES];
	} registers[OOPS_REGISTERS_MAX];
	size_t count;
	char code[OOPS_CODE_BYTES]; /* "": none */
};

/* An oops begins: what an earlier one said is forgotten. */
void oops_state_begin(struct oops_state *state);
/* A line of the log. What a later trace of the same oops repeats (user space's registers) is not
 * taken. */
void oops_state_line(struct oops_state *state, const char *text);
