/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a driver and machine.c owe each other.
 *
 * machine.c keeps the operations, their deadlines and the one answer that each gets; a driver
 * performs them and says what became of them. A driver
 *   - sets operation->written just before the first byte of it can leave (and takes it back when
 *     none did): from then on a failure is "lost", before it is "not written";
 *   - asks operation_is_late just before it writes, and writes nothing that is;
 *   - ends an operation by one of operation_done, _refused and _broken, out of the event loop,
 * never inside ask(), and forgets it then; or forgets it when withdraw() says so.
 */
#pragma once
#include "machine/machine.h"

/* How long after its beginning a burst of RESET events counts as one; QEMU's come within 50 ms. */
#define MACHINE_RESET_BURST_MS 1000

struct operation {
	struct machine *machine;
	struct machine_request request; /* fd is its own; -1: none */
	uint64_t deadline_us;		/* monotonic */
	bool written;
	bool held; /* answered before it began: the answer waits for the loop */
	struct machine_answer early;
	sd_event_source *timer;
	struct operation *next;
	void *own; /* the driver's */
};

struct machine_driver {
	const char *name;
	const char *summary;
	/* As machine_open. config is borrowed; *own is what the others get. */
	bool (*open)(struct machine *machine, sd_event *loop, const struct machine_config *config,
		     void **own, struct dint_error *err);
	/* Ends no operation; machine.c does. */
	void (*close)(void *own);
	void (*ask)(void *own, struct operation *operation);
	/* The operation's deadline is over and it is about to be answered. */
	void (*withdraw)(void *own, struct operation *operation);
	bool (*reachable)(const void *own, struct dint_error *why);
	/* May be NULL: all of them. */
	bool (*performs)(enum machine_operation operation);
};

/* drivers.c: NULL-terminated. */
extern const struct machine_driver *const machine_drivers[];

bool operation_is_late(const struct operation *operation);
/* The answer's payload is the driver's until this returns. */
void operation_done(struct operation *operation, struct machine_answer *answer);
void operation_refused(struct operation *operation, const struct dint_error *err);
void operation_broken(struct operation *operation, const struct dint_error *err);
void operation_progress(struct operation *operation, uint64_t done_bytes, uint64_t total_bytes);

/* Tells the listener. The detail is a stranger's (NULL: none); bursts and repetitions are thinned
 * here, and at_us of 0 becomes now. */
void machine_tell(struct machine *machine, const struct machine_event *event);
/* Whether something at now_us begins a burst; *last_us remembers (0: none yet). */
bool burst_begins(uint64_t *last_us, uint64_t now_us);
/* The driver's own state, for the tests of a driver that has more to offer. */
void *machine_own(const struct machine *machine, const struct machine_driver *driver);
