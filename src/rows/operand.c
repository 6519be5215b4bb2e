/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading addresses and symbols that somebody typed. */
#include "rows/operand.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kernel/percpu.h"

#define WORD_BYTES	  512
#define BARE_DIGITS_LEAST 8 /* shorter ones ("add", "face") are names */

static bool all_hex(const char *text)
{
	return *text && text[strspn(text, "0123456789abcdefABCDEF")] == '\0' && strlen(text) <= 16;
}

bool operand_number(const char *word, kva_t *address)
{
	const char *digits = strncmp(word, "0x", 2) == 0 ? word + 2 : word;

	if (!all_hex(digits) || (digits == word && strlen(digits) < BARE_DIGITS_LEAST))
		return false;
	*address = strtoull(digits, NULL, 16);
	return true;
}

/* "runqueues:0": the CPU behind the colon, which it cuts off; -1: there is none. */
static int take_cpu(char *name)
{
	char *colon = strrchr(name, ':');
	int cpu;

	if (!colon || colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789")] != '\0' ||
	    strlen(colon + 1) > 4)
		return -1;
	cpu = atoi(colon + 1);
	*colon = '\0';
	return cpu;
}

static bool take_offset(char *name, uint64_t *offset, struct dint_error *err)
{
	char *plus = strchr(name, '+');

	*offset = 0;
	if (!plus)
		return true;
	*plus = '\0';
	return text_number(plus + 1, offset, err) || dint_within(err, "'%.60s+'", name);
}

bool operand_address(const struct kernel *kernel, const char *word, kva_t *address,
		     struct dint_error *err)
{
	char name[WORD_BYTES];
	struct symbol symbol;
	uint64_t offset = 0;
	int cpu;

	if (operand_number(word, address))
		return true;
	if (strlen(word) >= sizeof(name))
		return dint_fail(err, DINT_BAD_REQUEST, "'%.60s…' is no name of a symbol", word);
	strcpy(name, word);
	if (!take_offset(name, &offset, err))
		return false;
	cpu = take_cpu(name);
	if (!symbol_find_anywhere(kernel, name, &symbol, err))
		return err->code == DINT_NOT_FOUND
			       ? dint_within(err, "'%.60s' is no address (0x…)", word)
			       : false;
	*address = symbol.address + offset;
	if (cpu < 0)
		return true;

	kva_t of_cpu = 0;

	if (!percpu_offset(kernel, (unsigned)cpu, &of_cpu, err))
		return false;
	*address += of_cpu;
	return true;
}

void operand_add_symbol(struct buffer *to, const struct symbol *symbol)
{
	text_escape(to, symbol->name, strlen(symbol->name));
	if (symbol->offset)
		buffer_printf(to, "+0x%" PRIx64, symbol->offset);
	if (symbol->module) {
		buffer_add_text(to, " [");
		text_escape(to, symbol->module, strlen(symbol->module));
		buffer_add_u8(to, ']');
	}
}
