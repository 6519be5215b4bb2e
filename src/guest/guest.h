/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs inside the machine: says whether an interrupt would yield a dump, and hands dumps over
 * through the port. No library but libc, also musl's.
 */
#pragma once
#include "base/clock.h"
#include "base/error.h"

struct guest_options {
	const char *port; /* a port, or a UNIX socket (tests); NULL: the one named below */
	const char *crash_directory; /* where kdump leaves dumps */
	const char *state_directory; /* what was handed over; kept over reboots */
	const char *root;	     /* before /proc, /sys and /dev: "" but in tests */
	unsigned rescan_s;	     /* between looks for new dumps */
	const struct clock *clock;
};

#define GUEST_PORT_NAME	      "org.dint.guest.0"
#define GUEST_CRASH_DIRECTORY "/var/crash"
#define GUEST_STATE_DIRECTORY "/var/lib/dint-guest"
#define GUEST_RESCAN_S	      30

#define GUEST_WORDS 320 /* a sentence or two for a person */

/* In the capture kernel. */
struct guest_capture_options {
	struct guest_options guest; /* port, root and clock are used */
	char *const *command;	    /* writes the dump to its stdout; ends with NULL */
	unsigned deadline_s;	    /* how long a host may be absent or silent */
	const char *fallback; /* a directory on a disk, for a dump that no host takes; or NULL */
};

#define GUEST_DEADLINE_S 60
/* A host that speaks and takes nothing, or a COMMAND that writes nothing, is given this many
 * deadlines: makedumpfile looks through a large memory for minutes before its first byte. */
#define GUEST_PATIENCE 10

enum guest_then { GUEST_THEN_REBOOT, GUEST_THEN_POWEROFF, GUEST_THEN_EXIT };

/* Runs the command and sends what it writes, until the host has stored it. True when the dump is
 * safe, there or in the fallback directory, and words say where; else they say what was lost. */
bool guest_capture(const struct guest_capture_options *options, char words[GUEST_WORDS]);
/* Says the words on the console, in one line, and ends the machine; returns where that is not asked
 * for or not possible. */
void guest_last_words(const struct guest_options *options, const char *words, enum guest_then then);

/* Serves the port for ever; returns only with an error that trying again will not mend. */
bool guest_serve(const struct guest_options *options, struct dint_error *err);

/* Prints the readiness for a person; whether the machine is ready. */
bool guest_check_print(const struct guest_options *options);
