/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint read: the kernel's memory, word by word. */
#include <inttypes.h>
#include <string.h>

#include "base/cursor.h"
#include "base/text.h"
#include "rows/operand.h"
#include "rows/rows.h"

#define WORDS_MAX ((uint64_t)1 << 20)
#define ROW_WORDS 2

/* Up to ROW_WORDS words, each there or not. */
struct row {
	kva_t at;
	unsigned n;
	uint8_t bytes[ROW_WORDS * 8];
	bool here[ROW_WORDS];
	struct dint_error why; /* of the first that is not */
};

static bool read_bytes(const struct kernel *kernel, bool physical, kva_t at, void *to, size_t n,
		       struct dint_error *err)
{
	return physical ? dump_read(kernel_dump(kernel), at, to, n, err)
			: kernel_read(kernel, at, to, n, err);
}

static void read_row(const struct kernel *kernel, bool physical, struct row *row)
{
	row->why.code = DINT_OK;
	for (unsigned i = 0; i < row->n; i++) {
		struct dint_error why;

		row->here[i] =
			read_bytes(kernel, physical, row->at + i * 8, row->bytes + i * 8, 8, &why);
		if (!row->here[i] && !row->why.code)
			row->why = why;
	}
}

static uint64_t word_of(const struct row *row, unsigned i)
{
	struct cursor c = cursor_over(row->bytes + i * 8, 8);

	return cursor_u64(&c);
}

/* ffffffff81c00000:  00000000deadbeef 0000000000000000   ................ */
static void add_row(struct buffer *to, const struct row *row)
{
	buffer_printf(to, "%016" PRIx64 ":  ", row->at);
	for (unsigned i = 0; i < row->n; i++)
		if (row->here[i])
			buffer_printf(to, "%016" PRIx64 " ", word_of(row, i));
		else
			buffer_add_text(to, "---------------- ");
	buffer_printf(to, "%*s", (ROW_WORDS - (int)row->n) * 17 + 2, "");
	for (unsigned i = 0; i < row->n * 8; i++) {
		uint8_t byte = row->bytes[i];

		buffer_add_u8(to, row->here[i / 8] && byte >= ' ' && byte <= '~' ? byte : '.');
	}
	if (row->why.code) {
		buffer_add_text(to, "   ");
		text_escape(to, row->why.message, strlen(row->why.message));
	}
	buffer_add_u8(to, '\n');
}

static void put_row(struct json_writer *w, const struct row *row)
{
	json_open_object(w, NULL);
	json_put_address(w, "address", row->at);
	json_open_array(w, "words");
	for (unsigned i = 0; i < row->n; i++)
		if (row->here[i])
			json_put_printf(w, NULL, "0x%016" PRIx64, word_of(row, i));
		else
			json_put_null(w, NULL);
	json_close(w);
	json_put_string(w, "why", row->why.code ? row->why.message : NULL);
	json_close(w);
}

static bool take_count(const struct rows_request *request, uint64_t *n, struct dint_error *err)
{
	*n = 1;
	if (request->n_operands < 2)
		return true;
	if (!text_number(request->operands[1], n, err))
		return dint_within(err, "how many words");
	if (*n < 1 || *n > WORDS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "%" PRIu64 " words: 1 to %" PRIu64, *n,
				 WORDS_MAX);
	return true;
}

static bool take_place(struct kernel *kernel, const struct rows_request *request, bool physical,
		       kva_t *at, struct dint_error *err)
{
	if (!physical)
		return operand_address(kernel, request->operands[0], at, err);
	return text_number(request->operands[0], at, err) ||
	       operand_number(request->operands[0], at) || dint_within(err, "physical address");
}

static bool write_rows(struct kernel *kernel, bool physical, kva_t at, uint64_t n, bool json,
		       struct rows_out *out, struct dint_error *err)
{
	struct row row = {.at = at};
	struct json_writer w;

	if (json) {
		json_writer_init(&w, out->text, out->fd);
		json_open_array(&w, NULL);
	}
	for (; n > 0; n -= row.n, row.at += ROW_WORDS * 8) {
		row.n = n < ROW_WORDS ? (unsigned)n : ROW_WORDS;
		read_row(kernel, physical, &row);
		if (json)
			put_row(&w, &row);
		else
			add_row(out->text, &row);
		if (!json && !rows_flush(out, false, err))
			return false;
	}
	if (!json)
		return rows_flush(out, true, err);
	json_close(&w);
	return json_writer_end(&w, err);
}

/* What is not there at all is an error; what is not there further on is said in its row. */
static bool read_write(struct kernel *kernel, const struct rows_request *request,
		       struct rows_out *out, struct dint_error *err)
{
	bool physical = rows_flag(request, "physical");
	uint8_t first[8];
	uint64_t n = 0;
	kva_t at = 0;

	return take_count(request, &n, err) && take_place(kernel, request, physical, &at, err) &&
	       read_bytes(kernel, physical, at, first, sizeof(first), err) &&
	       write_rows(kernel, physical, at, n, request->json, out, err);
}

const struct rows_verb rows_read = {
	.name = "read",
	.summary = "the kernel's memory, in words of 8 bytes",
	.operands = "ADDRESS|SYMBOL [WORDS]",
	.operands_min = 1,
	.operands_max = 2,
	.flags = "physical",
	.write = read_write,
};
