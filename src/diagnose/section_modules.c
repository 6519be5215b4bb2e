/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "modules". */
#include "diagnose/report_internal.h"
#include "kernel/modules.h"

static void put_module(const struct module *module, struct json_writer *w)
{
	char letters[MODULE_TAINTS_BYTES] = "";

	module_taint_letters(module->taints, letters);
	json_open_object(w, NULL);
	json_put_string(w, "name", module->name);
	json_put_address(w, "address", module->base);
	json_put_u64(w, "size", module->size);
	json_put_string(w, "taints", letters);
	json_put_string(w, "version", module->version[0] ? module->version : NULL);
	json_close(w);
}

void section_modules(struct report *report, struct json_writer *w)
{
	struct modules *modules = NULL;
	struct dint_error err = {0};

	json_open_array(w, "modules");
	if (!report->kernel || !kernel_modules(report->kernel, &modules, &err)) {
		json_close(w);
		gaps_add(&report->gaps, "modules", "%s",
			 report->kernel ? err.message : report->why_no_kernel);
		return;
	}
	for (size_t i = 0; i < modules_count(modules); i++)
		put_module(modules_get(modules, i), w);
	json_close(w);
	if (modules_gap(modules)->code)
		gaps_add(&report->gaps, "modules", "%s", modules_gap(modules)->message);
}
