/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Incidents and their history: the rows. What the states mean is incident/'s. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define INCIDENT_ID 31 /* "inc-", 26 characters of Crockford's base 32, NUL */

struct incident_row {
	char id[INCIDENT_ID];
	char *machine;
	char *instance_id;
	char *state;	    /* states.c's name */
	char *intended;	    /* the action that the last commit announced */
	char *requested_by; /* NULL: nobody asked */
	char *reason;	    /* NULL: none was given */
	char *boot_id;	    /* the guest's when it began, hex; NULL: not known */
	char *evidence;	    /* JSON; NULL: none yet */
	char *report;	    /* JSON; NULL: none yet */
	uint64_t opened_us; /* wall clock, as below */
	uint64_t changed_us;
	uint64_t ended_us;    /* 0: open */
	uint64_t deadline_us; /* 0: none */
	bool guest_dump;      /* a dump that the guest handed over belongs to it */
};

struct history_row {
	char *state;
	char *cause;
	uint64_t at_us;
};

struct incident_list {
	struct incident_row *rows;
	size_t count;
};

struct history_list {
	struct history_row *rows; /* oldest first */
	size_t count;
};

/* A new id: 48 bits of milliseconds, 80 random, so ids sort by time and need no coordination. */
void incident_id_new(uint64_t wall_us, char id[INCIDENT_ID]);

/* A deep copy; incident_row_done frees what the row points at. */
void incident_row_copy(const struct incident_row *from, struct incident_row *to);
void incident_row_done(struct incident_row *row);
void incident_list_done(struct incident_list *list);
void history_list_done(struct history_list *list);

/* In a job: the row is inserted, or replaced when its id is there; evidence and report that are
 * NULL stay as they were. Put an incident before its first line of history and its dumps. */
bool incident_put(struct store_writer *writer, const struct incident_row *row,
		  struct dint_error *err);
bool history_add(struct store_writer *writer, const char *incident, const char *state,
		 const char *cause, uint64_t at_us, struct dint_error *err);

/* By id, by a beginning that is unique, or "last" for the newest. DINT_NOT_FOUND; DINT_BAD_REQUEST
 * names two when a beginning fits several. */
bool incident_find(struct store *store, const char *id, struct incident_row *row,
		   struct dint_error *err);
/* The newest of a machine; DINT_NOT_FOUND when it never had one. */
bool incident_latest(struct store *store, const char *machine, struct incident_row *row,
		     struct dint_error *err);
/* Newest first; machine NULL: all. evidence and report are left out (NULL). */
bool incident_list(struct store *store, const char *machine, unsigned limit,
		   struct incident_list *list, struct dint_error *err);
bool history_list(struct store *store, const char *incident, struct history_list *list,
		  struct dint_error *err);
/* The history's last line's cause, for a list; caller frees; NULL when there is none. */
char *history_last_cause(struct store *store, const char *incident);
