/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF vmcores: what /proc/vmcore, makedumpfile -E and QEMU's dump-guest-memory write. Only physical
 * addresses are believed: virtual ones are missing, or those of one CPU's page tables.
 */
#include "dump/format_elf.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "dump/elf_header.h"
#include "dump/note_facts.h"
#include "dump/phys_map.h"

#define PAGE_BYTES	 4096 /* what pages are counted in; arm64 with larger ones will say so */
#define NO_PADDR	 UINT64_MAX
#define FLAG_INCOMPLETE	 1 /* makedumpfile -E: the target was full */
#define NOTES_BYTES_MAX	 (64 * MIB)
#define FILTERED_AWAY_AT UINT64_MAX /* QEMU's p_offset of memory outside its filter */

struct elf {
	struct elf_header header;
	struct phys_map map;
	uint8_t *notes; /* of all PT_NOTE, one behind the other */
	size_t notes_bytes;
	bool empty_tails; /* a segment has less in the file than in memory */
};

static void elf_free(struct elf *elf)
{
	phys_map_done(&elf->map);
	free(elf->notes);
	free(elf);
}
DEFINE_CLEANUP(elf_free, struct elf *)

static bool elf_recognise(const uint8_t *head, size_t n)
{
	return n >= 4 && memcmp(head,
				"\x7f"
				"ELF",
				4) == 0;
}

/* A note segment that the file does not have whole is taken as far as it goes. */
static void add_notes(struct elf *elf, const struct dump_file *file,
		      const struct elf_program *program)
{
	size_t n = program->n_file < NOTES_BYTES_MAX ? (size_t)program->n_file : 0;

	if (n == 0 || elf->notes_bytes + n > NOTES_BYTES_MAX || program->at >= file->size)
		return;
	if (file->size - program->at < n)
		n = (size_t)(file->size - program->at);
	elf->notes = xrealloc(elf->notes, elf->notes_bytes + n);
	elf->notes_bytes += dump_file_read(file, program->at, elf->notes + elf->notes_bytes, n);
}

static bool add_memory(struct elf *elf, const struct elf_program *program, struct dint_error *err)
{
	struct phys_piece piece = {.phys = program->paddr,
				   .n_file = program->n_file,
				   .n_ram = program->n_memory,
				   .at = program->at};

	if (program->paddr == NO_PADDR)
		return true;
	if (program->at == FILTERED_AWAY_AT)
		piece.n_file = piece.at = 0;
	elf->empty_tails |= piece.n_ram > piece.n_file;
	return phys_map_add(&elf->map, piece, err);
}

static bool read_programs(const struct dump_file *file, struct elf *elf, struct dint_error *err)
{
	for (uint32_t i = 0; i < elf->header.n_programs; i++) {
		struct elf_program program = {0};

		if (!elf_program_read(file, &elf->header, i, &program, err))
			return false;
		if (program.type == ELF_NOTE)
			add_notes(elf, file, &program);
		if (program.type == ELF_LOAD && !add_memory(elf, &program, err))
			return dint_within(err, "ELF: program header %u", i);
	}
	return phys_map_ready(&elf->map, err);
}

static bool is_cut(const struct dump_file *file, const struct phys_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->pieces[i].at + map->pieces[i].n_file > file->size)
			return true;
	return file->cut;
}

static void fill_facts(struct dump *dump, const struct elf *elf)
{
	struct dump_facts *facts = &dump->facts;
	const char *machine = elf->header.machine == ELF_MACHINE_X86_64	 ? "x86_64"
			      : elf->header.machine == ELF_MACHINE_ARM64 ? "aarch64"
									 : "";

	facts->format = dump->wrapped ? "elf-flattened" : "elf";
	facts->compression = "none";
	facts->page_bytes = PAGE_BYTES;
	facts->dump_level = -1;
	facts->zero_unsure = elf->empty_tails;
	strcpy(facts->machine, machine);
	note_facts(facts, elf->notes, elf->notes_bytes);
	/* the kernel's own, a copy of it and makedumpfile's look the same */
	facts->writer = facts->qemu_notes ? "qemu" : NULL;
	facts->completeness = is_cut(&dump->file, &elf->map)	    ? DUMP_TRUNCATED
			      : elf->header.flags & FLAG_INCOMPLETE ? DUMP_INCOMPLETE
								    : DUMP_COMPLETE;
}

static bool elf_open(struct dump *dump, struct dint_error *err)
{
	CLEANUP(elf_free_ptr) struct elf *elf = xcalloc(1, sizeof(*elf));

	if (!elf_header_read(&dump->file, &elf->header, err) ||
	    !read_programs(&dump->file, elf, err))
		return false;
	fill_facts(dump, elf);
	dump->own = TAKE(elf);
	return true;
}

static void elf_close(struct dump *dump)
{
	elf_free(dump->own);
}

static enum page_state elf_find(const struct dump *dump, pfn_t pfn, struct page_place *place,
				struct dint_error *err)
{
	const struct elf *elf = dump->own;

	return phys_map_find(&elf->map, &dump->file, PAGE_BYTES, pfn, place, err);
}

static pfn_t elf_next(const struct dump *dump, pfn_t pfn)
{
	const struct elf *elf = dump->own;

	return phys_map_next(&elf->map, PAGE_BYTES, pfn);
}

static void elf_count(const struct dump *dump, struct dump_counts *counts)
{
	const struct elf *elf = dump->own;

	phys_map_count(&elf->map, &dump->file, PAGE_BYTES, counts);
}

const struct dump_format format_elf = {
	.name = "elf",
	.summary = "an ELF vmcore of the kernel, makedumpfile -E or QEMU",
	.recognise = elf_recognise,
	.open = elf_open,
	.find = elf_find,
	.next = elf_next,
	.count = elf_count,
	.close = elf_close,
};
