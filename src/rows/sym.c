/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint sym: the symbol of an address, the address of a symbol. */
#include <inttypes.h>

#include "kernel/percpu.h"
#include "kernel/symbols.h"
#include "rows/operand.h"
#include "rows/rows.h"

static bool look_up(const struct kernel *kernel, const char *word, kva_t *at, struct symbol *symbol,
		    struct dint_error *err)
{
	struct dint_error other;
	unsigned cpu;

	if (operand_number(word, at))
		return symbol_at(kernel, *at, symbol, err) ||
		       percpu_at(kernel, *at, &cpu, symbol, &other);
	if (symbol_find_anywhere(kernel, word, symbol, err)) {
		*at = symbol->address;
		return true;
	}
	/* with an offset or a CPU it is an address of which one may want the name */
	return operand_address(kernel, word, at, &other) &&
	       (symbol_at(kernel, *at, symbol, &other) ||
		percpu_at(kernel, *at, &cpu, symbol, &other));
}

/* ffffffff81b10ed0 (T) schedule+0x10 [module]   208 bytes */
static void add_line(struct buffer *to, kva_t at, const struct symbol *symbol)
{
	buffer_printf(to, "%016" PRIx64 " (%c) ", at, symbol->type);
	operand_add_symbol(to, symbol);
	if (symbol->size)
		buffer_printf(to, "   %s%" PRIu64 " bytes", symbol->size_is_exact ? "" : "up to ",
			      symbol->size);
	buffer_add_u8(to, '\n');
}

static void put_row(struct json_writer *w, kva_t at, const struct symbol *symbol)
{
	json_open_object(w, NULL);
	json_put_address(w, "address", at);
	json_put_string(w, "symbol", symbol->name);
	json_put_u64(w, "offset", symbol->offset);
	if (symbol->size)
		json_put_u64(w, "size", symbol->size);
	else
		json_put_null(w, "size");
	json_put_bool(w, "size_is_exact", symbol->size_is_exact);
	json_put_string(w, "module", symbol->module);
	json_put_printf(w, "type", "%c", symbol->type);
	json_close(w);
}

static bool sym_write(struct kernel *kernel, const struct rows_request *request,
		      struct rows_out *out, struct dint_error *err)
{
	struct json_writer w;
	struct symbol symbol;
	kva_t at = 0;

	/* all of them before the first is written: an answer, or an error */
	for (size_t i = 0; i < request->n_operands; i++)
		if (!look_up(kernel, request->operands[i], &at, &symbol, err))
			return false;
	if (request->json) {
		json_writer_init(&w, out->text, out->fd);
		json_open_array(&w, NULL);
	}
	for (size_t i = 0; i < request->n_operands; i++) {
		if (!look_up(kernel, request->operands[i], &at, &symbol, err))
			return false;
		if (request->json)
			put_row(&w, at, &symbol);
		else
			add_line(out->text, at, &symbol);
	}
	if (!request->json)
		return rows_flush(out, true, err);
	json_close(&w);
	return json_writer_end(&w, err);
}

const struct rows_verb rows_sym = {
	.name = "sym",
	.summary = "the symbol of an address, the address of a symbol",
	.operands = "ADDRESS|NAME...",
	.operands_min = 1,
	.operands_max = ROWS_OPERANDS_MAX,
	.write = sym_write,
};
