/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One machine under watch: its driver, console and port, its latest incident, and the queue of what
 * happens to it. An event is taken, its cell of states.c looked up, the new row committed, and only
 * in the commit's callback is the action done and the next event taken:
 *
 *	watch_happen → queue → states.c → store (durable) → action → next
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "channel/message.h"
#include "config/config.h"
#include "incident/happening.h"
#include "incident/states.h"
#include "machine/machine.h"
#include "store/incidents.h"
#include "store/machines.h"

struct analysis;
struct console;
struct console_file;
struct evidence;
struct handover;
struct hostdump;
struct power;
struct site;
struct worker;

/* What is going on with the dump, for progress bars. */
struct watch_progress {
	const char *what;     /* NULL: nothing */
	uint64_t done, total; /* bytes; total 0: unknown */
};

struct watch {
	struct site *site;
	const struct config_machine *config; /* borrowed */
	char instance_id[INSTANCE_ID];

	struct machine *machine;
	struct console *console;	     /* NULL: none is configured */
	struct console_file *console_file;   /* NULL: none, or it could not be opened */
	struct handover *handover;	     /* NULL: no channel is configured */
	struct worker *worker;		     /* writes and hashes its dumps */
	struct channel_readiness *readiness; /* as last told; NULL: never */
	uint64_t readiness_us;
	char boot_id[33];   /* hex, of the guest that spoke last; empty: none has */
	char run_state[24]; /* the driver's word when last asked; empty: unknown */
	char problem[160];  /* why the machine cannot be reached; empty: it can */
	uint64_t since_us;  /* when it was connected to or lost */
	bool shut_down;
	struct machine_kept kept;	/* incident/kept.h */
	uint64_t guest_up_us;		/* wall clock: when dint-guest last spoke from the system */
	struct dint_error inject_error; /* of the latest injection, where it failed; code 0: none */
	struct power *power;		/* what is being done with it; NULL: nothing */
	uint64_t signs_us[EVENTS];	/* when the console showed each last, monotonic; 0: never */

	struct incident_row row; /* the latest incident; meaningful unless state is STATE_NONE */
	enum incident_state state;
	struct happening_queue queue;
	bool committing;
	sd_event_source *queue_source, *deadline, *retry, *gone;

	struct evidence *evidence; /* being gathered */
	struct hostdump *hostdump; /* under way */
	struct analysis *analysis; /* under way */
	bool wants_analysis;	   /* when its turn comes */
	struct watch_progress progress;
};

/* Opens the connections and takes up the latest incident where it was. config stays the caller's.
 */
bool watch_open(struct site *site, const struct config_machine *config, struct watch **watch,
		struct dint_error *err);
/* Before the store is closed. Takes NULL. */
void watch_close(struct watch *watch);

/* Takes the happening; its told comes later, never from inside. */
void watch_happen(struct watch *watch, struct happening *happening);
/* The same for an event that brings nothing but its cause. */
void watch_event(struct watch *watch, enum incident_event event, const char *cause, ...)
	PRINTF(3, 4);

/* Whether a dump that the guest offers now belongs to the latest incident, to a new one, or may not
 * be taken yet. */
enum watch_fit { FIT_LATEST, FIT_NEW, FIT_LATER };
enum watch_fit watch_fits_dump(const struct watch *watch);
/* The same for one that its capture kernel sends: it is of the crash that just was. */
enum watch_fit watch_fits_stream(const struct watch *watch);

/* Whether the guest that speaks now is another boot than the one the latest incident met. */
bool watch_is_new_boot(const struct watch *watch);
void watch_set_progress(struct watch *watch, const char *what, uint64_t done, uint64_t total);
