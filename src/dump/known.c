/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that we recognise by their first bytes and do not read: what they are, and what to do. */
#include <string.h>

#include "dump/formats.h"

#define DUMP_MEMORY                                                                       \
	"take a dump with QMP's dump-guest-memory, or virsh dump --memory-only --format " \
	"kdump-zlib"

static const struct {
	const char *magic;
	size_t n;
	const char *what, *advice;
} known[] = {
	/* clang-format off */
	{"DISKDUMP", 8, "a diskdump of a 2.4 or 2.6 kernel", "its own crash utility reads it"},
	{"LMiE", 4, "a LiME memory image, byte-swapped", "this version does not read it"},
	{"AVML", 4, "an AVML memory image", "avml-convert makes a LiME image"},
	{"QEVM", 4, "a QEMU migration stream, not a dump", DUMP_MEMORY},
	{"LibvirtQemudSave", 16, "a libvirt save image, not a dump", DUMP_MEMORY},
	{"LibvirtQemudPart", 16, "an unfinished libvirt save image, not a dump", DUMP_MEMORY},
	{"\xd0\xbe\xd0\xbe", 4, "a VMware checkpoint", "vmss2core makes an ELF core of it"},
	{"\xd1\xba\xd1\xba", 4, "a VMware checkpoint", "vmss2core makes an ELF core of it"},
	{"\xd2\xbe\xd2\xbe", 4, "a VMware checkpoint", "vmss2core makes an ELF core of it"},
	{"\xd2\xba\xd2\xba", 4, "a VMware checkpoint", "vmss2core makes an ELF core of it"},
	{"\xd3\xbe\xd3\xbe", 4, "a VMware checkpoint without its memory", "vmss2core makes an ELF core of it and its .vmem"},
	{"PAGEDU64", 8, "a crash dump of Windows", "WinDbg reads it"},
	{"PAGEDUMP", 8, "a crash dump of 32-bit Windows", "WinDbg reads it"},
	{"\xed\xeb\x0f\xf0", 4, "a core of an old Xen", "crash reads it"},
	{"\xee\xeb\x0f\xf0", 4, "a core of an old Xen", "crash reads it"},
	{"QFI\xfb", 4, "a qcow2 disk image, not a dump", DUMP_MEMORY},
	{"\x02\x21\x4c\x18", 4, "compressed with lz4, legacy frames", "unlz4 it first"},
	{"\x89LZO\0\r\n\x1a\n", 9, "compressed with lzop", "lzop -d it first"},
	/* clang-format on */
};

bool known_magic(const uint8_t *head, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (n >= known[i].n && memcmp(head, known[i].magic, known[i].n) == 0)
			return true;
	return false;
}

bool known_refuse(const uint8_t *head, size_t n, struct dint_error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (n >= known[i].n && memcmp(head, known[i].magic, known[i].n) == 0)
			return dint_fail(err, DINT_UNSUPPORTED, "%s: %s", known[i].what,
					 known[i].advice);
	return dint_fail(err, DINT_UNSUPPORTED,
			 "not a dump that we know (it starts with %02x %02x %02x %02x); known are "
			 "kdump files of makedumpfile and QEMU, ELF vmcores, LiME and raw images",
			 n > 0 ? head[0] : 0, n > 1 ? head[1] : 0, n > 2 ? head[2] : 0,
			 n > 3 ? head[3] : 0);
}
