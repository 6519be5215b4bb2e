/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GNU note between __start_notes and __stop_notes (include/asm-generic/vmlinux.lds.h, NOTES).
 */
#include "kernel/build_id.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "dump/notes.h"
#include "kernel/symbols.h"

#define NOTES_BYTES_MAX	  4096 /* of the image; they have some 100 */
#define NOTE_GNU_BUILD_ID 3

/* Stable releases that write something else for BUILD-ID in VMCOREINFO (a backport that went wrong;
 * drgn ignores it in the same releases). most: the last one, UINT_MAX where no fix is known. */
static const struct {
	unsigned major, minor, least, most;
} wrong_build_ids[] = {
	{5, 15, 168, UINT32_MAX}, {6, 1, 113, 118}, {6, 6, 55, 62},
	{6, 10, 14, UINT32_MAX},  {6, 11, 3, 9},
};

static bool build_id_is_wrong(const char *release)
{
	unsigned major = 0, minor = 0, patch = 0;

	if (sscanf(release, "%9u.%9u.%9u", &major, &minor, &patch) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(wrong_build_ids); i++)
		if (wrong_build_ids[i].major == major && wrong_build_ids[i].minor == minor &&
		    patch >= wrong_build_ids[i].least && patch <= wrong_build_ids[i].most)
			return true;
	return false;
}

static bool by_notes(const struct kernel *kernel, char text[BUILD_ID_TEXT], struct dint_error *err)
{
	uint8_t bytes[NOTES_BYTES_MAX] = {0};
	kva_t start = 0, stop = 0;
	struct note note;

	if (!symbol_address(kernel, "__start_notes", &start, err) ||
	    !symbol_address(kernel, "__stop_notes", &stop, err))
		return false;
	size_t n = stop > start && stop - start < sizeof(bytes) ? (size_t)(stop - start) : 0;

	if (!kernel_read(kernel, start, bytes, n, err))
		return false;
	struct cursor c = cursor_over(bytes, n);

	while (note_next(&c, &note)) {
		if (note.type != NOTE_GNU_BUILD_ID || strcmp(note.name, "GNU") != 0 ||
		    note.size != BUILD_ID_BYTES)
			continue;
		for (size_t i = 0; i < BUILD_ID_BYTES; i++)
			snprintf(text + 2 * i, 3, "%02x", note.content[i]);
		return true;
	}
	return dint_fail(err, DINT_NOT_FOUND, "the image's notes have no build id");
}

bool build_id_text(const struct kernel *kernel, char text[BUILD_ID_TEXT], struct dint_error *err)
{
	const char *said = vmcoreinfo_text(kernel_vmcoreinfo(kernel), "BUILD-ID");
	struct dint_error ignored;

	if (by_notes(kernel, text, &ignored))
		return true;
	if (build_id_is_wrong(kernel_uts(kernel)->release))
		return dint_fail(err, DINT_NOT_FOUND,
				 "this release writes a wrong BUILD-ID into VMCOREINFO");
	if (!said || strlen(said) != BUILD_ID_TEXT - 1 ||
	    strspn(said, "0123456789abcdef") != BUILD_ID_TEXT - 1)
		return dint_fail(err, DINT_NOT_FOUND, "the kernel has no build id");
	memcpy(text, said, BUILD_ID_TEXT);
	return true;
}
