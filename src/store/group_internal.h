/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs that share a transaction. */
#pragma once
#include "store/store_internal.h"

struct job {
	store_job_fn *run;
	store_done_fn *done;
	void *arg;
	bool awaited; /* on the stack of store_run, which takes no callback */
	bool finished;
	bool ok;
	struct dint_error err; /* when not ok */
	struct job *next;
};

/* First in, first out. */
struct jobs {
	struct job *first, **end;
};

void jobs_add(struct jobs *jobs, struct job *job);
/* NULL when there is none. */
struct job *jobs_take(struct jobs *jobs);

/* Runs each job in a savepoint of one transaction and commits it. A job that fails is undone alone;
 * false, and every job not ok, when the transaction as a whole was lost. */
bool group_run(struct store_writer *writer, struct jobs *group);
