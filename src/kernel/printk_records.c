/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log of 5.9 and older (kernel/printk/printk.c): records one behind the other in log_buf, from
 * log_first_idx to log_next_idx, each
 *
 *	struct printk_log { u64 ts_nsec; u16 len, text_len, dict_len; u8 facility, flags:5 level:3;
 *} [u32 caller_id], text, dictionary, padding to 4
 *
 * A record of length 0 says that the next one is at the start.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "kernel/printk_internal.h"

#define HEADER_BYTES_MAX 64

struct records {
	size_t header_bytes, time, length, text_length, dict_length, caller;
	bool has_caller;
	kva_t buffer;
	uint32_t buffer_bytes;
	uint32_t at, end;
	uint64_t left; /* bytes that may still be read, so that no damage makes a circle */
};

static bool read_layout(const struct vmcoreinfo *info, struct records *r, struct dint_error *err)
{
	struct dint_error ignored;

	if (!vmcoreinfo_size(info, "printk_log", &r->header_bytes, err) ||
	    !vmcoreinfo_offset(info, "printk_log.ts_nsec", &r->time, err) ||
	    !vmcoreinfo_offset(info, "printk_log.len", &r->length, err) ||
	    !vmcoreinfo_offset(info, "printk_log.text_len", &r->text_length, err) ||
	    !vmcoreinfo_offset(info, "printk_log.dict_len", &r->dict_length, err))
		return false;
	r->has_caller = vmcoreinfo_offset(info, "printk_log.caller_id", &r->caller, &ignored);
	if (r->header_bytes < 8 || r->header_bytes > HEADER_BYTES_MAX)
		return dint_fail(err, DINT_CORRUPT, "record headers of %zu bytes", r->header_bytes);
	return true;
}

static bool symbol_u32(const struct kernel *kernel, const char *name, uint32_t *value,
		       struct dint_error *err)
{
	kva_t at = 0;

	return vmcoreinfo_symbol(kernel_vmcoreinfo(kernel), name, &at, err) &&
	       kernel_read_u32(kernel, at, value, err);
}

static bool read_places(const struct kernel *kernel, struct records *r, struct dint_error *err)
{
	kva_t pointer = 0;

	if (!vmcoreinfo_symbol(kernel_vmcoreinfo(kernel), "log_buf", &pointer, err) ||
	    !kernel_read_u64(kernel, pointer, &r->buffer, err) ||
	    !symbol_u32(kernel, "log_buf_len", &r->buffer_bytes, err) ||
	    !symbol_u32(kernel, "log_first_idx", &r->at, err) ||
	    !symbol_u32(kernel, "log_next_idx", &r->end, err))
		return false;
	if (r->buffer_bytes > (uint32_t)1 << PRINTK_RING_BITS_MAX || r->at >= r->buffer_bytes ||
	    r->end > r->buffer_bytes)
		return dint_fail(err, DINT_CORRUPT, "log_buf: %u bytes, records from %u to %u",
				 r->buffer_bytes, r->at, r->end);
	r->left = r->buffer_bytes;
	return true;
}

/* The header at r->at; false where there can be none. */
static bool decode(const struct kernel *kernel, const struct records *r, uint16_t *length,
		   uint16_t *text_length, struct printk_record *record)
{
	uint8_t bytes[HEADER_BYTES_MAX] = {0};
	struct cursor c = cursor_over(bytes, r->header_bytes);
	struct dint_error ignored;

	if (r->buffer_bytes - r->at < r->header_bytes ||
	    !kernel_read(kernel, r->buffer + r->at, bytes, r->header_bytes, &ignored))
		return false;
	cursor_seek(&c, r->time);
	record->time_ns = cursor_u64(&c);
	cursor_seek(&c, r->length);
	*length = cursor_u16(&c);
	cursor_seek(&c, r->text_length);
	*text_length = cursor_u16(&c);
	cursor_seek(&c, r->dict_length + 2);
	record->facility = cursor_u8(&c);
	record->level = cursor_u8(&c) >> 5;
	record->has_caller = r->has_caller;
	if (r->has_caller) {
		cursor_seek(&c, r->caller);
		record->caller_id = cursor_u32(&c);
	}
	return cursor_ok(&c);
}

static bool plausible(const struct records *r, uint16_t length, uint16_t text_length)
{
	return length % 4 == 0 && length >= r->header_bytes + text_length && length <= r->left &&
	       length <= r->buffer_bytes - r->at;
}

static bool records_next(struct printk_log *log, struct printk_record *record)
{
	struct records *r = log->own;
	bool went_round = false;

	while (r->at != r->end && r->left > 0) {
		struct printk_record found = {0};
		uint16_t length = 0, text_length = 0;
		bool there = decode(log->kernel, r, &length, &text_length, &found);

		if (there && length == 0 && !went_round) {
			went_round = true;
			r->at = 0;
			continue;
		}
		if (!there || !plausible(r, length, text_length)) {
			log->lost++;
			r->left = 0; /* where the next record would begin is not known */
			return false;
		}
		kva_t text = r->buffer + r->at + r->header_bytes;

		r->at += length;
		r->left -= length;
		if (printk_read_text(log, text, text_length, &found)) {
			*record = found;
			return true;
		}
	}
	return false;
}

static void records_close(struct printk_log *log)
{
	free(log->own);
}

bool printk_records_open(struct printk_log *log, struct dint_error *err)
{
	CLEANUP(free_ptr) struct records *r = xcalloc(1, sizeof(*r));

	if (!read_layout(kernel_vmcoreinfo(log->kernel), r, err) ||
	    !read_places(log->kernel, r, err))
		return false;
	log->own = TAKE(r);
	log->next = records_next;
	log->close = records_close;
	return true;
}
