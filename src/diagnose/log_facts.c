/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the kernel log for a report. */
#include "diagnose/log_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* A record's text is cut where the kernel's line buffer ends: 1024 less the prefix's 32 to 48. */
#define LINE_BYTES_SURE 960

static void keep_tail(struct log_facts *facts, const struct printk_record *record)
{
	size_t at = (facts->tail_start + facts->tail_count) % LOG_TAIL_RECORDS;
	struct printk_record *slot = &facts->tail[at];

	if (facts->tail_count == LOG_TAIL_RECORDS) {
		free((char *)(uintptr_t)slot->text);
		facts->tail_start = (facts->tail_start + 1) % LOG_TAIL_RECORDS;
	} else {
		facts->tail_count++;
	}
	*slot = *record;
	slot->text = xstrndup(record->text, record->n);
	slot->n = strlen(slot->text);
}

/* arch/x86/kernel/setup.c's line; init/main.c's is longer by what was put before it. */
static void scan_cmdline(struct log_facts *facts, const struct printk_record *record)
{
	static const char mark[] = "Command line: ";

	if (facts->cmdline || strncmp(record->text, mark, strlen(mark)) != 0)
		return;
	if (record->n < LINE_BYTES_SURE)
		facts->cmdline = xstrdup(record->text + strlen(mark));
}

static void scan_cpus(struct log_facts *facts, const struct printk_record *record)
{
	unsigned nodes = 0, cpus = 0;
	char word[8] = "";

	/* "smp: Brought up 1 node, 2 CPUs" (kernel/smp.c) */
	if (strncmp(record->text, "smp: Brought up ", 16) == 0 &&
	    sscanf(record->text, "smp: Brought up %9u node%7[s,] %9u CPU", &nodes, word, &cpus) ==
		    3)
		facts->cpus = cpus;
}

void log_facts_read(const struct kernel *kernel, struct log_facts *facts)
{
	CLEANUP(printk_close_ptr) struct printk_log *log = NULL;
	struct printk_record record;
	struct dint_error err;

	memset(facts, 0, sizeof(*facts));
	if (!printk_open(kernel, &log, &err)) {
		snprintf(facts->why, sizeof(facts->why), "%s", err.message);
		return;
	}
	while (printk_next(log, &record)) {
		facts->records++;
		facts->last_time_ns = record.time_ns;
		panic_scan_record(&facts->panic, &record);
		scan_cmdline(facts, &record);
		scan_cpus(facts, &record);
		keep_tail(facts, &record);
	}
	facts->lost = printk_lost(log);
	facts->read = facts->records > 0;
	if (!facts->read)
		snprintf(facts->why, sizeof(facts->why), "none of its records could be read");
}

void log_facts_done(struct log_facts *facts)
{
	for (size_t i = 0; i < LOG_TAIL_RECORDS; i++)
		free((char *)(uintptr_t)facts->tail[i].text);
	free(facts->cmdline);
	memset(facts, 0, sizeof(*facts));
}
