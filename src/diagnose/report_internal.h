/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report being written: what the sections share. */
#pragma once
#include "diagnose/diagnose.h"
#include "diagnose/gaps.h"
#include "diagnose/log_facts.h"

/* Why so many fields of this version are gaps. */
#define NEEDS_SYMBOLS "needs the kernel's symbols and types, which this version does not read"

struct report {
	struct dump *dump;
	const struct kernel *kernel; /* NULL: why_no_kernel */
	const char *why_no_kernel;
	struct vmcoreinfo said; /* VMCOREINFO, unproven, where there is no kernel */
	bool has_said;
	struct log_facts log;
	bool crashed;	       /* the kernel left a crash time */
	uint64_t crash_time_s; /* 0: not known */
	struct gaps gaps;
};

void section_dump(struct report *report, struct json_writer *w);
void section_kernel(struct report *report, struct json_writer *w);
void section_panic(struct report *report, struct json_writer *w);
void section_verdict(struct report *report, struct json_writer *w);
/* cpus, blocked, tasks, memory, modules */
void section_machine(struct report *report, struct json_writer *w);
void section_dmesg_tail(struct report *report, struct json_writer *w);
