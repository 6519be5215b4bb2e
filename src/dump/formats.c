/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of formats that we read, the surest recognition first. */
#include "dump/formats.h"

#include "dump/flattened.h"
#include "dump/format_elf.h"
#include "dump/format_kdump.h"
#include "dump/format_lime.h"

const struct dump_format *const dump_formats[] = {
	&format_flattened, &format_kdump, &format_elf, &format_lime, NULL,
};
