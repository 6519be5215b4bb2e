/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the symbol table, the types and the list of modules when they are first asked for. */
#include "kernel/parts.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "kernel/btf.h"
#include "kernel/btf_modules.h"
#include "kernel/code.h"
#include "kernel/kallsyms.h"
#include "kernel/modules_internal.h"

/* One of them; the lock is held while it is being opened. Whoever opens one may ask for those
 * before it in struct kernel_parts, not for those behind: so no lock waits for itself. */
struct part {
	pthread_mutex_t lock;
	bool tried;
	void *it; /* NULL: why is in error */
	struct dint_error error;
};

struct kernel_parts {
	struct part kallsyms, btf, modules, btf_modules, code;
};

struct kernel_parts *parts_new(void)
{
	struct kernel_parts *parts = xcalloc(1, sizeof(*parts));

	pthread_mutex_init(&parts->kallsyms.lock, NULL);
	pthread_mutex_init(&parts->btf.lock, NULL);
	pthread_mutex_init(&parts->modules.lock, NULL);
	pthread_mutex_init(&parts->btf_modules.lock, NULL);
	pthread_mutex_init(&parts->code.lock, NULL);
	return parts;
}

void parts_free(struct kernel_parts *parts)
{
	if (!parts)
		return;
	code_close(parts->code.it);
	btf_modules_close(parts->btf_modules.it);
	modules_close(parts->modules.it);
	btf_close(parts->btf.it);
	kallsyms_close(parts->kallsyms.it);
	pthread_mutex_destroy(&parts->kallsyms.lock);
	pthread_mutex_destroy(&parts->btf.lock);
	pthread_mutex_destroy(&parts->modules.lock);
	pthread_mutex_destroy(&parts->btf_modules.lock);
	pthread_mutex_destroy(&parts->code.lock);
	free(parts);
}

static void *ask(const struct kernel *kernel, struct part *part,
		 bool (*open)(const struct kernel *kernel, void **it, struct dint_error *err),
		 struct dint_error *err)
{
	void *it;

	pthread_mutex_lock(&part->lock);
	if (!part->tried) {
		part->tried = true;
		if (!open(kernel, &part->it, &part->error))
			part->it = NULL;
	}
	it = part->it;
	if (!it)
		*err = part->error;
	pthread_mutex_unlock(&part->lock);
	return it;
}

static bool open_kallsyms(const struct kernel *kernel, void **it, struct dint_error *err)
{
	return kallsyms_open(kernel, (struct kallsyms **)it, err);
}

static bool open_btf(const struct kernel *kernel, void **it, struct dint_error *err)
{
	return btf_open_kernel(kernel, (struct btf **)it, err);
}

static bool open_modules(const struct kernel *kernel, void **it, struct dint_error *err)
{
	return modules_open(kernel, (struct modules **)it, err);
}

bool kernel_kallsyms(const struct kernel *kernel, struct kallsyms **kallsyms,
		     struct dint_error *err)
{
	*kallsyms = ask(kernel, &kernel_parts(kernel)->kallsyms, open_kallsyms, err);
	return *kallsyms != NULL;
}

bool kernel_btf(const struct kernel *kernel, struct btf **btf, struct dint_error *err)
{
	*btf = ask(kernel, &kernel_parts(kernel)->btf, open_btf, err);
	return *btf != NULL;
}

bool kernel_modules(const struct kernel *kernel, struct modules **modules, struct dint_error *err)
{
	*modules = ask(kernel, &kernel_parts(kernel)->modules, open_modules, err);
	return *modules != NULL;
}

static bool open_btf_modules(const struct kernel *kernel, void **it, struct dint_error *err)
{
	return btf_modules_open(kernel, (struct btf_modules **)it, err);
}

bool kernel_btf_modules(const struct kernel *kernel, struct btf_modules **modules,
			struct dint_error *err)
{
	*modules = ask(kernel, &kernel_parts(kernel)->btf_modules, open_btf_modules, err);
	return *modules != NULL;
}

static bool open_code(const struct kernel *kernel, void **it, struct dint_error *err)
{
	return code_open(kernel, (struct code **)it, err);
}

bool kernel_code(const struct kernel *kernel, struct code **code, struct dint_error *err)
{
	*code = ask(kernel, &kernel_parts(kernel)->code, open_code, err);
	return *code != NULL;
}
