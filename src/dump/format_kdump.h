/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump-compressed files, as makedumpfile and QEMU write them; kdump_header.h has the picture. */
#pragma once
#include "dump/formats.h"

extern const struct dump_format format_kdump;
