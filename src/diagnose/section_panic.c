/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "panic": what the kernel said when it gave up, and what made it. */
#include <string.h>

#include "diagnose/report_internal.h"

static void put_place(struct report *report, struct json_writer *w, bool panicked)
{
	struct panic_place place = panic_place(&report->log.panic, report->crashed);

	if (place.known) {
		json_put_u64(w, "cpu", place.cpu);
		json_open_object(w, "task");
		json_put_i64(w, "pid", place.pid);
		json_put_string(w, "comm", place.comm);
		json_close(w);
		return;
	}
	json_put_null(w, "cpu");
	json_put_null(w, "task");
	if (panicked) {
		gaps_add(&report->gaps, "panic.cpu", "the log does not name one CPU beyond doubt");
		gaps_add(&report->gaps, "panic.task",
			 "the log does not name one task beyond doubt");
	}
}

/* Only an oops prints them; NULL: there was none. */
static void put_state(struct report *report, struct json_writer *w, const struct oops_state *state)
{
	if (state && state->count > 0) {
		json_open_object(w, "registers");
		for (size_t i = 0; i < state->count; i++)
			json_put_string(w, state->registers[i].name, state->registers[i].value);
		json_close(w);
	} else {
		json_put_null(w, "registers");
	}
	json_put_string(w, "code", state && state->code[0] ? state->code : NULL);
	if (state && state->count == 0)
		gaps_add(&report->gaps, "panic.registers", "the log does not have them");
	if (state && !state->code[0])
		gaps_add(&report->gaps, "panic.code", "the log does not have it");
}

void section_panic(struct report *report, struct json_writer *w)
{
	const struct panic_scan *scan = &report->log.panic;
	const char *trigger = panic_trigger(scan, report->crashed);
	bool oops = strcmp(trigger, "oops") == 0;
	const char *message = scan->panicked ? scan->message : oops ? scan->oops : NULL;

	json_open_object(w, "panic");
	json_put_string(w, "message", message);
	put_place(report, w, message != NULL);
	json_put_string(w, "trigger", report->log.read ? trigger : NULL);
	json_put_string(w, "oops", oops && scan->oops[0] ? scan->oops : NULL);
	put_state(report, w, oops ? &scan->state : NULL);
	if (!report->log.read) {
		gaps_add(&report->gaps, "panic.message", "no kernel log: %s",
			 report->kernel ? report->log.why : report->why_no_kernel);
		gaps_add(&report->gaps, "panic.trigger", "no kernel log");
	} else if (report->crashed && !message) {
		gaps_add(&report->gaps, "panic.message",
			 "the kernel crashed, and its log has no panic");
	}
	json_close(w);
}
