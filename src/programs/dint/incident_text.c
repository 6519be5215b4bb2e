/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of "name: value", the names in one column. */
#include "programs/dint/incident_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "programs/dint/moment.h"
#include "json/json.h"

enum paint incident_text_paint(const char *state)
{
	static const char *const bad[] = {"captured-unreadable",
					  "ignored",
					  "not-sent",
					  "uncertain",
					  "no-dump",
					  "machine-gone",
					  "rebooted-without-dump"};

	if (!state)
		return PAINT_NONE;
	if (!strcmp(state, "analysed"))
		return PAINT_GOOD;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (!strcmp(state, bad[i]))
			return PAINT_BAD;
	return PAINT_NONE;
}

static void put_field(FILE *file, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(file, "%-10s", name);
	screen_put(file, value);
	fputc('\n', file);
}

/* "+12 s" of the later after the earlier, "" where either is no time. */
static void seconds_between(const char *earlier, const char *later, char text[MOMENT_SECONDS + 1])
{
	uint64_t from, to;

	text[0] = '\0';
	if (!moment_parse(earlier, &from) || !moment_parse(later, &to) || to < from)
		return;
	text[0] = '+';
	moment_seconds(to - from, text + 1);
}

void incident_text_history(const json_t *incident, FILE *file)
{
	static const char *const headings[] = {"AT", "STAGE", "AFTER", "CAUSE", NULL};
	const json_t *history = json_find_array(incident, "history");
	const char *first = json_find_string(json_array_get(history, 0), "at");
	CLEANUP(table_done) struct table table = {0};

	table_init(&table, headings);
	for (size_t i = 0; i < json_array_size(history); i++) {
		const json_t *stage = json_array_get(history, i);
		const char *at = json_find_string(stage, "at");
		char after[MOMENT_SECONDS + 1];

		seconds_between(first, at, after);
		table_add(&table, at);
		table_add(&table, json_find_string(stage, "state"));
		table_add(&table, after);
		table_add(&table, json_find_string(stage, "cause"));
	}
	table_print(&table, file);
}

static void put_report(const json_t *report, FILE *file)
{
	const json_t *kernel = json_find_object(report, "kernel");
	const json_t *verdict = json_find_object(report, "verdict");
	const char *class = json_find_string(verdict, "class");
	const char *confidence = json_find_string(verdict, "confidence");

	put_field(file, "kernel", json_find_string(kernel, "release"));
	put_field(file, "host", json_find_string(kernel, "hostname"));
	put_field(file, "panic", json_find_string(json_find_object(report, "panic"), "message"));
	if (!class)
		return;
	fprintf(file, "%-10s", "verdict");
	screen_paint(file, PAINT_BOLD, class);
	if (confidence && strcmp(confidence, "none") != 0) {
		fputs(", ", file);
		screen_put(file, confidence);
	}
	if (json_find_string(verdict, "summary")) {
		fputs(": ", file);
		screen_put(file, json_find_string(verdict, "summary"));
	}
	fputc('\n', file);
}

void incident_text_outcome(const json_t *incident, FILE *file)
{
	const json_t *dumps = json_find_array(incident, "dumps");

	put_report(json_find_object(incident, "report"), file);
	for (size_t i = 0; i < json_array_size(dumps); i++) {
		const json_t *dump = json_array_get(dumps, i);
		const char *origin = json_find_string(dump, "origin");
		char size[TEXT_SIZE];

		text_size(json_find_u64(dump, "size", 0), size);
		fprintf(file, "%-10s", "dump");
		screen_put(file, json_find_string(dump, "name"));
		fprintf(file, ", %s", size);
		if (origin && !strcmp(origin, "host"))
			fputs(", taken from outside: the guest's memory as the host saw it", file);
		fputs(", sha256 ", file);
		screen_put(file, json_find_string(dump, "sha256"));
		fputc('\n', file);
	}
}

static void put_command(FILE *file, const char *verb, const char *id, const char *what)
{
	fprintf(file, "  dint %s ", verb);
	screen_put(file, id);
	fprintf(file, "%*s%s\n", (int)(12 - strlen(verb)), "", what);
}

void incident_text_next(const json_t *incident, FILE *file)
{
	const char *id = json_find_string(incident, "id");
	const char *state = json_find_string(incident, "state");

	if (!id || !state)
		return;
	fputs("next:\n", file);
	if (json_array_size(json_find_array(incident, "dumps"))) {
		put_command(file, "report", id, "the whole report");
		put_command(file, "dmesg", id, "the kernel's log");
		put_command(file, "dump", id, "a copy of the dump, into this directory");
	} else {
		put_command(file, "incident", id, "what happened, step by step");
		if (json_find_string(incident, "machine"))
			put_command(file, "console", json_find_string(incident, "machine"),
				    "what the machine said last");
	}
}
