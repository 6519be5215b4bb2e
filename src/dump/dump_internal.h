/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a format's file may know of an open dump. */
#pragma once
#include "dump/dump.h"
#include "dump/file.h"

struct dump_format;
struct page_cache;

struct dump {
	struct dump_file file;
	const struct dump_format *format;
	bool wrapped; /* a flattened file */
	struct dump_facts facts;
	uint32_t page_shift;
	void *own; /* the format's */
	struct page_cache *cache;
};
