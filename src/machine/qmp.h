/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QMP connection: greeting, capabilities, then one command at a time, events in between.
 *
 * One at a time on purpose. QEMU works its commands off in order, so one that is not answered means
 * that the next would be performed who knows when; and an NMI must not come late. The line is free
 * again when the answer came; a command that its owner gave up on is waited for QMP_GRACE_MS more,
 * then the connection is made anew (QEMU forgets what it had queued).
 */
#pragma once
#include <jansson.h>

#include "machine/port.h"
#include "machine/qmp_stream.h"

/* For greeting and capabilities together. */
#define QMP_GREETING_MS 3000
#define QMP_GRACE_MS	5000

struct qmp;

/* Called out of the event loop; they may send, and must not close. */
struct qmp_handlers {
	void (*ready)(void *arg); /* connected anew, the line is free */
	/* A connection ended or an attempt failed; no answer comes any more. DINT_UNREACHABLE. */
	void (*gone)(void *arg, const struct dint_error *why);
	/* To the command under way, after which the line is free. Of result and refusal one is
	 * NULL.
	 */
	void (*answered)(void *arg, const json_t *result, const struct dint_error *refusal);
	void (*event)(void *arg, const struct qmp_item *event);
};

struct qmp_command {
	const char *name;
	const json_t *arguments; /* NULL: none; borrowed */
	int fd;			 /* goes along when 0 or more */
	bool *written;		 /* set before its first byte can leave, taken back when none did */
	const char *fault_before, *fault_after; /* names of fault points around its write */
};

/* handlers and arg live until qmp_close. DINT_BAD_REQUEST: not an address. */
bool qmp_open(sd_event *loop, const char *address, const struct qmp_handlers *handlers, void *arg,
	      struct qmp **qmp, struct dint_error *err);
/* Calls no handler. */
void qmp_close(struct qmp *qmp);

/* Connected, and no command under way. */
bool qmp_is_free(const struct qmp *qmp);
/* Descriptors go through UNIX sockets only. */
bool qmp_passes_fds(const struct qmp *qmp);

/* The line must be free. A failure to write ends the connection, and gone() is called from here. */
void qmp_send(struct qmp *qmp, const struct qmp_command *command);
/* The owner of the command under way waits no more; answered() is still called if it is answered
 * while the connection lasts. */
void qmp_give_up(struct qmp *qmp);
