/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up and decoding unwind table entries (arch/x86/include/asm/orc_types.h). */
#include "kernel/orc.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cursor.h"

#define MEMO_BITS	12
#define MEMO_SIZE	((size_t)1 << MEMO_BITS)
#define BLOCK_BYTES	256 /* of text, for each word of orc_lookup */
#define IPS_AT_ONCE	64  /* few enough to read, and more than most blocks have */
#define REGISTER_VALUES 16

/* How a version spells an entry's flags. */
struct layout {
	unsigned type_bits;	 /* from bit 8 on */
	int signal_bit, end_bit; /* -1: there is none */
	enum orc_type types[8];	 /* ORC_TYPE_UNDEFINED: none such */
	unsigned n_types, n_registers;
	enum orc_register registers[REGISTER_VALUES];
};

/* clang-format off */
#define OLD_REGISTERS {ORC_REG_UNDEFINED, ORC_REG_PREV_SP, ORC_REG_DX, ORC_REG_DI, ORC_REG_BP, \
		       ORC_REG_SP, ORC_REG_R10, ORC_REG_R13, ORC_REG_BP_INDIRECT, ORC_REG_SP_INDIRECT}
#define NEW_REGISTERS {ORC_REG_UNDEFINED, ORC_REG_AX, ORC_REG_DX, ORC_REG_SP, ORC_REG_BP, \
		       ORC_REG_DI, ORC_REG_R10, ORC_REG_R13, ORC_REG_PREV_SP, ORC_REG_SP_INDIRECT, \
		       ORC_REG_BP_INDIRECT}
#define OLD_TYPES     {ORC_TYPE_CALL, ORC_TYPE_REGS, ORC_TYPE_PARTIAL}
#define NEW_TYPES     {ORC_TYPE_UNDEFINED, ORC_TYPE_END, ORC_TYPE_CALL, ORC_TYPE_REGS, ORC_TYPE_PARTIAL}

static const struct layout layouts[] = {
	[ORC_V1] = {2, -1, 10, OLD_TYPES, 3, 10, OLD_REGISTERS},
	[ORC_V2] = {2, 10, 11, OLD_TYPES, 3, 10, OLD_REGISTERS},
	[ORC_V3] = {3, 11, -1, NEW_TYPES, 5, 10, OLD_REGISTERS},
	[ORC_V4] = {3, 11, -1, NEW_TYPES, 5, 11, NEW_REGISTERS},
};
/* clang-format on */

/* An address that was asked for, and what came of it. */
struct memo {
	kva_t ip; /* 0: empty */
	bool found;
	struct orc_entry entry;
};

struct orc {
	enum orc_version version;
	orc_read *read;
	void *own;
	struct orc_table *tables;
	size_t n_tables;
	struct memo memo[MEMO_SIZE];
};

bool orc_decode(enum orc_version version, const uint8_t bytes[ORC_ENTRY_BYTES],
		struct orc_entry *entry, struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, ORC_ENTRY_BYTES);

	if (version < ORC_V1 || version > ORC_V4)
		return dint_fail(err, DINT_UNSUPPORTED, "ORC entries of an unknown version");
	const struct layout *layout = &layouts[version];
	struct orc_entry found = {0};

	found.sp_offset = (int16_t)cursor_u16(&c);
	found.bp_offset = (int16_t)cursor_u16(&c);
	unsigned flags = cursor_u16(&c);
	unsigned sp_reg = flags & 15, bp_reg = flags >> 4 & 15;
	unsigned type = flags >> 8 & ((1u << layout->type_bits) - 1);

	if (sp_reg >= layout->n_registers || bp_reg >= layout->n_registers ||
	    type >= layout->n_types)
		return dint_fail(err, DINT_CORRUPT, "ORC entry with flags 0x%x", flags);
	found.sp_reg = layout->registers[sp_reg];
	found.bp_reg = layout->registers[bp_reg];
	found.type = layout->types[type];
	found.signal = layout->signal_bit >= 0 ? flags >> layout->signal_bit & 1
					       : found.type != ORC_TYPE_CALL;
	if (layout->end_bit >= 0 && found.sp_reg == ORC_REG_UNDEFINED)
		found.type = flags >> layout->end_bit & 1 ? ORC_TYPE_END : ORC_TYPE_UNDEFINED;
	*entry = found;
	return true;
}

/* orc_fp_entry (arch/x86/kernel/unwind_orc.c): sp = bp + 16, bp at sp - 16, a call. */
static const struct {
	enum orc_version version;
	uint8_t bytes[ORC_ENTRY_BYTES];
} frame_pointer_entries[] = {
	{ORC_V1, {0x10, 0x00, 0xf0, 0xff, 0x14, 0x00}},
	{ORC_V3, {0x10, 0x00, 0xf0, 0xff, 0x14, 0x02}},
	{ORC_V4, {0x10, 0x00, 0xf0, 0xff, 0x84, 0x02}},
};

enum orc_version orc_version_of_entry(const uint8_t bytes[ORC_ENTRY_BYTES])
{
	for (size_t i = 0; i < ARRAY_SIZE(frame_pointer_entries); i++)
		if (memcmp(bytes, frame_pointer_entries[i].bytes, ORC_ENTRY_BYTES) == 0)
			return frame_pointer_entries[i].version;
	return ORC_UNKNOWN;
}

enum orc_version orc_version_of_hash(const uint8_t hash[ORC_HASH_BYTES])
{
	/* scripts/orc_hash.sh: SHA-1 of the definitions in orc_types.h */
	static const struct {
		enum orc_version version;
		uint8_t hash[ORC_HASH_BYTES];
	} hashes[] = {
		{ORC_V2, {0xdb, 0x84, 0xae, 0xd4, 0x10, 0x3b, 0x31, 0xdd, 0x51, 0xe0,
			  0x17, 0xf8, 0xf7, 0x97, 0x83, 0xca, 0x98, 0x5c, 0x2c, 0x51}},
		{ORC_V3, {0xfe, 0x5d, 0x32, 0xbf, 0x58, 0x1b, 0xd6, 0x3b, 0x2c, 0xa9,
			  0xa5, 0xc6, 0x5b, 0xa5, 0xa6, 0x25, 0xea, 0xb3, 0xfe, 0x24}},
		{ORC_V4, {0x13, 0x7c, 0x36, 0xad, 0x76, 0x27, 0xc4, 0xdd, 0x55, 0x93,
			  0x21, 0x76, 0xbb, 0x0e, 0xcd, 0xbd, 0x50, 0x41, 0xfc, 0x82}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++)
		if (memcmp(hash, hashes[i].hash, ORC_HASH_BYTES) == 0)
			return hashes[i].version;
	return ORC_UNKNOWN;
}

enum orc_version orc_version_of_entries(const uint8_t *bytes, size_t n)
{
	size_t counts[ARRAY_SIZE(frame_pointer_entries)] = {0}, best = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(frame_pointer_entries); k++)
			counts[k] += memcmp(bytes + i * ORC_ENTRY_BYTES,
					    frame_pointer_entries[k].bytes, ORC_ENTRY_BYTES) == 0;
	for (size_t k = 1; k < ARRAY_SIZE(counts); k++)
		if (counts[k] > counts[best])
			best = k;
	return counts[best] ? frame_pointer_entries[best].version : ORC_UNKNOWN;
}

struct orc *orc_new(enum orc_version version, orc_read *read, void *own)
{
	struct orc *orc = xcalloc(1, sizeof(*orc));

	orc->version = version;
	orc->read = read;
	orc->own = own;
	return orc;
}

void orc_free(struct orc *orc)
{
	if (!orc)
		return;
	free(orc->tables);
	free(orc);
}

void orc_add(struct orc *orc, const struct orc_table *table)
{
	if (table->n == 0 || table->n > ORC_TABLE_MAX)
		return;
	orc->tables = xgrow(orc->tables, orc->n_tables, sizeof(*orc->tables));
	orc->tables[orc->n_tables++] = *table;
}

/* Narrows [*first, *end) to the entries of the 256 bytes of text around ip. */
static bool narrow(const struct orc *orc, const struct orc_table *table, kva_t ip, size_t *first,
		   size_t *end)
{
	uint64_t block = (ip - table->text) / BLOCK_BYTES;
	uint8_t bytes[8] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	struct dint_error ignored;

	if (!table->lookup || ip < table->text || block + 1 >= table->blocks ||
	    !orc->read(orc->own, table->lookup + block * 4, bytes, sizeof(bytes), &ignored))
		return false;
	size_t from = cursor_u32(&c), to = cursor_u32(&c);

	if (from > to || to >= table->n)
		return false;
	*first = from;
	*end = to + 1;
	return true;
}

static bool ips_at(const struct orc *orc, const struct orc_table *table, size_t first, size_t n,
		   kva_t *ips)
{
	uint8_t bytes[IPS_AT_ONCE * 4] = {0};
	struct cursor c = cursor_over(bytes, n * 4);
	struct dint_error ignored;

	if (!orc->read(orc->own, table->ips + first * 4, bytes, n * 4, &ignored))
		return false;
	for (size_t i = 0; i < n; i++)
		ips[i] = table->ips + (first + i) * 4 + (uint64_t)(int64_t)(int32_t)cursor_u32(&c);
	return true;
}

/* The last entry at or below ip among [first, end): of several at one address the last one counts.
 */
static bool search(const struct orc *orc, const struct orc_table *table, kva_t ip, size_t first,
		   size_t end, size_t *found)
{
	kva_t ips[IPS_AT_ONCE];
	size_t low = first, high = end; /* those before low are at or below ip */

	while (high - low > IPS_AT_ONCE) {
		size_t middle = low + (high - low) / 2;

		if (!ips_at(orc, table, middle, 1, ips))
			return false;
		if (ips[0] <= ip)
			low = middle + 1;
		else
			high = middle;
	}
	if (high > low && !ips_at(orc, table, low, high - low, ips))
		return false;
	size_t n = 0;

	while (low + n < high && ips[n] <= ip)
		n++;
	if (low + n == first)
		return false;
	*found = low + n - 1;
	return true;
}

static bool find_in(const struct orc *orc, const struct orc_table *table, kva_t ip,
		    struct orc_entry *entry)
{
	size_t first = 0, end = 0, found = 0;
	uint8_t bytes[ORC_ENTRY_BYTES] = {0};
	struct dint_error ignored;

	if (!(narrow(orc, table, ip, &first, &end) && search(orc, table, ip, first, end, &found)) &&
	    !search(orc, table, ip, 0, table->n, &found))
		return false;
	return orc->read(orc->own, table->entries + found * ORC_ENTRY_BYTES, bytes, sizeof(bytes),
			 &ignored) &&
	       orc_decode(orc->version, bytes, entry, &ignored);
}

static const struct orc_table *table_of(const struct orc *orc, kva_t ip)
{
	for (size_t i = 0; i < orc->n_tables; i++)
		if (ip >= orc->tables[i].start && ip < orc->tables[i].end)
			return &orc->tables[i];
	return NULL;
}

bool orc_find(struct orc *orc, kva_t ip, struct orc_entry *entry)
{
	struct memo *memo = &orc->memo[(ip ^ ip >> MEMO_BITS) & (MEMO_SIZE - 1)];

	if (ip == 0)
		return false;
	if (memo->ip != ip) {
		const struct orc_table *table = table_of(orc, ip);

		memo->ip = ip;
		memo->found = table && find_in(orc, table, ip, &memo->entry);
	}
	if (memo->found)
		*entry = memo->entry;
	return memo->found;
}
