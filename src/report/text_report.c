/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint report: the verdict first, for that is what one wants to know. */
#include "base/buffer.h"
#include "report/text_info.h"
#include "report/text_memory.h"
#include "report/text_stacks.h"

static void put_verdict(const struct text *text, const json_t *verdict)
{
	text_label(text, "Verdict");
	text_put(text, verdict, "class", "undetermined");
	fputs(" (confidence: ", text->to);
	text_put(text, verdict, "confidence", "none");
	fputs(")\n", text->to);
	text_field(text, "", verdict, "summary");
}

/* A list of sentences, or of objects whose sentence is under a key. */
static void put_list(const struct text *text, const json_t *object, const char *key,
		     const char *heading, const char *inner)
{
	const json_t *list = json_find_array(object, key);

	if (json_array_size(list) == 0)
		return;
	text_heading(text, heading);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		fputs("  ", text->to);
		text_put_string(text, json_is_string(item) ? item : json_object_get(item, inner));
		fputc('\n', text->to);
	}
}

static void put_log_record(const struct text *text, const json_t *record)
{
	CLEANUP(buffer_done) struct buffer line = {0};
	const json_t *words = json_object_get(record, "text");
	const char *at = json_is_string(words) ? json_string_value(words) : "";

	/* tabs are how the kernel indents; everything else that moves a cursor is escaped */
	for (; *at; at++)
		if (*at == '\t')
			buffer_add_text(&line, "        ");
		else if (*at == '\n')
			buffer_add_text(&line, " / ");
		else
			buffer_add_u8(&line, (uint8_t)*at);
	fprintf(text->to, "[%12.6f] ", json_number_value(json_object_get(record, "time_s")));
	text_put_bytes(text, line.bytes, line.size);
	fputc('\n', text->to);
}

static void put_log_tail(const struct text *text, const json_t *report)
{
	const json_t *tail = json_find_array(report, "dmesg_tail");

	if (json_array_size(tail) == 0)
		return;
	text_heading(text, "Last lines of the kernel log");
	for (size_t i = 0; i < json_array_size(tail); i++)
		put_log_record(text, json_array_get(tail, i));
}

void report_render_text(const json_t *report, FILE *to, bool colour)
{
	struct text text = {to, colour};
	const json_t *verdict = json_find_object(report, "verdict");

	put_verdict(&text, verdict);
	text_info(&text, report);
	text_memory(&text, report);
	text_tasks(&text, report);
	put_list(&text, verdict, "evidence", "Evidence", "statement");
	text_blocked(&text, report);
	text_cpus(&text, report);
	put_log_tail(&text, report);
	put_list(&text, verdict, "next_steps", "What to do next", "step");
	text_gaps(&text, report);
}
