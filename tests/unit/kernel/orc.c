/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <string.h>

#include "base/units.h"
#include "kernel/orc.h"

static const struct {
	const char *name;
	enum orc_version version;
	uint8_t bytes[ORC_ENTRY_BYTES];
	struct orc_entry want;
	const char *refusal;
} entries[] = {
	/* as read from Linux 6.1, 6.12 and 7.2 */
	{"version 1: a frame pointer's",
	 ORC_V1,
	 {0x10, 0, 0xf0, 0xff, 0x14, 0x00},
	 {16, -16, ORC_REG_BP, ORC_REG_PREV_SP, ORC_TYPE_CALL, false},
	 NULL},
	{"version 1: a call by the stack pointer",
	 ORC_V1,
	 {0x08, 0, 0, 0, 0x05, 0x00},
	 {8, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_CALL, false},
	 NULL},
	{"version 1: registers, so the address is exact",
	 ORC_V1,
	 {0, 0, 0, 0, 0x05, 0x01},
	 {0, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_REGS, true},
	 NULL},
	{"version 1: what the CPU pushed",
	 ORC_V1,
	 {0x10, 0, 0, 0, 0x05, 0x02},
	 {16, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_PARTIAL, true},
	 NULL},
	{"version 1: the end",
	 ORC_V1,
	 {0, 0, 0, 0, 0x00, 0x04},
	 {0, 0, ORC_REG_UNDEFINED, ORC_REG_UNDEFINED, ORC_TYPE_END, false},
	 NULL},
	{"version 1: nobody knows",
	 ORC_V1,
	 {0, 0, 0, 0, 0x00, 0x00},
	 {0, 0, ORC_REG_UNDEFINED, ORC_REG_UNDEFINED, ORC_TYPE_UNDEFINED, false},
	 NULL},
	{"version 1: a type that it has not",
	 ORC_V1,
	 {0, 0, 0, 0, 0x05, 0x03},
	 {0},
	 "ORC entry with flags 0x305"},
	{"version 2: a signal bit",
	 ORC_V2,
	 {0, 0, 0, 0, 0x05, 0x05},
	 {0, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_REGS, true},
	 NULL},
	{"version 2: registers, not exact",
	 ORC_V2,
	 {0, 0, 0, 0, 0x05, 0x01},
	 {0, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_REGS, false},
	 NULL},
	{"version 2: the end",
	 ORC_V2,
	 {0, 0, 0, 0, 0x00, 0x08},
	 {0, 0, ORC_REG_UNDEFINED, ORC_REG_UNDEFINED, ORC_TYPE_END, false},
	 NULL},
	{"version 3: a frame pointer's",
	 ORC_V3,
	 {0x10, 0, 0xf0, 0xff, 0x14, 0x02},
	 {16, -16, ORC_REG_BP, ORC_REG_PREV_SP, ORC_TYPE_CALL, false},
	 NULL},
	{"version 3: what the CPU pushed",
	 ORC_V3,
	 {0, 0, 0, 0, 0x05, 0x0c},
	 {0, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_PARTIAL, true},
	 NULL},
	{"version 3: the end",
	 ORC_V3,
	 {0, 0, 0, 0, 0x00, 0x01},
	 {0, 0, ORC_REG_UNDEFINED, ORC_REG_UNDEFINED, ORC_TYPE_END, false},
	 NULL},
	{"version 3: the interrupt's stack",
	 ORC_V3,
	 {0x08, 0, 0, 0, 0x09, 0x02},
	 {8, 0, ORC_REG_SP_INDIRECT, ORC_REG_UNDEFINED, ORC_TYPE_CALL, false},
	 NULL},
	{"version 3: a type that it has not",
	 ORC_V3,
	 {0, 0, 0, 0, 0x05, 0x05},
	 {0},
	 "ORC entry with flags 0x505"},
	{"version 3: a register that it has not",
	 ORC_V3,
	 {0, 0, 0, 0, 0x0a, 0x02},
	 {0},
	 "ORC entry with flags 0x20a"},
	{"version 4: a frame pointer's",
	 ORC_V4,
	 {0x10, 0, 0xf0, 0xff, 0x84, 0x02},
	 {16, -16, ORC_REG_BP, ORC_REG_PREV_SP, ORC_TYPE_CALL, false},
	 NULL},
	{"version 4: the stack pointer has another number",
	 ORC_V4,
	 {0x08, 0, 0, 0, 0x03, 0x02},
	 {8, 0, ORC_REG_SP, ORC_REG_UNDEFINED, ORC_TYPE_CALL, false},
	 NULL},
	{"version 4: a register that it has not",
	 ORC_V4,
	 {0, 0, 0, 0, 0x0b, 0x02},
	 {0},
	 "ORC entry with flags 0x20b"},
	{"no version", ORC_UNKNOWN, {0, 0, 0, 0, 0x05, 0x02}, {0}, "an unknown version"},
};

static void entries_of_all_versions_become_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		struct orc_entry entry = {0};
		struct dint_error err;
		bool works = orc_decode(entries[i].version, entries[i].bytes, &entry, &err);

		print_message("%s\n", entries[i].name);
		if (entries[i].refusal) {
			assert_false(works);
			assert_non_null(strstr(err.message, entries[i].refusal));
			continue;
		}
		assert_works(works, &err);
		assert_int_equal(entry.sp_offset, entries[i].want.sp_offset);
		assert_int_equal(entry.bp_offset, entries[i].want.bp_offset);
		assert_int_equal(entry.sp_reg, entries[i].want.sp_reg);
		assert_int_equal(entry.bp_reg, entries[i].want.bp_reg);
		assert_int_equal(entry.type, entries[i].want.type);
		assert_int_equal(entry.signal, entries[i].want.signal);
	}
}

static void the_version_is_told_by_the_tables_themselves(void **state)
{
	static const uint8_t v3[ORC_HASH_BYTES] = {0xfe, 0x5d, 0x32, 0xbf, 0x58, 0x1b, 0xd6,
						   0x3b, 0x2c, 0xa9, 0xa5, 0xc6, 0x5b, 0xa5,
						   0xa6, 0x25, 0xea, 0xb3, 0xfe, 0x24};
	static const uint8_t no_hash[ORC_HASH_BYTES] = {1};
	static const uint8_t old_entry[] = {0x10, 0, 0xf0, 0xff, 0x14, 0x00},
			     odd_entry[] = {0x10, 0, 0xf0, 0xff, 0x14, 0x07};
	static const uint8_t some[] = {0x08, 0,	   0,	 0,    0x05, 0x02, 0x10, 0,    0xf0,
				       0xff, 0x84, 0x02, 0x08, 0,    0,	   0,	 0x05, 0x02};

	(void)state;
	assert_int_equal(orc_version_of_hash(v3), ORC_V3);
	assert_int_equal(orc_version_of_hash(no_hash), ORC_UNKNOWN);
	assert_int_equal(orc_version_of_entry(old_entry), ORC_V1);
	assert_int_equal(orc_version_of_entry(odd_entry), ORC_UNKNOWN);
	assert_int_equal(orc_version_of_entries(some, 3), ORC_V4);
	assert_int_equal(orc_version_of_entries(some, 1), ORC_UNKNOWN);
}

/* Memory with a table of addresses, a table of entries and a lookup table in it. */
#define BASE	((kva_t)0xffffffff82000000)
#define IPS	BASE
#define ENTRIES (BASE + 0x1000)
#define LOOKUP	(BASE + 0x2000)
#define TEXT	((kva_t)0xffffffff81000000)
#define N	200
#define STEP	16

struct memory {
	uint8_t bytes[0x3000];
	unsigned reads;
};

static bool memory_read(void *own, kva_t at, void *to, size_t n, struct dint_error *err)
{
	struct memory *memory = own;

	memory->reads++;
	if (at < BASE || at - BASE > sizeof(memory->bytes) - n)
		return dint_fail(err, DINT_NOT_FOUND, "not mapped");
	memcpy(to, memory->bytes + (at - BASE), n);
	return true;
}

static void put_u32(struct memory *memory, kva_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		memory->bytes[at - BASE + i] = (uint8_t)(value >> (8 * i));
}

/* Entry i begins at TEXT + i * STEP and has the offset i; entries 50 and 51 begin together. */
static void fill(struct memory *memory)
{
	for (uint32_t i = 0; i < N; i++) {
		kva_t slot = IPS + i * 4, ip = TEXT + (i == 51 ? 50 : i) * STEP;
		uint8_t *entry = memory->bytes + (ENTRIES - BASE) + i * ORC_ENTRY_BYTES;

		put_u32(memory, slot, (uint32_t)(ip - slot));
		entry[0] = (uint8_t)i;
		entry[4] = 0x05;
		entry[5] = 0x02;
	}
	for (uint32_t block = 0; block <= N * STEP / 256; block++)
		put_u32(memory, LOOKUP + block * 4, block * 256 / STEP);
	put_u32(memory, LOOKUP + (N * STEP / 256 + 1) * 4, N - 1);
}

static const struct {
	const char *name;
	kva_t ip;
	bool found;
	int offset;
} lookups[] = {
	{"the first address", TEXT, true, 0},
	{"within the first", TEXT + 15, true, 0},
	{"the second", TEXT + 16, true, 1},
	{"of two at one address the last", TEXT + 50 * STEP, true, 51},
	{"behind them", TEXT + 52 * STEP - 1, true, 51},
	{"a block's first byte", TEXT + 256, true, 16},
	{"a block's last byte", TEXT + 255, true, 15},
	{"the last entry", TEXT + (N - 1) * STEP + 5, true, (N - 1) & 0xff},
	{"before the table", TEXT - 1, false, 0},
	{"behind the code", TEXT + 0x100000, false, 0},
	{"nothing", 0, false, 0},
};

static void addresses_are_looked_up(void **state)
{
	(void)state;
	for (int with_lookup = 0; with_lookup < 2; with_lookup++) {
		struct memory memory = {0};
		CLEANUP(orc_free_ptr) struct orc *orc = orc_new(ORC_V3, memory_read, &memory);
		struct orc_table table = {.ips = IPS,
					  .entries = ENTRIES,
					  .n = N,
					  .start = TEXT - 16,
					  .end = TEXT + 0x10000};

		fill(&memory);
		if (with_lookup) {
			table.lookup = LOOKUP;
			table.text = TEXT;
			table.blocks = N * STEP / 256 + 2;
		}
		orc_add(orc, &table);
		for (size_t i = 0; i < ARRAY_SIZE(lookups); i++) {
			struct orc_entry entry = {0};

			print_message("%s\n", lookups[i].name);
			assert_int_equal(orc_find(orc, lookups[i].ip, &entry), lookups[i].found);
			if (lookups[i].found)
				assert_int_equal(entry.sp_offset, lookups[i].offset);
		}
	}
}

static void what_was_asked_before_costs_no_read(void **state)
{
	struct memory memory = {0};
	CLEANUP(orc_free_ptr) struct orc *orc = orc_new(ORC_V3, memory_read, &memory);
	struct orc_table table = {IPS, ENTRIES, N, 0, 0, 0, TEXT, TEXT + 0x10000};
	struct orc_entry entry;

	(void)state;
	fill(&memory);
	orc_add(orc, &table);
	assert_true(orc_find(orc, TEXT + 100, &entry));
	unsigned reads = memory.reads;

	assert_true(orc_find(orc, TEXT + 100, &entry));
	assert_int_equal(memory.reads, reads);
	assert_int_equal(entry.sp_offset, 6);
}

static void a_lookup_table_that_lies_is_not_believed(void **state)
{
	struct memory memory = {0};
	CLEANUP(orc_free_ptr) struct orc *orc = orc_new(ORC_V3, memory_read, &memory);
	struct orc_table table = {IPS,	ENTRIES,       N, LOOKUP, TEXT, N * STEP / 256 + 2,
				  TEXT, TEXT + 0x10000};
	struct orc_entry entry;

	(void)state;
	fill(&memory);
	put_u32(&memory, LOOKUP, 0xffffffff); /* beyond the table */
	put_u32(&memory, LOOKUP + 4, 100);    /* behind what it is about */
	put_u32(&memory, LOOKUP + 8, 120);
	orc_add(orc, &table);
	assert_true(orc_find(orc, TEXT + 3, &entry));
	assert_int_equal(entry.sp_offset, 0);
	assert_true(orc_find(orc, TEXT + 256 + 20, &entry));
	assert_int_equal(entry.sp_offset, 17);
}

static void tables_that_are_not_there_find_nothing(void **state)
{
	struct memory memory = {0};
	CLEANUP(orc_free_ptr) struct orc *orc = orc_new(ORC_V3, memory_read, &memory);
	struct orc_table gone = {0xffffffffc0000000, 0xffffffffc0001000, 10, 0, 0, 0, TEXT,
				 TEXT + 0x1000};
	struct orc_table huge = {IPS, ENTRIES, ORC_TABLE_MAX + 1, 0, 0, 0, TEXT, TEXT + 0x1000};
	struct orc_entry entry;

	(void)state;
	orc_add(orc, &huge);
	orc_add(orc, &gone);
	assert_false(orc_find(orc, TEXT + 3, &entry));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_of_all_versions_become_one_form),
		cmocka_unit_test(the_version_is_told_by_the_tables_themselves),
		cmocka_unit_test(addresses_are_looked_up),
		cmocka_unit_test(what_was_asked_before_costs_no_read),
		cmocka_unit_test(a_lookup_table_that_lies_is_not_believed),
		cmocka_unit_test(tables_that_are_not_there_find_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
