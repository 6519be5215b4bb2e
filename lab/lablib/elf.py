# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's ELF dumps as makedumpfile wants them.

QEMU 7.2 writes e_ehsize 8 and two section headers before the program headers; makedumpfile looks
for program headers at 64 (QEMU dump/dump.c, makedumpfile elf_info.c). There is room for them.
"""
import struct

from .talk import Refusal

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADERS = HEADER.size  # 64


def put_right(path):
    """Moves the program headers, in place."""
    with open(path, "r+b") as file:
        fields = list(HEADER.unpack(file.read(HEADER.size)))
        if fields[0][:5] != b"\x7fELF\x02":
            raise Refusal(f"{path} is no 64-bit ELF file")
        at, size = fields[5], fields[9] * fields[10]  # e_phoff, e_phentsize * e_phnum
        file.seek(at)
        headers = file.read(size)
        first_note = min(struct.unpack_from("<Q", headers, i + 8)[0]
                         for i in range(0, size, fields[9]))
        if PROGRAM_HEADERS + size > first_note:
            raise Refusal(f"{path}: no room for {fields[10]} program headers")
        fields[5], fields[6], fields[8] = PROGRAM_HEADERS, 0, HEADER.size
        fields[11:14] = 0, 0, 0
        file.seek(0)
        file.write(HEADER.pack(*fields) + headers)
