/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory: what is free and who has most; zones only where one is below its watermark. */
#include "report/text_memory.h"

#include <inttypes.h>

#include "base/text.h"
#include "base/units.h"

static void put_size(const struct text *text, const json_t *object, const char *key)
{
	char size[TEXT_SIZE];

	text_size(json_find_u64(object, key, 0), size);
	fputs(size, text->to);
}

static void put_summary(const struct text *text, const json_t *memory)
{
	static const struct {
		const char *key, *words;
	} parts[] = {
		{"available_bytes", " available of "},	   {"total_bytes", "; free "},
		{"free_bytes", ", page cache "},	   {"file_bytes", ", anonymous "},
		{"anonymous_bytes", ", slab that stays "}, {"slab_unreclaimable_bytes", ""},
	};

	text_label(text, "In use");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		put_size(text, memory, parts[i].key);
		fputs(parts[i].words, text->to);
	}
	if (json_find_u64(memory, "swap_total_bytes", 0) > 0) {
		fputs("; swap free ", text->to);
		put_size(text, memory, "swap_free_bytes");
		fputs(" of ", text->to);
		put_size(text, memory, "swap_total_bytes");
	}
	fputc('\n', text->to);
}

static void put_low_zone(const struct text *text, const json_t *zone)
{
	uint64_t left = json_find_u64(zone, "free_bytes", 0);
	const char *mark = left < json_find_u64(zone, "min_bytes", 0)	? "min_bytes"
			   : left < json_find_u64(zone, "low_bytes", 0) ? "low_bytes"
									: NULL;

	if (!mark)
		return;
	text_label(text, "");
	fprintf(text->to, "node %" PRIu64 " ", json_find_u64(zone, "node", 0));
	text_put(text, zone, "name", "?");
	fputs(": free ", text->to);
	put_size(text, zone, "free_bytes");
	fprintf(text->to, ", below its %.3s watermark of ", mark);
	put_size(text, zone, mark);
	fputc('\n', text->to);
}

static void put_leaders(const struct text *text, const json_t *leaders)
{
	const char *separator = "most: ";

	if (json_array_size(leaders) == 0)
		return;
	text_label(text, "");
	for (size_t i = 0; i < json_array_size(leaders); i++) {
		const json_t *leader = json_array_get(leaders, i);

		fputs(separator, text->to);
		text_put(text, leader, "comm", "?");
		fprintf(text->to, " (pid %" PRIu64 ") ", json_find_u64(leader, "pid", 0));
		put_size(text, leader, "resident_bytes");
		separator = ", ";
	}
	fputc('\n', text->to);
}

void text_memory(const struct text *text, const json_t *report)
{
	const json_t *memory = json_find_object(report, "memory");
	const json_t *zones = json_find_array(memory, "zones");

	if (!memory)
		return;
	put_summary(text, memory);
	for (size_t i = 0; i < json_array_size(zones); i++)
		put_low_zone(text, json_array_get(zones, i));
	put_leaders(text, json_find_array(memory, "leaders"));
}
