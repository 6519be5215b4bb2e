/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flattened files, read where they lie: an index of their records, later ones above earlier ones.
 */
#include "dump/flattened.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"

#define END_MARK UINT64_MAX

/* Records as they came; the place in the list says which is later. */
struct records {
	struct extent *items;
	size_t count, capacity;
};

static void records_done(struct records *records)
{
	free(records->items);
}

static bool flattened_recognise(const uint8_t *head, size_t n)
{
	static const char signature[16] = "makedumpfile";

	return n >= FLATTENED_HEADER_BYTES && memcmp(head, signature, sizeof(signature)) == 0;
}

static bool records_add(struct records *records, struct extent record, struct dint_error *err)
{
	if (records->count == FLATTENED_RECORDS_MAX)
		return dint_fail(err, DINT_CORRUPT, "flattened: more than %zu records",
				 FLATTENED_RECORDS_MAX);
	if (records->count == records->capacity) {
		size_t capacity = records->capacity ? 2 * records->capacity : 1024;
		struct extent *items = realloc(records->items, capacity * sizeof(record));

		if (!items)
			return dint_fail(err, DINT_CORRUPT,
					 "flattened: no memory for more than %zu records",
					 records->count);
		records->items = items;
		records->capacity = capacity;
	}
	records->items[records->count++] = record;
	return true;
}

/* One record's header; *end at the end mark or where the file stops. */
static bool read_record(struct dump_file *file, struct cursor *c, struct records *records,
			bool *end, struct dint_error *err)
{
	size_t at = c->at;
	uint64_t offset = cursor_u64be(c);
	uint64_t size = cursor_u64be(c);

	*end = true;
	if (!cursor_ok(c)) {
		file->cut = true;
		return true;
	}
	if (offset == END_MARK && size == END_MARK)
		return true;
	if (offset > FLATTENED_PLAIN_MAX || size > FLATTENED_PLAIN_MAX)
		return dint_fail(
			err, DINT_CORRUPT,
			"flattened: record %zu at byte %zu writes %lld bytes at offset %lld",
			records->count, at, (long long)size, (long long)offset);
	*end = false;
	if (size > cursor_left(c)) {
		file->cut = true;
		*end = true;
		size = cursor_left(c);
	}
	if (size == 0)
		return true;
	if (!records_add(records, (struct extent){offset, c->at, size}, err))
		return false;
	cursor_skip(c, size);
	return true;
}

static bool read_records(struct dump_file *file, struct records *records, struct dint_error *err)
{
	struct cursor c = cursor_over(file->map, file->map_size);
	bool end = false;

	cursor_skip(&c, 16);
	uint64_t type = cursor_u64be(&c);
	uint64_t version = cursor_u64be(&c);

	if (type != 1)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "flattened: type %llu, version %llu; known is type 1",
				 (unsigned long long)type, (unsigned long long)version);
	cursor_seek(&c, FLATTENED_HEADER_BYTES);
	while (!end)
		if (!read_record(file, &c, records, &end, err))
			return false;
	if (records->count == 0)
		return dint_fail(err, DINT_CORRUPT, "flattened: no record before the end");
	return true;
}

static bool in_order(const struct records *records)
{
	for (size_t i = 1; i < records->count; i++)
		if (records->items[i].target <
		    records->items[i - 1].target + records->items[i - 1].size)
			return false;
	return true;
}

/* By target; of those that start together the later one, which lies behind in the file, comes last.
 */
static int by_target(const void *left, const void *right)
{
	const struct extent *a = left, *b = right;

	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return a->source < b->source ? -1 : 1;
}

/* The records that cover the sweep's place, the latest on top: a heap by source, which grows with
 * every record. */
struct heap {
	const struct extent **items;
	size_t count;
};

static void heap_done(struct heap *heap)
{
	free(heap->items);
}

static void heap_push(struct heap *heap, const struct extent *item)
{
	size_t i = heap->count++;

	for (; i > 0 && heap->items[(i - 1) / 2]->source < item->source; i = (i - 1) / 2)
		heap->items[i] = heap->items[(i - 1) / 2];
	heap->items[i] = item;
}

static void heap_pop(struct heap *heap)
{
	const struct extent *last = heap->items[--heap->count];
	size_t i = 0;

	for (size_t child; (child = 2 * i + 1) < heap->count; i = child) {
		if (child + 1 < heap->count &&
		    heap->items[child + 1]->source > heap->items[child]->source)
			child++;
		if (heap->items[child]->source < last->source)
			break;
		heap->items[i] = heap->items[child];
	}
	heap->items[i] = last;
}

static uint64_t extent_end(const struct extent *extent)
{
	return extent->target + extent->size;
}

static void heap_pop_ended(struct heap *heap, uint64_t at)
{
	while (heap->count > 0 && extent_end(heap->items[0]) <= at)
		heap_pop(heap);
}

/* Adds the part [from, to) of a record; joined to the one before when it goes on with the same. */
static void emit(struct dump_file *file, const struct extent *record, uint64_t from, uint64_t to)
{
	struct extent part = {from, record->source + (from - record->target), to - from};
	struct extent *last = file->n_extents ? &file->extents[file->n_extents - 1] : NULL;

	if (last && extent_end(last) == from && last->source + last->size == part.source)
		last->size += part.size;
	else
		file->extents[file->n_extents++] = part;
}

/* Sweeps over the records by target; at every place the latest of those that cover it wins. */
static bool overlay(struct dump_file *file, const struct records *records, struct dint_error *err)
{
	CLEANUP(heap_done) struct heap heap = {0};
	uint64_t at = 0;
	size_t next = 0;

	heap.items = alloc_items(records->count, sizeof(*heap.items), FLATTENED_RECORDS_MAX, err);
	/* each record starts one part, and its end uncovers at most one more */
	file->extents = alloc_items(2 * records->count, sizeof(*file->extents),
				    2 * FLATTENED_RECORDS_MAX, err);
	if (!heap.items || !file->extents)
		return dint_within(err, "flattened: index");
	while (next < records->count || heap.count > 0) {
		if (heap.count == 0)
			at = records->items[next].target;
		while (next < records->count && records->items[next].target == at)
			heap_push(&heap, &records->items[next++]);

		uint64_t end = extent_end(heap.items[0]);

		if (next < records->count && records->items[next].target < end)
			end = records->items[next].target;
		emit(file, heap.items[0], at, end);
		at = end;
		heap_pop_ended(&heap, at);
	}
	return true;
}

bool flattened_index(struct dump_file *file, struct dint_error *err)
{
	CLEANUP(records_done) struct records records = {0};

	if (!read_records(file, &records, err))
		return false;
	if (!in_order(&records))
		qsort(records.items, records.count, sizeof(*records.items), by_target);
	if (in_order(&records)) {
		file->n_extents = records.count;
		file->extents = TAKE(records).items;
	} else {
		if (!overlay(file, &records, err))
			return false;
	}
	file->size = extent_end(&file->extents[file->n_extents - 1]);
	return true;
}

const struct dump_format format_flattened = {
	.name = "flattened",
	.summary = "a stream of makedumpfile -F or of QEMU's dump-guest-memory",
	.recognise = flattened_recognise,
	.unwrap = flattened_index,
};
