/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that does as it is told, for tests: driver "fake". Its address is its script, words
 * with blanks between:
 *
 *	down                 not reachable until fake_connect
 *	OPERATION=BEHAVIOUR  "inject-nmi=silent"; behaviours are in the enum below
 *	EVENT@nmi+MS         an event, so long after each inject-nmi that was written
 *	EVENT@open+MS        … after machine_open
 *	log=FILE             a line for each operation that was written, for counting across kills
 *
 * A test in the same process may steer it as it goes, by the functions below.
 */
#pragma once
#include "machine/machine.h"

#define FAKE_EVENTS_MAX 16

enum fake_behaviour {
	FAKE_ANSWER,	  /* "answer": done */
	FAKE_REFUSE,	  /* "refuse": DINT_CONFLICT */
	FAKE_UNSUPPORTED, /* "unsupported": DINT_UNSUPPORTED */
	FAKE_UNWRITTEN,	  /* "unwritten": fails before a byte is written */
	FAKE_STUCK,	  /* "stuck": cannot be written, to the deadline */
	FAKE_SILENT,	  /* "silent": written, and no answer */
	FAKE_CUT,	  /* "cut": written, then the connection ends */
	FAKE_BEHAVIOURS,
};

struct fake;

/* NULL for a machine of another driver. */
struct fake *fake_of(struct machine *machine);
void fake_set(struct fake *fake, enum machine_operation operation, enum fake_behaviour behaviour);
/* How often it was written. */
unsigned fake_count(const struct fake *fake, enum machine_operation operation);
/* These call the listener before they return. */
void fake_tell(struct fake *fake, enum machine_event_kind kind, bool by_guest, const char *detail);
void fake_disconnect(struct fake *fake, const char *reason);
void fake_connect(struct fake *fake);
