/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the kernel in a dump, and reading its memory. */
#include "kernel/kernel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "kernel/arch.h"
#include "kernel/choice.h"
#include "kernel/parts.h"
#include "kernel/vmcoreinfo_scan.h"

#define UTS_FIELDS 5 /* those of struct new_utsname that we use; the sixth is the NIS domain */

struct kernel {
	struct dump *dump; /* borrowed */
	struct vmcoreinfo info;
	const struct arch *arch;
	struct paging paging;
	struct kernel_uts uts;
	size_t others; /* kernels in the dump besides this one */
	struct kernel_parts *parts;
	struct debuginfo *debuginfo; /* borrowed; NULL: none was given */
};

static bool uts_at(const struct kernel *kernel, kva_t at, struct kernel_uts *uts,
		   struct dint_error *err)
{
	uint8_t bytes[UTS_FIELDS * DUMP_UTS_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	char *fields[UTS_FIELDS] = {uts->sysname, uts->nodename, uts->release, uts->version,
				    uts->machine};

	if (!kernel_read(kernel, at, bytes, sizeof(bytes), err))
		return false;
	for (size_t i = 0; i < UTS_FIELDS; i++) {
		cursor_copy(&c, fields[i], DUMP_UTS_BYTES);
		fields[i][DUMP_UTS_BYTES - 1] = '\0';
	}
	return true;
}

/* A counter precedes the name in kernels that do not say where the name is (5.4 to 5.10). */
static bool read_uts(struct kernel *kernel, kva_t namespace, struct dint_error *err)
{
	static const size_t guesses[] = {4, 0, 8};
	struct dint_error ignored;
	size_t offset = 0;
	bool said = vmcoreinfo_offset(&kernel->info, "uts_namespace.name", &offset, &ignored);

	for (size_t i = 0; i < (said ? 1 : ARRAY_SIZE(guesses)); i++) {
		if (!uts_at(kernel, namespace + (said ? offset : guesses[i]), &kernel->uts, err))
			return dint_within(err, "init_uts_ns");
		if (strcmp(kernel->uts.sysname, "Linux") == 0)
			return true;
	}
	return dint_fail(err, DINT_CORRUPT, "init_uts_ns does not say Linux");
}

static bool check_release(const struct kernel *kernel, struct dint_error *err)
{
	const char *said = vmcoreinfo_text(&kernel->info, "OSRELEASE");

	if (!said)
		return dint_fail(err, DINT_CORRUPT, "VMCOREINFO has no OSRELEASE");
	if (strncmp(said, kernel->uts.release, DUMP_UTS_BYTES - 1) != 0)
		return dint_fail(err, DINT_CORRUPT,
				 "VMCOREINFO is of '%.64s', the kernel in memory is '%s'", said,
				 kernel->uts.release);
	return true;
}

static bool find_architecture(struct kernel *kernel, struct dint_error *err)
{
	const char *machine = dump_facts(kernel->dump)->machine;

	kernel->arch = arch_find(&kernel->info);
	if (kernel->arch)
		return true;
	return dint_fail(
		err, DINT_UNSUPPORTED,
		"the kernel is not one of x86-64 (the file says '%s'): only those are read",
		machine);
}

/* Takes the info in every case. */
static bool prove(struct dump *dump, struct vmcoreinfo info, struct kernel **out,
		  struct dint_error *err)
{
	CLEANUP(kernel_close_ptr) struct kernel *kernel = xcalloc(1, sizeof(*kernel));
	kva_t namespace = 0;

	kernel->dump = dump;
	kernel->info = info;
	kernel->parts = parts_new();
	if (!find_architecture(kernel, err) ||
	    !vmcoreinfo_symbol(&kernel->info, "init_uts_ns", &namespace, err) ||
	    !kernel->arch->paging_open(dump, &kernel->info, namespace, &kernel->paging, err) ||
	    !read_uts(kernel, namespace, err) || !check_release(kernel, err)) {
		/* what is missing from a dump is not "no such thing" to who asks about the dump */
		if (err->code == DINT_NOT_FOUND)
			err->code = DINT_UNSUPPORTED;
		return dint_within(err, "kernel");
	}
	*out = TAKE(kernel);
	return true;
}

static bool open_by_note(struct dump *dump, struct kernel **kernel, struct dint_error *err)
{
	const struct dump_facts *facts = dump_facts(dump);
	struct vmcoreinfo info = {0};

	if (!vmcoreinfo_parse(facts->vmcoreinfo, facts->vmcoreinfo_bytes, &info, err))
		return dint_within(err, "kernel");
	return prove(dump, info, kernel, err);
}

/* Of the kernels that prove true the one that crashed, else one that is no capture kernel. */
static size_t choose(struct dump *dump, struct vmcoreinfo_found *found, struct kernel **chosen,
		     struct dint_error *err)
{
	enum kernel_role best = KERNEL_CAPTURE;
	size_t proven = 0;

	for (size_t i = 0; i < found->count; i++) {
		CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
		struct vmcoreinfo info = found->items[i];

		found->items[i] = (struct vmcoreinfo){0};
		if (!prove(dump, info, &kernel, err))
			continue;
		proven++;
		enum kernel_role role = kernel_role(kernel);

		if (*chosen && role >= best)
			continue;
		best = role;
		kernel_close(*chosen);
		*chosen = TAKE(kernel);
	}
	return proven;
}

static bool open_by_scan(struct dump *dump, struct kernel **out, struct dint_error *err)
{
	CLEANUP(vmcoreinfo_found_done) struct vmcoreinfo_found found = {0};
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	size_t proven = 0;

	dint_error_set(
		err, DINT_UNSUPPORTED,
		"the dump has no VMCOREINFO, by which a kernel is found, neither as a note nor "
		"in memory: is it one of Linux, and is its memory not encrypted?");
	for (unsigned layout = 0; !kernel && dump_try_layout(dump, layout); layout++) {
		vmcoreinfo_found_done(&found);
		vmcoreinfo_scan(dump, &found);
		proven = choose(dump, &found, &kernel, err);
	}
	if (!kernel)
		return false;
	kernel->others = proven - 1;
	*out = TAKE(kernel);
	return true;
}

/* A note can be damaged, or another kernel's; what memory says itself then decides. */
bool kernel_open(struct dump *dump, struct kernel **kernel, struct dint_error *err)
{
	struct dint_error no_other;

	if (!dump_facts(dump)->vmcoreinfo)
		return open_by_scan(dump, kernel, err);
	return open_by_note(dump, kernel, err) || open_by_scan(dump, kernel, &no_other);
}

void kernel_close(struct kernel *kernel)
{
	if (!kernel)
		return;
	parts_free(kernel->parts);
	vmcoreinfo_done(&kernel->info);
	free(kernel);
}

struct dump *kernel_dump(const struct kernel *kernel)
{
	return kernel->dump;
}

struct kernel_parts *kernel_parts(const struct kernel *kernel)
{
	return kernel->parts;
}

const struct vmcoreinfo *kernel_vmcoreinfo(const struct kernel *kernel)
{
	return &kernel->info;
}

const struct kernel_uts *kernel_uts(const struct kernel *kernel)
{
	return &kernel->uts;
}

void kernel_set_debuginfo(struct kernel *kernel, struct debuginfo *debuginfo)
{
	kernel->debuginfo = debuginfo;
}

struct debuginfo *kernel_debuginfo(const struct kernel *kernel)
{
	return kernel->debuginfo;
}

size_t kernel_others(const struct kernel *kernel)
{
	return kernel->others;
}

const struct arch *kernel_arch(const struct kernel *kernel)
{
	return kernel->arch;
}

const struct paging *kernel_paging(const struct kernel *kernel)
{
	return &kernel->paging;
}

bool kernel_read(const struct kernel *kernel, kva_t at, void *to, size_t n, struct dint_error *err)
{
	uint8_t *next = to;

	if (UINT64_MAX - at < n)
		return dint_fail(err, DINT_NOT_FOUND,
				 "0x%" PRIx64 ": %zu bytes go round the end of "
				 "memory",
				 at, n);
	while (n > 0) {
		phys_t phys = 0;
		uint64_t piece = 0;

		if (!paging_translate(&kernel->paging, at, &phys, &piece, err))
			return false;
		size_t some = piece < n ? (size_t)piece : n;

		if (!dump_read(kernel->dump, phys, next, some, err))
			return dint_within(err, "0x%" PRIx64, at);
		at += some;
		next += some;
		n -= some;
	}
	return true;
}

bool kernel_read_u32(const struct kernel *kernel, kva_t at, uint32_t *value, struct dint_error *err)
{
	uint8_t bytes[4] = {0};

	if (!kernel_read(kernel, at, bytes, sizeof(bytes), err))
		return false;
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	*value = cursor_u32(&c);
	return true;
}

bool kernel_read_u64(const struct kernel *kernel, kva_t at, uint64_t *value, struct dint_error *err)
{
	uint8_t bytes[8] = {0};

	if (!kernel_read(kernel, at, bytes, sizeof(bytes), err))
		return false;
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	*value = cursor_u64(&c);
	return true;
}
