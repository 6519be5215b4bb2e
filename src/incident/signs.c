/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Console lines that move an incident, by the words the kernel and kdump's programs print. */
#include "incident/signs.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/units.h"

/* Linux: arch/x86/kernel/nmi.c (unknown_nmi_error, pci_serr_error), kernel/panic.c (panic),
 * kdump-tools: kdump-config (save_core); kexec-tools of RHEL: dracut-kdump.sh; SUSE: kdump-save. */
static const struct {
	const char *words;
	enum incident_event event;
	const char *meaning;
} signs[] = {
	{"Dazed and confused, but trying to continue", EVENT_ALIVE,
	 "the kernel took the NMI and went on: kernel.unknown_nmi_panic is 0 in the guest"},
	{"---[ end Kernel panic - not syncing", EVENT_PANIC,
	 "the kernel panicked with no capture kernel loaded"},
	{"elfcorehdr=", EVENT_CAPTURE, "the capture kernel booted"},
	{"running makedumpfile", EVENT_PROGRESS, "makedumpfile runs"},
	{"saved vmcore in", EVENT_PROGRESS, "the dump is on the guest's disk"},
	{"saved dmesg content in", EVENT_PROGRESS, "the kernel log is on the guest's disk"},
	{"makedumpfile failed, falling back to", EVENT_PROGRESS, "makedumpfile failed, cp runs"},
	{"kdump: saving vmcore", EVENT_PROGRESS, "the dump is being saved"},
	{"saving vmcore complete", EVENT_PROGRESS, "the dump is on the guest's disk"},
	{"Copying data", EVENT_PROGRESS, "makedumpfile copies pages"},
};

/* Whether the words stand at the line's start, a doubled letter of the line counting once. */
static bool starts_with(const char *line, const char *words)
{
	const char *at = line;

	while (*words) {
		if (*at == *words) {
			at++;
			words++;
		} else if (*at && at > line && *at == at[-1]) {
			at++;
		} else {
			return false;
		}
	}
	return true;
}

static bool contains(const char *line, const char *words)
{
	for (; *line; line++)
		if (starts_with(line, words))
			return true;
	return false;
}

enum incident_event sign_of_line(const char *line, const char **meaning)
{
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (contains(line, signs[i].words)) {
			*meaning = signs[i].meaning;
			return signs[i].event;
		}
	return EVENT_NONE;
}
