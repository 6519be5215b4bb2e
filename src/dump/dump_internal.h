/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a format's file may know of an open dump. */
#pragma once
#include "dump/dump.h"
#include "dump/file.h"

struct dump_format;
struct dump_tools;
struct page_cache;

struct dump {
	struct dump_file file;
	struct dump_file *more; /* the further parts of a split dump */
	size_t n_more;
	const struct dump_tools *tools; /* borrowed, or own_tools */
	struct dump_tools *own_tools;
	const struct dump_format *format;
	bool wrapped; /* a flattened file */
	struct dump_facts facts;
	uint32_t page_shift;
	void *own; /* the format's */
	struct page_cache *cache;
};
