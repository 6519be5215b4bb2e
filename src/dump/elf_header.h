/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers of an ELF vmcore, 64-bit and little-endian:
 *
 *	ELF header, 64 bytes:	e_phoff says where the program headers are, e_phnum how many
 *	program headers:	PT_NOTE (several are possible), PT_LOAD
 *
 * With 0xffff (PN_XNUM) program headers and more their number is sh_info of the first section
 *header. QEMU 7.2 writes 8 for e_ehsize and its section headers before the program headers: only
 *e_phoff and e_shoff tell. (elf(5); Linux fs/proc/vmcore.c; QEMU dump/dump.c)
 */
#pragma once
#include "base/units.h"
#include "dump/file.h"

#define ELF_HEADER_BYTES  64
#define ELF_PROGRAM_BYTES 56
#define ELF_SECTION_BYTES 64
#define ELF_PROGRAMS_MAX  ((uint32_t)1 << 22)

#define ELF_MACHINE_X86_64 62
#define ELF_MACHINE_ARM64  183

#define ELF_LOAD 1
#define ELF_NOTE 4

struct elf_header {
	uint16_t machine;
	uint32_t flags;
	uint64_t programs_at;
	uint32_t n_programs;
};

struct elf_program {
	uint32_t type;
	uint64_t at, vaddr, paddr, n_file, n_memory;
};

/* DINT_UNSUPPORTED for one that is no core file of a 64-bit little-endian machine. */
bool elf_header_read(const struct dump_file *file, struct elf_header *header,
		     struct dint_error *err);
/* DINT_CORRUPT where the file ends before it. */
bool elf_program_read(const struct dump_file *file, const struct elf_header *header,
		      uint32_t number, struct elf_program *program, struct dint_error *err);
