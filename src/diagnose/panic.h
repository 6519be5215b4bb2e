/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the log says of a panic: its message, what set it off, and the CPU and task that were in it.
 * Records go in one by one; the state is looked at when all have.
 *
 * To add a trigger: a row in panic.c's table, and in docs/report.schema.json.
 */
#pragma once
#include "diagnose/oops_state.h"
#include "kernel/printk.h"

#define PANIC_TEXT_BYTES \
	256		    /* the kernel's own buffer for the message is 1024; lines are shorter */
#define PANIC_COMM_BYTES 32 /* TASK_COMM_LEN is 16, "%.20s" is printed */

/* Who a "CPU: 0 PID: 1 Comm: x" line names. */
struct panic_place {
	bool known;
	uint32_t cpu;
	int32_t pid;
	char comm[PANIC_COMM_BYTES];
};

struct panic_scan {
	bool panicked; /* a panic's message was seen */
	char message[PANIC_TEXT_BYTES];
	uint64_t time_ns;
	bool has_caller;
	uint32_t caller_id;	     /* of the message */
	char oops[PANIC_TEXT_BYTES]; /* the first line of the last oops before; "": there was none
				      */
	uint64_t oops_time_ns;
	struct panic_place in_oops, in_panic;
	struct oops_state state; /* of the last oops before */
	bool ambiguous;		 /* lines after the panic name different places */
};

void panic_scan_record(struct panic_scan *scan, const struct printk_record *record);

/* What set the panic off: a word of the report's schema. crashed: the kernel left a crash time, so
 * that it did crash, with or without the message. */
const char *panic_trigger(const struct panic_scan *scan, bool crashed);
/* The place of the panic; known is false where the log does not tell beyond doubt. */
struct panic_place panic_place(const struct panic_scan *scan, bool crashed);
