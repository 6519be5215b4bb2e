/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual machines, whoever runs them: ask one for something, hear what happens to it.
 *
 * Nothing here waits: an operation is asked for, and its one answer comes later out of the event
 * loop, never from inside the call. The answer says exactly how far it went (enum machine_outcome),
 * because an NMI must not be sent twice.
 *
 * To add a driver:
 *   1. write machine/driver_<name>.c, ending in one `const struct machine_driver`
 *      (machine_internal.h says what the functions owe; machine/fake.c is a small one);
 *   2. list it in machine/drivers.c;
 *   3. test it in tests/unit/machine/<name>.c against the thing itself or a recording of it.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/error.h"

struct machine;

enum machine_operation {
	MACHINE_STATUS,
	MACHINE_INJECT_NMI,
	MACHINE_SCREENDUMP,  /* fd: a regular file that may be written, emptied first */
	MACHINE_DUMP_MEMORY, /* fd: a file or a pipe; format; the guest stands still meanwhile */
	MACHINE_RESET,
	MACHINE_STOP,
	MACHINE_CONT,
	MACHINE_POWER_BUTTON, /* done means pressed; whether the guest minds is its own affair */
	MACHINE_QUIT,	      /* the hypervisor's process ends */
	MACHINE_START,	      /* of a guest that is shut down, or not begun: reset, and go on */
	MACHINE_KEEP,	      /* the process stays when the guest shuts down, from now on */
	MACHINE_REGISTERS,
	MACHINE_COUNTERS,
	MACHINE_OPERATIONS,
};

enum machine_outcome {
	MACHINE_DONE,	     /* answered: done */
	MACHINE_REFUSED,     /* no, and nothing was done; DINT_UNSUPPORTED: never will be */
	MACHINE_NOT_WRITTEN, /* not a byte has left us, nor will one: it may be tried again */
	MACHINE_LOST,	     /* written or perhaps written, and no answer that can be trusted */
};

enum machine_dump_format {
	MACHINE_DUMP_KDUMP_ZLIB, /* QEMU writes it flattened */
	MACHINE_DUMP_ELF,
};

enum machine_screen_format { MACHINE_SCREEN_PNG, MACHINE_SCREEN_PPM };

#define MACHINE_DISK_NAME 64

/* A disk's counters since its machine was started. */
struct machine_disk {
	char name[MACHINE_DISK_NAME];
	uint64_t read_bytes, written_bytes;
	uint64_t reads, writes, flushes;
	uint64_t failed;  /* operations of any kind that failed */
	uint64_t idle_ns; /* since its last operation; UINT64_MAX: unknown */
};

/* Valid while the callback runs. */
struct machine_answer {
	enum machine_operation operation;
	enum machine_outcome outcome;
	struct dint_error error; /* unless done */
	union {			 /* when done */
		struct {
			bool running;
			const char *word; /* QEMU's RunState: "running", "paused", … */
		} status;
		struct {
			const char *format; /* "png", "ppm" */
		} screen;
		struct {
			uint64_t memory_bytes; /* dumped; the file may be smaller */
		} dump;
		struct {
			const char *text; /* of all CPUs; the hypervisor's own, unstable form */
		} registers;
		struct {
			const struct machine_disk *disks;
			size_t disk_count;
			const char *network; /* why there are none of the network */
		} counters;
	};
};

typedef void machine_answer_fn(void *arg, const struct machine_answer *answer);
typedef void machine_progress_fn(void *arg, uint64_t done_bytes, uint64_t total_bytes);

struct machine_request {
	enum machine_operation operation;
	unsigned deadline_ms; /* from now; above 0. What is not written by then never will be. */
	machine_answer_fn *on_answer;
	machine_progress_fn *on_progress; /* a memory dump's; may be NULL */
	void *arg;
	int fd; /* duplicated by the call, the caller's own may be closed at once */
	enum machine_dump_format format;
	enum machine_screen_format screen;
};

enum machine_event_kind {
	MACHINE_CONNECTED,
	MACHINE_DISCONNECTED, /* also each failed attempt with a new reason */
	MACHINE_PANICKED,     /* no capture kernel is loaded */
	MACHINE_CRASHLOADED,  /* panicked, one is loaded */
	MACHINE_WAS_RESET,    /* a burst of them is told once, at its beginning */
	MACHINE_SHUT_DOWN,
	MACHINE_STOPPED,
	MACHINE_RESUMED,
	MACHINE_PORT_OPENED, /* hints, up to a second late, and never when it was so all along */
	MACHINE_PORT_CLOSED,
	MACHINE_WATCHDOG,
	MACHINE_EVENTS,
};

/* Valid while the callback runs. What happens while a machine is not connected is not told later.
 */
struct machine_event {
	enum machine_event_kind kind;
	uint64_t at_us; /* wall clock, the host's */
	bool by_guest;	/* reset and shutdown: the guest's own doing */
	const char
		*detail; /* why, which port, what action: a few words, control characters escaped */
};

typedef void machine_event_fn(void *arg, const struct machine_event *event);

/* Borrowed until machine_open returns. */
struct machine_config {
	const char *name;
	const char *driver;
	const char *address; /* what it means is the driver's */
	machine_event_fn *on_event;
	void *arg;
};

/* Starts to connect, and goes on trying until closed: a machine that is not there is an event, not
 * a failure. DINT_BAD_REQUEST: no such driver, or not an address. */
bool machine_open(sd_event *loop, const struct machine_config *config, struct machine **machine,
		  struct dint_error *err);
/* Answers what is still asked for (DINT_UNREACHABLE), from inside this call, then is gone. Neither
 * this nor machine_ask may be called by a callback that machine_close makes; this one also not by
 * any other callback of the same machine. */
void machine_close(struct machine *machine);

/* Exactly one answer follows. While the machine is known to be unreachable it comes at once
 * (MACHINE_NOT_WRITTEN). An operation never outlives the connection on which it was asked for:
 * nothing is repeated or kept for the next one. */
void machine_ask(struct machine *machine, const struct machine_request *request);

/* False, with the reason, when an operation would not be written now. */
bool machine_reachable(const struct machine *machine, struct dint_error *why);
const char *machine_name(const struct machine *machine);

const char *machine_operation_name(enum machine_operation operation); /* "inject-nmi" */
const char *machine_outcome_name(enum machine_outcome outcome);	      /* "not written" */
const char *machine_event_name(enum machine_event_kind kind);	      /* "panicked" */
