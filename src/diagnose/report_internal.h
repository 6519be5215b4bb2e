/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report being written: what the sections share. */
#pragma once
#include "diagnose/diagnose.h"
#include "diagnose/gaps.h"
#include "diagnose/log_facts.h"
#include "rows/stack_rows.h"

#define NOT_DETERMINED "this version does not look for who waits for whom"

#define TASK_LETTERS 128 /* a state's letter is ASCII */

struct task_counts {
	uint64_t total, kernel, idle; /* threads, of which the kernel's, and idle tasks */
	uint64_t by_letter[TASK_LETTERS];
};

struct report {
	struct dump *dump;
	const struct kernel *kernel; /* NULL: why_no_kernel */
	const char *why_no_kernel;
	struct vmcoreinfo said; /* VMCOREINFO, unproven, where there is no kernel */
	bool has_said;
	struct log_facts log;
	bool crashed;	       /* the kernel left a crash time */
	uint64_t crash_time_s; /* 0: not known */
	struct stack_rows rows;
	bool has_rows; /* false: why_no_rows */
	char why_no_rows[256];
	struct task_counts tasks;
	struct gaps gaps;
};

void section_dump(struct report *report, struct json_writer *w);
void section_kernel(struct report *report, struct json_writer *w);
void section_panic(struct report *report, struct json_writer *w);
void section_verdict(struct report *report, struct json_writer *w);
void section_cpus(struct report *report, struct json_writer *w);
void section_blocked(struct report *report, struct json_writer *w);
void section_tasks(struct report *report, struct json_writer *w);
void section_memory(struct report *report, struct json_writer *w);
void section_modules(struct report *report, struct json_writer *w);
void section_dmesg_tail(struct report *report, struct json_writer *w);
