/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All machines of one dintd, the loop and the store that they share, and who waits for news.
 *
 * Main types: struct site here, struct watch (one machine, incident/watch.h), the table of states
 * (incident/states.h). To add a sign on the console: incident/signs.h.
 */
#pragma once
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/error.h"
#include "config/config.h"
#include "incident/watch.h"
#include "store/store.h"

#define SITE_ANALYSES_MAX 2 /* children at once: more would only take each other's CPU */

struct site_listener {
	struct site_listener *next;
	void (*changed)(void *arg, struct watch *watch);
	void *arg;
};

struct site {
	sd_event *loop;
	struct store *store;
	const struct clock *clock;
	const char *state_dir; /* borrowed from the configuration */
	const char *analyser;  /* dint-analyze's path; borrowed */
	struct watch **watches;
	size_t count;
	struct site_listener *listeners;
	unsigned analyses; /* under way */
	bool closing;	   /* no new event is taken */
	sd_event_source *store_source;
};

/* Watches all machines of the configuration, which stays the caller's and outlives the site. */
bool site_open(sd_event *loop, const struct config *config, struct store *store,
	       const char *analyser, struct site **site, struct dint_error *err);
void site_close(struct site *site);

/* By name or instance id; NULL when there is none. */
struct watch *site_find(struct site *site, const char *machine);

/* Until removed, changed is called after each commit and each step of progress. */
void site_listen(struct site *site, struct site_listener *listener);
void site_unlisten(struct site *site, struct site_listener *listener);
void site_changed(struct site *site, struct watch *watch);
/* Starts analyses that wait for their turn. */
void site_next_analysis(struct site *site);
