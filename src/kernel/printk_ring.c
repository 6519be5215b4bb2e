/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lockless ring buffer of 5.10 and later (kernel/printk/printk_ringbuffer.h):
 *
 *	prb -> printk_ringbuffer { desc_ring { count_bits, descs, infos, head_id, tail_id },
 *				   text_data_ring { size_bits, data } }
 *	descs[id mod count]  { state_var: 2 bits of state, 62 of id; begin, next }
 *	infos[id mod count]  { seq, ts_nsec, text_len, facility, flags:5 level:3, caller_id … }
 *	data[begin mod size] { id, text }; one that would go round the end lies at data[0]
 *
 * begin and next grow for ever. Both odd: there is no text block.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "kernel/printk_internal.h"

#define CHUNK		128 /* descriptors read at a time */
#define DESC_BYTES_MAX	256
#define INFO_BYTES_MAX	512
#define ID_BITS		62
#define ID_MASK		(((uint64_t)1 << ID_BITS) - 1)
#define STATE_COMMITTED 1
#define STATE_FINALIZED 2
#define BLOCK_HEADER	8 /* the id before each text */
#define EMPTY_LINE	3 /* begin and next of a valid line without text; 1: the text was lost */

struct layout {
	size_t desc_bytes, desc_state, desc_begin, desc_next;
	size_t info_bytes, info_time, info_length, info_caller;
	bool has_caller;
};

struct ring {
	struct layout layout;
	uint32_t count_bits, size_bits;
	kva_t descs, infos, data;
	uint64_t next_id, left; /* left to give, from next_id on */
	uint64_t chunk_id;	/* the first of those read */
	size_t chunk_n;
	uint8_t chunk_descs[CHUNK * DESC_BYTES_MAX];
	uint8_t chunk_infos[CHUNK * INFO_BYTES_MAX];
};

/* One descriptor and its info. */
struct entry {
	uint64_t id; /* of the data block */
	uint64_t begin, next;
	size_t length;
};

static bool read_layout(const struct vmcoreinfo *info, struct layout *l, struct dint_error *err)
{
	size_t blk = 0, begin = 0, next = 0;
	struct dint_error ignored;

	if (!vmcoreinfo_size(info, "prb_desc", &l->desc_bytes, err) ||
	    !vmcoreinfo_offset(info, "prb_desc.state_var", &l->desc_state, err) ||
	    !vmcoreinfo_offset(info, "prb_desc.text_blk_lpos", &blk, err) ||
	    !vmcoreinfo_offset(info, "prb_data_blk_lpos.begin", &begin, err) ||
	    !vmcoreinfo_offset(info, "prb_data_blk_lpos.next", &next, err) ||
	    !vmcoreinfo_size(info, "printk_info", &l->info_bytes, err) ||
	    !vmcoreinfo_offset(info, "printk_info.ts_nsec", &l->info_time, err) ||
	    !vmcoreinfo_offset(info, "printk_info.text_len", &l->info_length, err))
		return false;
	l->desc_begin = blk + begin;
	l->desc_next = blk + next;
	l->has_caller = vmcoreinfo_offset(info, "printk_info.caller_id", &l->info_caller, &ignored);
	if (l->desc_bytes > DESC_BYTES_MAX || l->info_bytes > INFO_BYTES_MAX)
		return dint_fail(err, DINT_CORRUPT, "descriptors of %zu bytes, infos of %zu",
				 l->desc_bytes, l->info_bytes);
	return true;
}

/* A member of prb's parts by its place in them. */
static bool member(const struct vmcoreinfo *info, kva_t start, const char *name, kva_t *at,
		   struct dint_error *err)
{
	size_t offset = 0;

	if (!vmcoreinfo_offset(info, name, &offset, err))
		return false;
	*at = start + offset;
	return true;
}

static bool member_u64(const struct kernel *kernel, kva_t start, const char *name, uint64_t *value,
		       struct dint_error *err)
{
	kva_t at = 0;

	return member(kernel_vmcoreinfo(kernel), start, name, &at, err) &&
	       kernel_read_u64(kernel, at, value, err);
}

static bool member_u32(const struct kernel *kernel, kva_t start, const char *name, uint32_t *value,
		       struct dint_error *err)
{
	kva_t at = 0;

	return member(kernel_vmcoreinfo(kernel), start, name, &at, err) &&
	       kernel_read_u32(kernel, at, value, err);
}

static bool read_rings(const struct kernel *kernel, struct ring *ring, struct dint_error *err)
{
	const struct vmcoreinfo *info = kernel_vmcoreinfo(kernel);
	kva_t pointer = 0, prb = 0, descs = 0, text = 0;
	uint64_t head = 0, tail = 0;

	if (!vmcoreinfo_symbol(info, "prb", &pointer, err) ||
	    !kernel_read_u64(kernel, pointer, &prb, err) ||
	    !member(info, prb, "printk_ringbuffer.desc_ring", &descs, err) ||
	    !member(info, prb, "printk_ringbuffer.text_data_ring", &text, err) ||
	    !member_u32(kernel, descs, "prb_desc_ring.count_bits", &ring->count_bits, err) ||
	    !member_u64(kernel, descs, "prb_desc_ring.descs", &ring->descs, err) ||
	    !member_u64(kernel, descs, "prb_desc_ring.infos", &ring->infos, err) ||
	    !member_u64(kernel, descs, "prb_desc_ring.head_id", &head, err) ||
	    !member_u64(kernel, descs, "prb_desc_ring.tail_id", &tail, err) ||
	    !member_u32(kernel, text, "prb_data_ring.size_bits", &ring->size_bits, err) ||
	    !member_u64(kernel, text, "prb_data_ring.data", &ring->data, err))
		return dint_within(err, "prb");
	if (ring->count_bits > PRINTK_RING_BITS_MAX - 5 || ring->size_bits > PRINTK_RING_BITS_MAX)
		return dint_fail(err, DINT_CORRUPT, "prb: 2^%u descriptors, 2^%u bytes of text",
				 ring->count_bits, ring->size_bits);

	uint64_t count = (uint64_t)1 << ring->count_bits;

	ring->left = ((head - tail) & ID_MASK) + 1;
	if (ring->left > count)
		ring->left = count;
	ring->next_id = (head - (ring->left - 1)) & ID_MASK;
	return true;
}

/* Reads n descriptors and infos from an id on; the ring's end must not lie among them. */
static bool read_chunk(const struct kernel *kernel, struct ring *ring, uint64_t id, size_t n)
{
	const struct layout *l = &ring->layout;
	uint64_t index = id & (((uint64_t)1 << ring->count_bits) - 1);
	struct dint_error ignored;

	ring->chunk_n = 0;
	if (!kernel_read(kernel, ring->descs + index * l->desc_bytes, ring->chunk_descs,
			 n * l->desc_bytes, &ignored) ||
	    !kernel_read(kernel, ring->infos + index * l->info_bytes, ring->chunk_infos,
			 n * l->info_bytes, &ignored))
		return false;
	ring->chunk_id = id;
	ring->chunk_n = n;
	return true;
}

/* Makes the descriptor of next_id available; one alone where some of its neighbours are not. */
static bool have_next(const struct kernel *kernel, struct ring *ring)
{
	uint64_t count = (uint64_t)1 << ring->count_bits;
	uint64_t index = ring->next_id & (count - 1);
	size_t n = CHUNK;

	if (((ring->next_id - ring->chunk_id) & ID_MASK) < ring->chunk_n)
		return true;
	if (n > count - index)
		n = count - index;
	if (n > ring->left)
		n = ring->left;
	return read_chunk(kernel, ring, ring->next_id, n) ||
	       read_chunk(kernel, ring, ring->next_id, 1);
}

/* False for a descriptor that is free or being written. */
static bool decode(const struct ring *ring, uint64_t id, struct entry *entry,
		   struct printk_record *record)
{
	const struct layout *l = &ring->layout;
	size_t i = (id - ring->chunk_id) & ID_MASK;
	struct cursor desc = cursor_over(ring->chunk_descs + i * l->desc_bytes, l->desc_bytes);
	struct cursor info = cursor_over(ring->chunk_infos + i * l->info_bytes, l->info_bytes);

	cursor_seek(&desc, l->desc_state);
	uint64_t state = cursor_u64(&desc);
	cursor_seek(&desc, l->desc_begin);
	entry->begin = cursor_u64(&desc);
	cursor_seek(&desc, l->desc_next);
	entry->next = cursor_u64(&desc);
	cursor_seek(&info, l->info_time);
	record->time_ns = cursor_u64(&info);
	cursor_seek(&info, l->info_length);
	entry->length = cursor_u16(&info);
	record->facility = cursor_u8(&info);
	record->level = cursor_u8(&info) >> 5;
	record->has_caller = l->has_caller;
	if (l->has_caller) {
		cursor_seek(&info, l->info_caller);
		record->caller_id = cursor_u32(&info);
	}
	entry->id = state & ID_MASK;
	state >>= ID_BITS;
	return cursor_ok(&desc) && cursor_ok(&info) && entry->id == id &&
	       (state == STATE_COMMITTED || state == STATE_FINALIZED);
}

/*
 * The text of a block. One that goes round the ring's end lies at its start; since v6.19 a block
 * may end exactly at the end, which is not going round (Linux commit 67e1b0052f6b). Older kernels
 * never have such a block, so that the newer rule fits all.
 */
static bool read_block(struct printk_log *log, const struct entry *entry,
		       struct printk_record *record)
{
	const struct ring *ring = log->own;
	uint64_t size = (uint64_t)1 << ring->size_bits;
	uint64_t at = entry->begin & (size - 1);
	uint64_t end = entry->next, id = 0;
	struct dint_error ignored;

	if (entry->begin >> ring->size_bits != (entry->next - 1) >> ring->size_bits) {
		at = 0;
		end = entry->next & (size - 1);
	} else {
		end = at + (entry->next - entry->begin);
	}
	if (end > size || end < at + BLOCK_HEADER ||
	    !kernel_read_u64(log->kernel, ring->data + at, &id, &ignored) || id != entry->id) {
		log->lost++;
		return false;
	}
	uint64_t room = end - at - BLOCK_HEADER;

	return printk_read_text(log, ring->data + at + BLOCK_HEADER,
				entry->length < room ? entry->length : (size_t)room, record);
}

/* False where the text was lost when it was written: the kernel's readers skip those too. */
static bool read_text(struct printk_log *log, const struct entry *entry,
		      struct printk_record *record)
{
	if (!(entry->begin & 1) || !(entry->next & 1))
		return read_block(log, entry, record);
	record->text = "";
	record->lacks_block = true;
	return entry->begin == EMPTY_LINE && entry->next == EMPTY_LINE;
}

static bool ring_next(struct printk_log *log, struct printk_record *record)
{
	struct ring *ring = log->own;

	while (ring->left > 0) {
		struct printk_record found = {0};
		struct entry entry = {0};
		uint64_t id = ring->next_id;
		bool there = have_next(log->kernel, ring);

		ring->next_id = (id + 1) & ID_MASK;
		ring->left--;
		if (!there) {
			log->lost++;
			continue;
		}
		if (decode(ring, id, &entry, &found) && read_text(log, &entry, &found)) {
			*record = found;
			return true;
		}
	}
	return false;
}

static void ring_close(struct printk_log *log)
{
	free(log->own);
}

bool printk_ring_open(struct printk_log *log, struct dint_error *err)
{
	CLEANUP(free_ptr) struct ring *ring = xcalloc(1, sizeof(*ring));

	if (!read_layout(kernel_vmcoreinfo(log->kernel), &ring->layout, err) ||
	    !read_rings(log->kernel, ring, err))
		return false;
	log->own = TAKE(ring);
	log->next = ring_next;
	log->close = ring_close;
	return true;
}
