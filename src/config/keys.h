/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration's keys as records: the reader, the help and the manual are made from them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define CONFIG_KEYS_MAX 64 /* room in the reader; keys.c checks it */

enum config_section { SECTION_DINTD, SECTION_MACHINE, SECTIONS };

struct value_kind;

struct config_key {
	enum config_section section;
	const char *name;
	const struct value_kind *kind;
	const char *preset; /* what holds where the key is absent; NULL: nothing does */
	bool required;
	size_t member;	  /* offset in struct config or struct config_machine */
	const char *help; /* one line */
};

/* The keys in the order of the manual. */
const struct config_key *config_keys(size_t *count);
/* NULL when the section has no such key. */
const struct config_key *config_key_find(enum config_section section, const char *name);
/* The key of this section whose name is at most two letters away; NULL when none is. */
const struct config_key *config_key_nearest(enum config_section section, const char *name);
/* "[dintd]", "[machine NAME]" */
const char *config_section_title(enum config_section section);

/* Appends the reference: each section, its keys, what they take and what holds without them. */
void config_keys_describe(struct buffer *to);
