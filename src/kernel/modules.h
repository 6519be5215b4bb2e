/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules that were loaded: what they are, where they lie, what their symbols are called. */
#pragma once
#include "kernel/kernel.h"

#define MODULES_MAX	   65536 /* nobody has a thousand */
#define MODULE_NAME_BYTES  64
#define MODULE_PARTS_MAX   7 /* enum mod_mem_type, since v6.4; before, two of them */
#define MODULE_SYMBOLS_MAX ((uint32_t)1 << 20)
#define MODULE_ORC_MAX	   ((uint32_t)1 << 24)
#define MODULE_TEXT_BYTES  64 /* of version and srcversion that we keep */

enum module_part { MODULE_TEXT, MODULE_DATA, MODULE_RODATA, MODULE_RO_AFTER_INIT, MODULE_INIT };

struct module_range {
	kva_t start;
	uint64_t size;
	enum module_part part; /* until v6.3 what is not text is MODULE_DATA */
};

struct module {
	kva_t address; /* of its struct module */
	kva_t base;    /* where its text begins, its address in /proc/modules */
	char name[MODULE_NAME_BYTES];
	struct module_range ranges[MODULE_PARTS_MAX];
	size_t n_ranges;
	uint64_t size; /* bytes of all that stays after it was initialised */
	uint64_t taints;
	uint32_t state; /* 0 live, 1 coming, 2 going */
	char version[MODULE_TEXT_BYTES], srcversion[MODULE_TEXT_BYTES]; /* "": says none */
	/* ORC of its own code; 0: none */
	kva_t orc_ip, orc_entries;
	uint32_t n_orc;
};

struct modules;

size_t modules_count(const struct modules *modules);
/* In the kernel's order, the last loaded first. */
const struct module *modules_get(const struct modules *modules, size_t i);
const struct module *modules_find(const struct modules *modules, const char *name);
/* The module that has an address, NULL: none. */
const struct module *modules_at(const struct modules *modules, kva_t at);
/* What of the list could not be read; code 0: nothing. */
const struct dint_error *modules_gap(const struct modules *modules);
/* Its taint flags as letters ("OE"), as /proc/modules has them. */
#define MODULE_TAINTS_BYTES 33
void module_taint_letters(uint64_t taints, char letters[MODULE_TAINTS_BYTES]);
