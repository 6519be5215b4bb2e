/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint dmesg: the kernel log. */
#include "rows/dmesg.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "rows/rows.h"

#define TIME_BYTES 32

static void time_prefix(uint64_t time_ns, char prefix[TIME_BYTES])
{
	snprintf(prefix, TIME_BYTES, "[%5" PRIu64 ".%06" PRIu64 "] ", time_ns / 1000000000,
		 time_ns % 1000000000 / 1000);
}

void dmesg_put_record(struct json_writer *w, const struct printk_record *record)
{
	json_open_object(w, NULL);
	json_put_micros(w, "time_s", record->time_ns / 1000);
	json_put_u64(w, "level", record->level);
	json_put_u64(w, "facility", record->facility);
	if (!record->has_caller)
		json_put_null(w, "caller");
	else
		json_put_printf(w, "caller", "%c%" PRIu32,
				record->caller_id & PRINTK_CALLER_CPU ? 'C' : 'T',
				record->caller_id & ~PRINTK_CALLER_CPU);
	json_put_bytes(w, "text", record->text, record->n);
	json_close(w);
}

/* Tabs are harmless and common in the kernel's tables. */
static void add_escaped(struct buffer *to, const char *text, size_t n)
{
	for (const char *end = text + n, *tab; text < end; text = tab) {
		tab = memchr(text, '\t', (size_t)(end - text));
		if (!tab)
			tab = end;
		text_escape(to, text, (size_t)(tab - text));
		if (tab < end) {
			buffer_add_u8(to, '\t');
			tab++;
		}
	}
}

void dmesg_add_kernel(struct buffer *to, const struct printk_record *record)
{
	const char *line = record->text, *end = record->text + record->n;
	char prefix[TIME_BYTES];

	time_prefix(record->time_ns, prefix);
	do {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		if (!stop)
			stop = end;
		buffer_add_text(to, prefix);
		add_escaped(to, line, (size_t)(stop - line));
		buffer_add_u8(to, '\n');
		line = stop + 1;
	} while (line < end);
}

void dmesg_add_makedumpfile(struct buffer *to, const struct printk_record *record)
{
	char prefix[TIME_BYTES];

	if (record->lacks_block)
		return;
	time_prefix(record->time_ns, prefix);
	buffer_add_text(to, prefix);
	for (size_t i = 0; i < record->n; i++) {
		signed char c = (signed char)record->text[i];

		if (c == '\n')
			buffer_printf(to, "\n%-*s", (int)strlen(prefix), "");
		else if (c == '\t' || (c >= ' ' && c <= '~'))
			buffer_add_u8(to, (uint8_t)c);
		else
			buffer_printf(to, "\\x%02x", (unsigned)c); /* its chars are signed */
	}
	buffer_add_u8(to, '\n');
}

static void warn_of_lost(const struct printk_log *log, struct rows_out *out)
{
	if (printk_lost(log) > 0)
		buffer_printf(out->warnings,
			      "the log is incomplete: %" PRIu64
			      " of its records could not be read\n",
			      printk_lost(log));
}

static bool write_json(struct printk_log *log, struct rows_out *out, struct dint_error *err)
{
	struct printk_record record;
	struct json_writer w;

	json_writer_init(&w, out->text, out->fd);
	json_open_array(&w, NULL);
	while (printk_next(log, &record))
		dmesg_put_record(&w, &record);
	json_close(&w);
	return json_writer_end(&w, err);
}

static bool dmesg_write(struct kernel *kernel, const struct rows_request *request,
			struct rows_out *out, struct dint_error *err)
{
	CLEANUP(printk_close_ptr) struct printk_log *log = NULL;
	bool plain = !request->style || strcmp(request->style, "kernel") == 0;
	struct printk_record record;

	if (!printk_open(kernel, &log, err))
		return false;
	if (request->json) {
		if (!write_json(log, out, err))
			return false;
		warn_of_lost(log, out);
		return true;
	}
	while (printk_next(log, &record)) {
		if (plain)
			dmesg_add_kernel(out->text, &record);
		else
			dmesg_add_makedumpfile(out->text, &record);
		if (!rows_flush(out, false, err))
			return false;
	}
	warn_of_lost(log, out);
	return rows_flush(out, true, err);
}

const struct rows_verb rows_dmesg = {
	.name = "dmesg",
	.summary = "the kernel log, as the kernel prints it",
	.styles = "kernel|makedumpfile",
	.write = dmesg_write,
};
