/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "open_kernel.h"

#include "kernel/kallsyms.h"
#include "kernel/symbols.h"

static const struct {
	const char *dump;
	uint32_t count;
	bool has_percpu;
} tables[] = {
	{"symbols-a", 612, true},
	{"symbols-a-seqs", 612, true},
	{"symbols-a-seqs-unnamed", 612, true},
	{"symbols-b", 612, true},
	{"symbols-b-relative", 610, false},
	{"symbols-c", 610, false},
	{"symbols-absolute", 610, false},
	{"symbols-long", 613, true},
	{"symbols-long-byte", 613, true},
};

/* What is so in each of them. */
static const struct {
	const char *name;
	kva_t address;
	char type;
} symbols[] = {
	{"_stext", TEXT + 0x7000, 'T'},	      {"schedule", TEXT + 0x7040, 'T'},
	{"filler_0000", TEXT + 0x7100, 'T'},  {"filler_0255", TEXT + 0x74fc, 'T'},
	{"filler_0256", TEXT + 0x7500, 'T'},  {"filler_0599", TEXT + 0x7a5c, 'T'},
	{"init_task", TEXT + 0x20000, 'D'},   {"state.17", TEXT + 0x20100, 'b'},
	{"also_called", TEXT + 0x20300, 'D'}, {"_end", TEXT + 0x27000, 'B'},
};

static const struct {
	kva_t at;
	const char *name; /* NULL: in none */
	uint64_t offset, size;
} places[] = {
	{TEXT + 0x7000, "_stext", 0, 0x10},
	{TEXT + 0x7012, "startup", 2, 0x30},
	{TEXT + 0x7101, "filler_0000", 1, 4},
	{TEXT + 0x7a5c, "filler_0599", 0, 0x185a4},
	{TEXT + 0x20301, "aliased", 1, 0x6d00},
	{TEXT + 0x27000, "_end", 0, 0},
	{TEXT + 0x27001, NULL, 0, 0},
	{TEXT + 0x6fff, NULL, 0, 0},
	{0x1010, NULL, 0, 0}, /* a per-CPU variable's number is no place */
};

static void names_lead_to_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		CLEANUP(open_done) struct open open;
		struct kallsyms *kallsyms;
		struct dint_error err;
		struct symbol symbol;

		open_kernel(tables[i].dump, &open);
		assert_works(kernel_kallsyms(open.kernel, &kallsyms, &err), &err);
		if (kallsyms_count(kallsyms) != tables[i].count)
			fail_msg("%s: %u symbols", tables[i].dump, kallsyms_count(kallsyms));
		assert_true(kallsyms_has_data(kallsyms));
		for (size_t s = 0; s < ARRAY_SIZE(symbols); s++) {
			assert_works(symbol_find(open.kernel, symbols[s].name, &symbol, &err),
				     &err);
			if (symbol.address != symbols[s].address || symbol.type != symbols[s].type)
				fail_msg("%s: %s is %c at 0x%lx", tables[i].dump, symbols[s].name,
					 symbol.type, symbol.address);
			assert_string_equal(symbol.name, symbols[s].name);
			assert_null(symbol.module);
		}
		assert_int_equal(symbol_find(open.kernel, "runqueues", &symbol, &err),
				 tables[i].has_percpu);
	}
}

static void addresses_lead_to_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		CLEANUP(open_done) struct open open;
		struct dint_error err;
		struct symbol symbol;

		open_kernel(tables[i].dump, &open);
		for (size_t p = 0; p < ARRAY_SIZE(places); p++) {
			bool found = symbol_at(open.kernel, places[p].at, &symbol, &err);

			if (found != (places[p].name != NULL))
				fail_msg("%s: 0x%lx: %s", tables[i].dump, places[p].at,
					 found ? symbol.name : err.message);
			if (!found) {
				assert_int_equal(err.code, DINT_NOT_FOUND);
				continue;
			}
			assert_string_equal(symbol.name, places[p].name);
			if (symbol.offset != places[p].offset || symbol.size != places[p].size)
				fail_msg("%s: 0x%lx: %s+0x%lx of 0x%lx", tables[i].dump,
					 places[p].at, symbol.name, symbol.offset, symbol.size);
		}
	}
}

static void a_return_address_belongs_to_its_call(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	struct symbol symbol;

	(void)state;
	open_kernel("symbols-b", &open);
	assert_works(symbol_at_return(open.kernel, TEXT + 0x7040, &symbol, &err), &err);
	assert_string_equal(symbol.name, "startup");
	assert_int_equal(symbol.offset, 0x30);
}

static void numbered_names_are_found(void **state)
{
	static const char *const dumps[] = {"symbols-a", "symbols-b", "symbols-c"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
		CLEANUP(open_done) struct open open;
		struct dint_error err;
		struct symbol symbol;

		open_kernel(dumps[i], &open);
		assert_works(symbol_find_numbered(open.kernel, "state", &symbol, &err), &err);
		assert_int_equal(symbol.address, TEXT + 0x20100);
		assert_refused(symbol_find_numbered(open.kernel, "stat", &symbol, &err), &err,
			       DINT_NOT_FOUND, "no symbol 'stat'");
	}
}

static void absent_names_are_told(void **state)
{
	static const struct {
		const char *dump, *name, *refusal;
	} absent[] = {
		{"symbols-a", "zebra", "no symbol 'zebra'"},
		{"symbols-b", "zebra", "no symbol 'zebra'"},
		{"symbols-b", "filler_06", "no symbol 'filler_06'"},
		{"symbols-text-only", "init_task",
		 "no symbol 'init_task'; this kernel keeps no names of data "
		 "(CONFIG_KALLSYMS_ALL=n)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		CLEANUP(open_done) struct open open;
		struct dint_error err;
		struct symbol symbol;

		open_kernel(absent[i].dump, &open);
		assert_refused(symbol_find(open.kernel, absent[i].name, &symbol, &err), &err,
			       DINT_NOT_FOUND, absent[i].refusal);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *dump, *refusal;
	} broken[] = {
		{"symbols-wrong-markers", "the names of 601 symbols have no markers that fit"},
		{"symbols-wrong-tokens", "token 49 is at 99, its string at 72"},
		{"symbols-wrong-stext", "the symbol at 0xffffffff83007000 is not _stext"},
		{"symbols-too-many", "kallsyms_num_syms: 4278190081"},
		{"nmi", "the kernel's symbol table: kallsyms_token_table: "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		CLEANUP(open_done) struct open open;
		struct kallsyms *kallsyms;
		struct dint_error err;

		open_kernel(broken[i].dump, &open);
		for (unsigned again = 0; again < 2; again++) /* and the same words again */
			assert_refused(kernel_kallsyms(open.kernel, &kallsyms, &err), &err,
				       DINT_UNSUPPORTED, broken[i].refusal);
	}
}

static void stems_are_told_from_suffixes(void **state)
{
	static const struct {
		const char *name;
		size_t stem;
	} stems[] = {
		{"schedule", 8},
		{"schedule.part.0", 8},
		{"wake_up.isra.0.cold", 7},
		{"copy.constprop.3", 4},
		{"f.llvm.1234567", 1},
		{"state.17", 8},
		{".cold", 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stems); i++)
		assert_int_equal(symbol_stem(stems[i].name), stems[i].stem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_to_addresses),
		cmocka_unit_test(addresses_lead_to_names),
		cmocka_unit_test(a_return_address_belongs_to_its_call),
		cmocka_unit_test(numbered_names_are_found),
		cmocka_unit_test(absent_names_are_told),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(stems_are_told_from_suffixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
