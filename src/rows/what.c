/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint what: all that an address can be. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "kernel/modules.h"
#include "kernel/percpu.h"
#include "kernel/slab.h"
#include "kernel/symbols.h"
#include "kernel/tasks.h"
#include "rows/operand.h"
#include "rows/rows.h"

/* What was found, as text and as JSON at the same time: only one of them is written. */
struct answer {
	const struct kernel *kernel;
	kva_t at;
	struct buffer *text;
	struct json_writer *json; /* NULL: text is wanted */
	unsigned found;
};

static const char *const page_states[] = {
	[PAGE_PRESENT] = "in the dump",
	[PAGE_ZERO] = "all zero",
	[PAGE_EXCLUDED] = "filtered out of the dump",
	[PAGE_ABSENT] = "no RAM",
	[PAGE_LOST] = "lost: the dump is incomplete or damaged",
};

static const char *const module_parts[] = {
	[MODULE_TEXT] = "text",
	[MODULE_DATA] = "data",
	[MODULE_RODATA] = "read-only data",
	[MODULE_RO_AFTER_INIT] = "data that is read-only since it was initialised",
	[MODULE_INIT] = "initialisation",
};

static void begin(struct answer *answer, const char *kind)
{
	answer->found++;
	if (answer->json) {
		json_open_object(answer->json, NULL);
		json_put_string(answer->json, "kind", kind);
	} else {
		buffer_printf(answer->text, "%-9s ", kind);
	}
}

static void end(struct answer *answer)
{
	if (answer->json)
		json_close(answer->json);
	else
		buffer_add_u8(answer->text, '\n');
}

/* A symbol, or a per-CPU variable of a CPU. */
static void tell_symbol(struct answer *answer, const struct symbol *symbol, int cpu)
{
	begin(answer, cpu < 0 ? "symbol" : "per-CPU");
	if (answer->json) {
		json_put_string(answer->json, "symbol", symbol->name);
		json_put_u64(answer->json, "offset", symbol->offset);
		json_put_string(answer->json, "module", symbol->module);
		if (cpu >= 0)
			json_put_i64(answer->json, "cpu", cpu);
	} else {
		operand_add_symbol(answer->text, symbol);
		if (cpu >= 0)
			buffer_printf(answer->text, " of CPU %d", cpu);
	}
	end(answer);
}

static void find_symbol(struct answer *answer)
{
	struct dint_error ignored;
	struct symbol symbol;
	unsigned cpu = 0;

	if (symbol_at(answer->kernel, answer->at, &symbol, &ignored))
		tell_symbol(answer, &symbol, -1);
	else if (percpu_at(answer->kernel, answer->at, &cpu, &symbol, &ignored))
		tell_symbol(answer, &symbol, (int)cpu);
}

static void find_module(struct answer *answer)
{
	const struct module *module = NULL;
	struct dint_error ignored;
	struct modules *modules;
	const char *part = "";

	if (kernel_modules(answer->kernel, &modules, &ignored))
		module = modules_at(modules, answer->at);
	if (!module)
		return;
	for (size_t i = 0; i < module->n_ranges; i++)
		if (answer->at - module->ranges[i].start < module->ranges[i].size)
			part = module_parts[module->ranges[i].part];
	begin(answer, "module");
	if (answer->json) {
		json_put_bytes(answer->json, "name", module->name, strlen(module->name));
		json_put_string(answer->json, "part", part);
	} else {
		text_escape(answer->text, module->name, strlen(module->name));
		buffer_printf(answer->text, ", its %s", part);
	}
	end(answer);
}

static void tell_task(struct answer *answer, const char *kind, const struct task *task,
		      uint64_t offset)
{
	begin(answer, kind);
	if (answer->json) {
		json_put_i64(answer->json, "pid", task->pid);
		json_put_bytes(answer->json, "comm", task->comm, strlen(task->comm));
		json_put_address(answer->json, "task", task->address);
		json_put_u64(answer->json, "offset", offset);
	} else {
		buffer_printf(answer->text, "of task %d \"", task->pid);
		text_escape(answer->text, task->comm, strlen(task->comm));
		buffer_printf(answer->text, "\", 0x%" PRIx64 " bytes in", offset);
	}
	end(answer);
}

/* Less than the type has: what is at its end, of registers that a CPU may not have, is left out. */
static bool find_task_bytes(const struct kernel *kernel, uint64_t *bytes)
{
	struct dint_error ignored;
	uint32_t allocated = 0;
	size_t whole = 0;
	kva_t at = 0;

	if (!type_size(kernel, "task_struct", &whole, &ignored))
		return false;
	*bytes = whole;
	if (symbol_address(kernel, "arch_task_struct_size", &at, &ignored) &&
	    kernel_read_u32(kernel, at, &allocated, &ignored) && allocated && allocated < whole)
		*bytes = allocated;
	return true;
}

static void find_task(struct answer *answer)
{
	CLEANUP(tasks_close_ptr) struct tasks *tasks = NULL;
	struct dint_error ignored;
	uint64_t task_bytes = 0;
	struct task task;

	if (!tasks_open(answer->kernel, &tasks, &ignored) ||
	    !find_task_bytes(answer->kernel, &task_bytes))
		return;
	while (tasks_next(tasks, &task)) {
		if (answer->at - task.stack < tasks_stack_bytes(tasks))
			tell_task(answer, "stack", &task, answer->at - task.stack);
		if (answer->at - task.address < task_bytes)
			tell_task(answer, "task", &task, answer->at - task.address);
	}
}

static void tell_slab(struct answer *answer, const struct slab_object *object)
{
	begin(answer, "slab");
	if (answer->json) {
		json_put_bytes(answer->json, "cache", object->name, strlen(object->name));
		json_put_address(answer->json, "object", object->object);
		json_put_u64(answer->json, "size", object->size);
		json_put_i64(answer->json, "offset", (int64_t)object->offset);
	} else {
		buffer_add_text(answer->text, "object of ");
		text_escape(answer->text, object->name, strlen(object->name));
		buffer_printf(answer->text, " at 0x%" PRIx64 ", %" PRIu64 " bytes", object->object,
			      object->size);
		if (object->offset < object->size)
			buffer_printf(answer->text, ", 0x%" PRIx64 " bytes in", object->offset);
		else
			buffer_add_text(answer->text, ", in what separates it from the next");
	}
	end(answer);
}

static void find_page(struct answer *answer)
{
	struct dint_error ignored;
	struct slab_object object;
	struct page_use use;

	if (!page_of(answer->kernel, answer->at, &use, &ignored))
		return;
	if (slab_at(answer->kernel, answer->at, &use, &object, &ignored))
		tell_slab(answer, &object);
	begin(answer, "page");
	if (answer->json) {
		json_put_address(answer->json, "physical", use.phys);
		json_put_string(answer->json, "state", page_states[use.state]);
		if (use.page)
			json_put_address(answer->json, "page", use.page);
		else
			json_put_null(answer->json, "page");
	} else {
		buffer_printf(answer->text, "physical 0x%" PRIx64 ", %s", use.phys,
			      page_states[use.state]);
		if (use.page)
			buffer_printf(answer->text, ", struct page 0x%" PRIx64, use.page);
	}
	end(answer);
}

static bool what_write(struct kernel *kernel, const struct rows_request *request,
		       struct rows_out *out, struct dint_error *err)
{
	struct answer answer = {.kernel = kernel, .text = out->text};
	struct json_writer w;

	if (!operand_address(kernel, request->operands[0], &answer.at, err))
		return false;
	if (request->json) {
		json_writer_init(&w, out->text, -1);
		json_open_array(&w, NULL);
		answer.json = &w;
	}
	find_symbol(&answer);
	find_module(&answer);
	find_task(&answer);
	find_page(&answer);
	if (!answer.found)
		return dint_fail(err, DINT_NOT_FOUND,
				 "0x%" PRIx64 ": no symbol, no task's, and not mapped", answer.at);
	if (request->json) {
		json_close(&w);
		if (!json_writer_end(&w, err))
			return false;
	}
	return rows_flush(out, true, err);
}

const struct rows_verb rows_what = {
	.name = "what",
	.summary = "what an address is: symbol, module, stack, task, slab object, page",
	.operands = "ADDRESS|SYMBOL",
	.operands_min = 1,
	.operands_max = 1,
	.write = what_write,
};
