/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a panic in the kernel log. */
#include "diagnose/panic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char panic_mark[] = "Kernel panic - not syncing: ";

/* How the message begins -> the trigger (kernel/panic.c's callers, 5.4 to 7.2). */
static const struct {
	const char *message, *trigger;
} triggers[] = {
	{"NMI: Not continuing", "nmi"},
	{"NMI IOCK error: Not continuing", "nmi"},
	{"sysrq triggered crash", "sysrq"},
	{"Fatal exception", "oops"},
	{"hung_task: blocked tasks", "watchdog"},
	{"softlockup: hung tasks", "watchdog"},
	{"Hard LOCKUP", "watchdog"},
	{"RCU Stall", "watchdog"},
	{"watchdog pretimeout event", "watchdog"},
	{"Out of memory", "oom"},
	{"System is deadlocked on memory", "oom"},
	{"Fatal machine check", "mce"},
	{"Fatal local machine check", "mce"},
	{"Local fatal machine check", "mce"},
	{"Timeout: Not all CPUs entered broadcast exception handler", "mce"},
	{"Failed kernel mode recovery", "mce"},
	{"Panicing machine check CPU died", "mce"},
	{"GHES: Fatal hardware error", "mce"},
	{"Fatal hardware error", "mce"},
	{"Attempted to kill init!", "init"},
	{"No working init found", "init"},
	{"panic_on_warn set", "warn"},
	{"kernel: panic_on_warn set", "warn"},
};

/* How an oops begins (arch/x86/mm/fault.c, arch/x86/kernel/traps.c, lib/bug.c). */
static const char *const oops_heads[] = {
	"BUG: unable to handle ",
	"BUG: kernel NULL pointer dereference",
	"BUG: TASK stack guard page was hit",
	"BUG: IRQ stack guard page was hit",
	"general protection fault",
	"Oops: ",
	"kernel BUG at ",
	"invalid opcode: ",
	"divide error: ",
	"double fault: ",
	"PANIC: double fault",
	"stack segment: ",
	"segment-related general protection fault",
	"kernel tried to execute NX-protected page",
	"Corrupted page table at address ",
};

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* The first line, cut at a size. */
static void copy_line(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%.*s", (int)strcspn(text, "\n"), text);
}

static bool skip_word(const char **at, const char *word)
{
	if (!starts_with(*at, word))
		return false;
	*at += strlen(word);
	return true;
}

static bool skip_number(const char **at, long *value)
{
	char *end = NULL;

	*value = strtol(*at, &end, 10);
	if (end == *at || *end != ' ' || *value < INT32_MIN || *value > INT32_MAX)
		return false;
	*at = end + 1;
	return true;
}

/* "CPU: 0 UID: 0 PID: 245 Comm: sumup Not tainted 6.12 …" (dump_stack_print_info; UID since 6.12)
 */
static struct panic_place parse_place(const char *text)
{
	static const char *const ends[] = {" Kdump: loaded", " Not tainted", " Tainted: "};
	struct panic_place place = {0};
	size_t n = SIZE_MAX;
	long cpu = 0, uid = 0, pid = 0;

	if (!skip_word(&text, "CPU: ") || !skip_number(&text, &cpu))
		return place;
	if (skip_word(&text, "UID: ") && !skip_number(&text, &uid))
		return place;
	if (!skip_word(&text, "PID: ") || !skip_number(&text, &pid) || !skip_word(&text, "Comm: "))
		return place;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *end = strstr(text, ends[i]);

		if (end && (size_t)(end - text) < n)
			n = (size_t)(end - text);
	}
	if (n >= PANIC_COMM_BYTES || cpu < 0)
		return place;
	place.known = true;
	place.cpu = (uint32_t)cpu;
	place.pid = (int32_t)pid;
	snprintf(place.comm, sizeof(place.comm), "%.*s", (int)n, text);
	return place;
}

static bool same_place(const struct panic_place *a, const struct panic_place *b)
{
	return a->cpu == b->cpu && a->pid == b->pid && strcmp(a->comm, b->comm) == 0;
}

static bool is_oops_head(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(oops_heads); i++)
		if (starts_with(text, oops_heads[i]))
			return true;
	return false;
}

/* After the panic other CPUs may print where they are; who printed the message is ours. */
static void place_after_panic(struct panic_scan *scan, const struct printk_record *record,
			      const struct panic_place *place)
{
	if (scan->has_caller && record->has_caller && record->caller_id != scan->caller_id)
		return;
	if (!scan->in_panic.known)
		scan->in_panic = *place;
	else if (!same_place(&scan->in_panic, place))
		scan->ambiguous = true;
}

static void scan_message(struct panic_scan *scan, const struct printk_record *record)
{
	scan->panicked = true;
	copy_line(scan->message, sizeof(scan->message), record->text + strlen(panic_mark));
	scan->time_ns = record->time_ns;
	scan->has_caller = record->has_caller;
	scan->caller_id = record->caller_id;
}

void panic_scan_record(struct panic_scan *scan, const struct printk_record *record)
{
	struct panic_place place = parse_place(record->text);

	oops_state_line(&scan->state, record->text);
	if (!scan->panicked && starts_with(record->text, panic_mark)) {
		scan_message(scan, record);
	} else if (!scan->panicked && is_oops_head(record->text)) {
		/* "BUG: …" and "Oops: …" are two heads of one oops */
		if (scan->oops[0] == '\0' || scan->in_oops.known) {
			copy_line(scan->oops, sizeof(scan->oops), record->text);
			scan->oops_time_ns = record->time_ns;
			scan->in_oops = (struct panic_place){0};
			oops_state_begin(&scan->state);
		}
	} else if (place.known && scan->panicked) {
		place_after_panic(scan, record, &place);
	} else if (place.known && scan->oops[0] && !scan->in_oops.known) {
		scan->in_oops = place;
	}
}

const char *panic_trigger(const struct panic_scan *scan, bool crashed)
{
	if (!scan->panicked)
		return !crashed ? "none" : scan->oops[0] ? "oops" : "other";
	for (size_t i = 0; i < ARRAY_SIZE(triggers); i++)
		if (starts_with(scan->message, triggers[i].message))
			return triggers[i].trigger;
	return "other";
}

struct panic_place panic_place(const struct panic_scan *scan, bool crashed)
{
	bool by_oops = strcmp(panic_trigger(scan, crashed), "oops") == 0;

	if (by_oops && scan->in_oops.known)
		return scan->in_oops;
	if (!scan->panicked || scan->ambiguous)
		return (struct panic_place){0};
	return scan->in_panic;
}
