/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How each operation is done over QMP: the commands, in order, and what is made of their results.
 * No I/O; driver_qmp.c walks the steps.
 *
 * To add an operation: name it in machine.h and machine.c, give it its recipe in qmp_recipes.c, a
 * conversation in tests/qmp/ and a line in tests/unit/machine/qemu.c.
 */
#pragma once
#include <jansson.h>

#include "machine/machine.h"

#define QMP_STEPS_MAX 5
/* Of one machine; what is above is left out. */
#define MACHINE_DISKS_MAX 256
/* Between two questions how far a memory dump is. */
#define QMP_DUMP_POLL_MS 250

/* What the steps of one operation pass on to each other and, at last, to the answer. */
struct recipe_state {
	const struct machine_request *request;
	uint64_t fdset;
	uint64_t done_bytes, total_bytes;
	bool dump_failed, asked_for_end;
	char failure[128];	    /* of a dump, from its DUMP_COMPLETED event */
	struct machine_disk *disks; /* allocated; whoever has the state frees them */
	struct machine_answer answer;
};

enum step_result {
	STEP_DONE,
	STEP_AGAIN,   /* the same command once more, after QMP_DUMP_POLL_MS */
	STEP_REFUSED, /* the peer says no, in its result */
	STEP_GARBAGE, /* the result is not of the form that it must have */
};

struct step {
	const char *command;
	bool with_fd; /* the request's descriptor goes along */
	bool tidies;  /* is done also when an earlier step failed, and after the answer */
	const char *fault_before, *fault_after;
	/* The command's arguments, the caller's to free. NULL: none. */
	json_t *(*arguments)(const struct recipe_state *state);
	/* NULL: whatever is returned means done. err is set unless done or again. */
	enum step_result (*returned)(struct recipe_state *state, const json_t *result,
				     struct dint_error *err);
};

struct recipe {
	bool writes_screen; /* the descriptor must be write-only */
	struct step steps[QMP_STEPS_MAX];
};

const struct recipe *qmp_recipe(enum machine_operation operation);
