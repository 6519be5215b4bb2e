/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint info: which machine, kernel and panic, and what kind of file. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "report/text_info.h"

static void put_kernel(const struct text *text, const json_t *kernel)
{
	text_label(text, "Kernel");
	text_put(text, kernel, "release", "unknown release");
	if (json_find_string(kernel, "version"))
		fputs("  ", text->to);
	text_put(text, kernel, "version", "");
	fputc('\n', text->to);
	text_field(text, "Build id", kernel, "build_id");
}

static void put_machine(const struct text *text, const json_t *kernel)
{
	uint64_t cpus = json_find_u64(kernel, "cpus", 0);

	text_label(text, "Machine");
	text_put(text, kernel, "hostname", "unknown name");
	fputs(", ", text->to);
	text_put(text, kernel, "architecture", "unknown architecture");
	if (cpus)
		fprintf(text->to, ", %" PRIu64 " CPU%s", cpus, cpus == 1 ? "" : "s");
	fputc('\n', text->to);
}

static void put_times(const struct text *text, const json_t *kernel)
{
	const json_t *uptime = json_object_get(kernel, "uptime_s");

	text_field(text, "Crashed at", kernel, "crash_time");
	if (json_is_number(uptime)) {
		text_label(text, "Up for");
		fprintf(text->to, "%.6f s\n", json_number_value(uptime));
	}
}

static void put_place(const struct text *text, const json_t *panic)
{
	const json_t *task = json_find_object(panic, "task");
	const json_t *pid = json_object_get(task, "pid");

	if (json_is_integer(json_object_get(panic, "cpu")))
		fprintf(text->to, ", on CPU %" PRIu64, json_find_u64(panic, "cpu", 0));
	if (!task)
		return;
	fputs(", in ", text->to);
	text_put(text, task, "comm", "?");
	if (json_is_integer(pid))
		fprintf(text->to, " (pid %lld)", (long long)json_integer_value(pid));
}

static void put_panic(const struct text *text, const json_t *panic)
{
	text_label(text, "Panic");
	if (!json_find_string(panic, "message")) {
		fputs(json_find_string(panic, "trigger") ? "none in the log\n" : "unknown\n",
		      text->to);
		return;
	}
	text_put(text, panic, "message", "");
	fputs(" (", text->to);
	text_put(text, panic, "trigger", "?");
	fputc(')', text->to);
	put_place(text, panic);
	fputc('\n', text->to);
	text_field(text, "Oops", panic, "oops");
}

static void put_file(const struct text *text, const json_t *dump)
{
	const json_t *level = json_object_get(dump, "dump_level");
	const char *container = json_find_string(dump, "container");
	char size[TEXT_SIZE];

	text_size(json_find_u64(dump, "size_bytes", 0), size);
	text_label(text, "Dump");
	text_put(text, dump, "format", "unknown format");
	fputs(", compression ", text->to);
	text_put(text, dump, "compression", "unknown");
	fprintf(text->to, ", %s", size);
	if (container && strcmp(container, "none") != 0) {
		fputs(" in ", text->to);
		text_put(text, dump, "container", "");
	}
	if (json_find_string(dump, "writer")) {
		fputs(", written by ", text->to);
		text_put(text, dump, "writer", "");
	}
	if (json_find_bool(dump, "split", false))
		fputs(", split", text->to);
	if (json_is_integer(level))
		fprintf(text->to, ", dump level %lld", (long long)json_integer_value(level));
	fputs(", ", text->to);
	text_put(text, dump, "completeness", "?");
	fputc('\n', text->to);
	if (json_find_bool(dump, "erased", false)) {
		text_label(text, "");
		fputs("makedumpfile erased parts of it: values may be overwritten\n", text->to);
	}
}

static void put_pages(const struct text *text, const json_t *dump)
{
	static const struct {
		const char *key, *words;
	} counts[] = {
		{"ram", "of RAM"},
		{"present", "in the dump"},
		{"excluded", "filtered out"},
		{"lost", "lost"},
	};
	const json_t *pages = json_find_object(dump, "pages");
	uint64_t page_bytes = json_find_u64(dump, "page_bytes", 0);
	const char *separator = "";

	if (!pages)
		return;
	text_label(text, "Memory");
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uint64_t n = json_find_u64(pages, counts[i].key, 0), bytes = 0;
		char size[TEXT_SIZE];

		if (n == 0 || __builtin_mul_overflow(n, page_bytes, &bytes))
			continue;
		text_size(bytes, size);
		fprintf(text->to, "%s%s %s", separator, size, counts[i].words);
		separator = ", ";
	}
	fputc('\n', text->to);
}

void text_info(const struct text *text, const json_t *report)
{
	const json_t *kernel = json_find_object(report, "kernel");
	const json_t *dump = json_find_object(report, "dump");

	put_kernel(text, kernel);
	put_machine(text, kernel);
	put_times(text, kernel);
	put_panic(text, json_find_object(report, "panic"));
	text_field(text, "Booted with", kernel, "cmdline");
	put_file(text, dump);
	put_pages(text, dump);
}

void report_render_info(const json_t *report, FILE *to, bool colour)
{
	struct text text = {to, colour};

	text_info(&text, report);
	text_gaps(&text, report);
}
