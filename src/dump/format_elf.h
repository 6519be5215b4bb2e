/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF vmcores; elf_header.h has the picture. */
#pragma once
#include "dump/formats.h"

extern const struct dump_format format_elf;
