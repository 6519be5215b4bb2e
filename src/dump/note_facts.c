/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMCOREINFO, how many CPUs' registers, and who wrote them. */
#include "dump/note_facts.h"

#include <string.h>

#include "dump/notes.h"

void note_facts(struct dump_facts *facts, const uint8_t *notes, size_t n)
{
	struct cursor c = cursor_over(notes, notes ? n : 0);
	struct note note;

	facts->notes = notes;
	facts->notes_bytes = notes ? n : 0;
	while (note_next(&c, &note)) {
		if (note.type == NOTE_PRSTATUS && strcmp(note.name, "CORE") == 0)
			facts->cpu_registers++;
		if (strcmp(note.name, "QEMU") == 0)
			facts->qemu_notes = true;
		if (strcmp(note.name, "VMCOREINFO") == 0 && !facts->vmcoreinfo) {
			facts->vmcoreinfo = note.content;
			facts->vmcoreinfo_bytes = note.size;
		}
	}
}
