/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening and closing all watches, and passing on news. */
#include "incident/site.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "incident/actions.h"

static int on_store(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct site *site = arg;

	(void)source;
	(void)fd;
	(void)events;
	store_dispatch(site->store);
	return 0;
}

DEFINE_CLEANUP(site_close, struct site *)

bool site_open(sd_event *loop, const struct config *config, struct store *store,
	       const char *analyser, struct site **out, struct dint_error *err)
{
	CLEANUP(site_close_ptr) struct site *site = xcalloc(1, sizeof(*site));

	site->loop = loop;
	site->store = store;
	site->clock = &system_clock;
	site->state_dir = config->state_dir;
	site->analyser = analyser;
	site->watches = xcalloc(config->machine_count, sizeof(struct watch *));
	if (sd_event_add_io(loop, &site->store_source, store_fd(store), EPOLLIN, on_store, site) <
	    0)
		return dint_fail(err, DINT_SYSTEM, "no memory for an event source");
	for (size_t i = 0; i < config->machine_count; i++) {
		if (!watch_open(site, &config->machines[i], &site->watches[i], err))
			return false;
		site->count++;
	}
	*out = TAKE(site);
	return true;
}

void site_close(struct site *site)
{
	if (!site)
		return;
	site->closing = true;
	store_drain(site->store); /* what is on its way still points at the watches */
	for (size_t i = 0; i < site->count; i++)
		watch_close(site->watches[i]);
	sd_event_source_disable_unref(site->store_source);
	free(site->watches);
	free(site);
}

struct watch *site_find(struct site *site, const char *machine)
{
	for (size_t i = 0; i < site->count; i++) {
		struct watch *w = site->watches[i];

		if (!strcmp(w->config->name, machine) || !strcmp(w->instance_id, machine))
			return w;
	}
	return NULL;
}

void site_listen(struct site *site, struct site_listener *listener)
{
	listener->next = site->listeners;
	site->listeners = listener;
}

void site_unlisten(struct site *site, struct site_listener *listener)
{
	struct site_listener **at = &site->listeners;

	while (*at && *at != listener)
		at = &(*at)->next;
	if (*at)
		*at = listener->next;
}

void site_changed(struct site *site, struct watch *watch)
{
	for (struct site_listener *at = site->listeners, *next; at; at = next) {
		next = at->next; /* changed() may take itself off the list */
		at->changed(at->arg, watch);
	}
}

void site_next_analysis(struct site *site)
{
	for (size_t i = 0; i < site->count && site->analyses < SITE_ANALYSES_MAX; i++)
		if (site->watches[i]->wants_analysis)
			action_run(site->watches[i], ACTION_ANALYSE);
}
