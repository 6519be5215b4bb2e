/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The look at a dump before the sandbox's door closes: which libraries it will need. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct peek {
	bool container;	 /* compressed as a whole: what is in it is not known yet */
	uint32_t codecs; /* flags of page compressions that were seen */
};

/* Never fails: of what cannot be read, nothing is said. */
struct peek dump_peek(int fd);
