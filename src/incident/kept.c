/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change is written at once and not waited for: it is known again when the machine is reached. */
#include "incident/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "incident/console_file.h"
#include "incident/site.h"

struct keeping {
	char *machine;
	struct machine_kept kept;
};

static bool keep_job(struct store_writer *writer, void *arg, struct dint_error *err)
{
	struct keeping *k = arg;

	return machine_kept_put(writer, k->machine, &k->kept, err);
}

static void kept_done(void *arg, const struct dint_error *err)
{
	struct keeping *k = arg;

	if (err)
		log_warning("%s: how it runs could not be kept: %s", k->machine, err->message);
	free(k->machine);
	free(k);
}

static void keep(struct watch *w)
{
	struct keeping *k = xcalloc(1, sizeof(*k));

	k->machine = xstrdup(w->config->name);
	k->kept = w->kept;
	store_submit(w->site->store, keep_job, kept_done, k);
}

bool kept_open(struct watch *w, struct dint_error *err)
{
	return machine_kept_find(w->site->store, w->config->name, &w->kept, err);
}

/* From these, running means that the guest has begun anew. */
static bool is_before_a_boot(const char *word)
{
	return !strcmp(word, "shutdown") || !strcmp(word, "prelaunch");
}

/* The console and the hypervisor are heard by sockets of their own, the one perhaps seconds before
 * the other: what the console said since the machine was off it said in this boot. */
static uint64_t boot_noticed_us(const struct watch *w, uint64_t now)
{
	uint64_t spoke_us = w->console_file ? console_file_last_us(w->console_file) : 0;

	return spoke_us > w->kept.run_since_us && spoke_us < now ? spoke_us : now;
}

void kept_run_state(struct watch *w, const char *word)
{
	uint64_t now = w->site->clock->wall_us(w->site->clock);

	if (!strncmp(w->kept.run_state, word, sizeof(w->kept.run_state) - 1))
		return;
	if (!strcmp(word, "running") && is_before_a_boot(w->kept.run_state))
		w->kept.booted_us = boot_noticed_us(w, now);
	snprintf(w->kept.run_state, sizeof(w->kept.run_state), "%s", word);
	w->kept.run_since_us = now;
	keep(w);
}

void kept_booted(struct watch *w)
{
	w->kept.booted_us = w->site->clock->wall_us(w->site->clock);
	keep(w);
}
