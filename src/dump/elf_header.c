/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding ELF's headers. */
#include "dump/elf_header.h"

#include "base/cursor.h"

#define ELF_CLASS_64  2
#define ELF_LITTLE    1
#define ELF_TYPE_CORE 4
#define PN_XNUM	      0xffff

/* More program headers than e_phnum can say. */
static bool read_extended_number(const struct dump_file *file, uint64_t sections_at,
				 uint32_t *number, struct dint_error *err)
{
	uint8_t bytes[ELF_SECTION_BYTES] = {0};

	if (sections_at == 0 ||
	    dump_file_read(file, sections_at, bytes, sizeof(bytes)) < sizeof(bytes))
		return dint_fail(err, DINT_CORRUPT,
				 "ELF: the section header that numbers the program headers is "
				 "missing");
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	cursor_seek(&c, 44); /* sh_info */
	*number = cursor_u32(&c);
	return true;
}

static bool check_kind(uint8_t class, uint8_t order, uint16_t type, uint16_t size,
		       struct dint_error *err)
{
	if (class != ELF_CLASS_64 || order != ELF_LITTLE)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "an ELF file of a 32-bit or big-endian machine");
	if (type != ELF_TYPE_CORE)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "an ELF file of type %u, not a memory dump (type 4)", type);
	if (size != ELF_PROGRAM_BYTES)
		return dint_fail(err, DINT_CORRUPT, "ELF: program headers of %u bytes", size);
	return true;
}

bool elf_header_read(const struct dump_file *file, struct elf_header *header,
		     struct dint_error *err)
{
	uint8_t bytes[ELF_HEADER_BYTES] = {0};
	size_t n = dump_file_read(file, 0, bytes, sizeof(bytes));
	struct cursor c = cursor_over(bytes, n);
	struct elf_header h = {0};

	cursor_skip(&c, 4); /* magic */
	uint8_t class = cursor_u8(&c);
	uint8_t order = cursor_u8(&c);

	cursor_seek(&c, 16);
	uint16_t type = cursor_u16(&c);

	h.machine = cursor_u16(&c);
	cursor_skip(&c, 4 + 8); /* version, entry */
	h.programs_at = cursor_u64(&c);
	uint64_t sections_at = cursor_u64(&c);

	h.flags = cursor_u32(&c);
	cursor_skip(&c, 2); /* e_ehsize: see the header */
	uint16_t size = cursor_u16(&c);

	h.n_programs = cursor_u16(&c);
	cursor_skip(&c, 6);

	if (!cursor_ok(&c))
		return dint_fail(err, DINT_CORRUPT, "the file ends in its ELF header");
	if (h.n_programs == 0)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "an ELF file without program headers (a core of Xen's xl "
				 "dump-core?): crash reads it");
	if (!check_kind(class, order, type, size, err))
		return false;
	if (h.n_programs == PN_XNUM && !read_extended_number(file, sections_at, &h.n_programs, err))
		return false;
	if (h.n_programs > ELF_PROGRAMS_MAX)
		return dint_fail(err, DINT_CORRUPT, "ELF: %u program headers, the most is %u",
				 h.n_programs, ELF_PROGRAMS_MAX);
	*header = h;
	return true;
}

bool elf_program_read(const struct dump_file *file, const struct elf_header *header,
		      uint32_t number, struct elf_program *program, struct dint_error *err)
{
	uint8_t bytes[ELF_PROGRAM_BYTES] = {0};
	uint64_t at = 0;

	if (__builtin_add_overflow(header->programs_at, (uint64_t)number * ELF_PROGRAM_BYTES,
				   &at) ||
	    dump_file_read(file, at, bytes, sizeof(bytes)) < sizeof(bytes))
		return dint_fail(err, DINT_CORRUPT,
				 "the file ends in its program headers (%u of %u)", number,
				 header->n_programs);
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	program->type = cursor_u32(&c);
	cursor_skip(&c, 4); /* flags */
	program->at = cursor_u64(&c);
	program->vaddr = cursor_u64(&c);
	program->paddr = cursor_u64(&c);
	program->n_file = cursor_u64(&c);
	program->n_memory = cursor_u64(&c);
	return true;
}
