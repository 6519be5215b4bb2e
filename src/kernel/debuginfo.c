/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DWARF by elfutils' libdw, loaded by need. */
#include "kernel/debuginfo.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/library.h"
#include "kernel/build_id.h"

enum {
	BEGIN,
	END,
	GETELF,
	BUILD_ID,
	ADDRDIE,
	GETSCOPES,
	GETSCOPES_DIE,
	TAG,
	DIENAME,
	GETSRC_DIE,
	LINESRC,
	LINENO,
	ATTR,
	FORMUDATA,
	GETSRCFILES,
	FILESRC,
};

static const struct library_name libdw = {
	"libdw.so.1",
	"libdw1",
	{"dwarf_begin", "dwarf_end", "dwarf_getelf", "dwelf_elf_gnu_build_id", "dwarf_addrdie",
	 "dwarf_getscopes", "dwarf_getscopes_die", "dwarf_tag", "dwarf_diename", "dwarf_getsrc_die",
	 "dwarf_linesrc", "dwarf_lineno", "dwarf_attr_integrate", "dwarf_formudata",
	 "dwarf_getsrcfiles", "dwarf_filesrc"},
};

/* A function of the library, with the type that its header gives it. */
#define CALL(debuginfo, number, name) ((__typeof__(&name))(debuginfo)->library.symbols[number])

struct debuginfo {
	struct library library;
	int fd;
	Dwarf *dwarf; /* NULL until it is attached */
	uint64_t kaslr_offset;
};

bool debuginfo_new(int fd, struct debuginfo **out, struct dint_error *err)
{
	CLEANUP(debuginfo_free_ptr) struct debuginfo *debuginfo = xcalloc(1, sizeof(*debuginfo));

	debuginfo->fd = fd;
	if (!library_load(&libdw, &debuginfo->library, err))
		return dint_within(err, "source lines");
	*out = TAKE(debuginfo);
	return true;
}

void debuginfo_free(struct debuginfo *debuginfo)
{
	if (!debuginfo)
		return;
	if (debuginfo->dwarf)
		CALL(debuginfo, END, dwarf_end)(debuginfo->dwarf);
	library_unload(&debuginfo->library);
	close_fd(&debuginfo->fd);
	free(debuginfo);
}

static bool check_build_id(struct debuginfo *debuginfo, const struct kernel *kernel,
			   struct dint_error *err)
{
	Elf *elf = CALL(debuginfo, GETELF, dwarf_getelf)(debuginfo->dwarf);
	char ours[BUILD_ID_TEXT] = "", theirs[BUILD_ID_TEXT] = "";
	const void *bytes = NULL;
	ssize_t n = CALL(debuginfo, BUILD_ID, dwelf_elf_gnu_build_id)(elf, &bytes);

	if (n != BUILD_ID_BYTES)
		return dint_fail(err, DINT_CORRUPT, "the file has no build id");
	for (size_t i = 0; i < BUILD_ID_BYTES; i++)
		snprintf(theirs + 2 * i, 3, "%02x", ((const uint8_t *)bytes)[i]);
	if (!build_id_text(kernel, ours, err))
		return false;
	if (strcmp(ours, theirs) != 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "it is of another kernel: build id %s, the dump's is %s", theirs,
				 ours);
	return true;
}

bool debuginfo_attach(struct debuginfo *debuginfo, struct kernel *kernel, struct dint_error *err)
{
	struct dint_error ignored;

	debuginfo->dwarf = CALL(debuginfo, BEGIN, dwarf_begin)(debuginfo->fd, DWARF_C_READ);
	if (!debuginfo->dwarf)
		return dint_fail(err, DINT_CORRUPT, "no ELF file with debug symbols");
	if (!check_build_id(debuginfo, kernel, err))
		return false;
	if (!vmcoreinfo_hex(kernel_vmcoreinfo(kernel), "KERNELOFFSET", &debuginfo->kaslr_offset,
			    &ignored))
		debuginfo->kaslr_offset = 0;
	kernel_set_debuginfo(kernel, debuginfo);
	return true;
}

static void line_at(struct debuginfo *debuginfo, Dwarf_Die *unit, Dwarf_Addr at,
		    struct source_frame *frame)
{
	Dwarf_Line *line = CALL(debuginfo, GETSRC_DIE, dwarf_getsrc_die)(unit, at);

	if (!line)
		return;
	frame->file = CALL(debuginfo, LINESRC, dwarf_linesrc)(line, NULL, NULL);
	CALL(debuginfo, LINENO, dwarf_lineno)(line, &frame->line);
}

static bool number_of(struct debuginfo *debuginfo, Dwarf_Die *die, unsigned name, Dwarf_Word *value)
{
	Dwarf_Attribute attribute;

	return CALL(debuginfo, ATTR, dwarf_attr_integrate)(die, name, &attribute) &&
	       CALL(debuginfo, FORMUDATA, dwarf_formudata)(&attribute, value) == 0;
}

/* Where an inlined function was called from. */
static void line_of_call(struct debuginfo *debuginfo, Dwarf_Die *unit, Dwarf_Die *inlined,
			 struct source_frame *caller)
{
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files = NULL;
	size_t n = 0;

	if (!number_of(debuginfo, inlined, DW_AT_call_file, &file) ||
	    !number_of(debuginfo, inlined, DW_AT_call_line, &line) || line > INT32_MAX ||
	    CALL(debuginfo, GETSRCFILES, dwarf_getsrcfiles)(unit, &files, &n) != 0 || file >= n)
		return;
	caller->file = CALL(debuginfo, FILESRC, dwarf_filesrc)(files, file, NULL, NULL);
	caller->line = (int)line;
}

static bool is_function(struct debuginfo *debuginfo, Dwarf_Die *die, bool *inlined)
{
	int tag = CALL(debuginfo, TAG, dwarf_tag)(die);

	*inlined = tag == DW_TAG_inlined_subroutine;
	return *inlined || tag == DW_TAG_subprogram;
}

/* From the innermost function outwards, along the tree as it was compiled. */
static size_t take_scopes(struct debuginfo *debuginfo, Dwarf_Die *unit, Dwarf_Die *scopes, int n,
			  Dwarf_Addr at, struct source_frame *frames)
{
	Dwarf_Die *inner = NULL;
	size_t count = 0;
	bool inlined = false;

	for (int i = 0; i < n && count < DEBUGINFO_FRAMES_MAX; i++) {
		struct source_frame *frame = &frames[count];

		if (!is_function(debuginfo, &scopes[i], &inlined))
			continue;
		*frame = (struct source_frame){
			.function = CALL(debuginfo, DIENAME, dwarf_diename)(&scopes[i]),
			.inlined = inlined,
		};
		if (inner)
			line_of_call(debuginfo, unit, inner, frame);
		else
			line_at(debuginfo, unit, at, frame);
		inner = &scopes[i];
		count++;
		if (!inlined)
			break;
	}
	return count;
}

/* dwarf_getscopes leaves the compiled tree for the source's at the first inlined function: it only
 * finds that one, and dwarf_getscopes_die goes on from there. */
static int scopes_at(struct debuginfo *debuginfo, Dwarf_Die *unit, Dwarf_Addr at,
		     Dwarf_Die **scopes)
{
	CLEANUP(free_ptr) Dwarf_Die *found = NULL;
	int n = CALL(debuginfo, GETSCOPES, dwarf_getscopes)(unit, at, &found);
	bool inlined;

	for (int i = 0; i < n; i++)
		if (is_function(debuginfo, &found[i], &inlined))
			return CALL(debuginfo, GETSCOPES_DIE, dwarf_getscopes_die)(&found[i],
										   scopes);
	return 0;
}

size_t debuginfo_frames(struct debuginfo *debuginfo, kva_t ip, bool exact,
			struct source_frame frames[DEBUGINFO_FRAMES_MAX])
{
	Dwarf_Addr at = ip - debuginfo->kaslr_offset - !exact;
	CLEANUP(free_ptr) Dwarf_Die *scopes = NULL;
	Dwarf_Die unit;

	if (!debuginfo->dwarf ||
	    !CALL(debuginfo, ADDRDIE, dwarf_addrdie)(debuginfo->dwarf, at, &unit))
		return 0;
	int n_scopes = scopes_at(debuginfo, &unit, at, &scopes);
	size_t n = take_scopes(debuginfo, &unit, scopes, n_scopes, at, frames);

	if (n > 0)
		return n;
	/* assembly has lines and no functions */
	frames[0] = (struct source_frame){0};
	line_at(debuginfo, &unit, at, &frames[0]);
	return frames[0].file ? 1 : 0;
}
