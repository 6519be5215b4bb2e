/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint modules: what was loaded. */
#include "rows/modules.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "rows/rows.h"

static const char *const states[] = {"live", "coming", "going"};

void modules_put_row(struct json_writer *w, const struct module *module)
{
	char letters[MODULE_TAINTS_BYTES];

	module_taint_letters(module->taints, letters);
	json_open_object(w, NULL);
	json_put_bytes(w, "name", module->name, strlen(module->name));
	json_put_address(w, "address", module->base);
	json_put_u64(w, "size", module->size);
	json_put_string(w, "taints", letters);
	if (*module->version)
		json_put_bytes(w, "version", module->version, strlen(module->version));
	else
		json_put_null(w, "version");
	if (*module->srcversion)
		json_put_bytes(w, "srcversion", module->srcversion, strlen(module->srcversion));
	else
		json_put_null(w, "srcversion");
	json_put_string(w, "state",
			module->state < ARRAY_SIZE(states) ? states[module->state] : NULL);
	json_put_address(w, "module", module->address);
	json_close(w);
}

static void add_line(struct buffer *to, const struct module *module)
{
	char letters[MODULE_TAINTS_BYTES];
	size_t start = to->size;

	module_taint_letters(module->taints, letters);
	buffer_printf(to, "%016" PRIx64 "  %016" PRIx64 "  %8" PRIu64 "  %-6s  ", module->address,
		      module->base, module->size, *letters ? letters : "-");
	start = to->size;
	text_escape(to, module->name, strlen(module->name));
	if (*module->version) {
		buffer_printf(to, "%*s", (int)(to->size - start < 20 ? 20 - (to->size - start) : 0),
			      "");
		buffer_add_text(to, "  ");
		text_escape(to, module->version, strlen(module->version));
	}
	if (module->state > 0 && module->state < ARRAY_SIZE(states))
		buffer_printf(to, "  (%s)", states[module->state]);
	buffer_add_u8(to, '\n');
}

static bool write_json(const struct modules *modules, struct rows_out *out, struct dint_error *err)
{
	struct json_writer w;

	json_writer_init(&w, out->text, out->fd);
	json_open_array(&w, NULL);
	for (size_t i = 0; i < modules_count(modules); i++)
		modules_put_row(&w, modules_get(modules, i));
	json_close(&w);
	return json_writer_end(&w, err);
}

static bool modules_write(struct kernel *kernel, const struct rows_request *request,
			  struct rows_out *out, struct dint_error *err)
{
	struct modules *modules = NULL;

	if (!kernel_modules(kernel, &modules, err))
		return false;
	if (modules_gap(modules)->code)
		buffer_printf(out->warnings, "the list of modules is incomplete: %s\n",
			      modules_gap(modules)->message);
	if (request->json)
		return write_json(modules, out, err);
	buffer_add_text(
		out->text,
		"MODULE            BASE                  SIZE  TAINTS  NAME                  "
		"VERSION\n");
	for (size_t i = 0; i < modules_count(modules); i++)
		add_line(out->text, modules_get(modules, i));
	return rows_flush(out, true, err);
}

const struct rows_verb rows_modules = {
	.name = "modules",
	.summary = "the modules that were loaded, the last one first",
	.write = modules_write,
};
