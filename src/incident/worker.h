/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread for what would hold up the loop: writing, hashing and syncing a dump. Jobs run in order,
 * their callbacks come in the same order on the loop's thread. The thread starts with the first
 * job.
 */
#pragma once
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/error.h"

struct worker;

typedef bool worker_job_fn(void *arg, struct dint_error *err);
/* err is NULL when the job returned true. */
typedef void worker_done_fn(void *arg, const struct dint_error *err);

bool worker_new(sd_event *loop, struct worker **worker, struct dint_error *err);
/* Waits for the job that runs; those that wait are dropped (DINT_CONFLICT). Not from a callback. */
void worker_free(struct worker *worker);
/* Neither may touch what the loop's thread touches meanwhile; arg is the job's until done. */
void worker_submit(struct worker *worker, worker_job_fn *job, worker_done_fn *done, void *arg);
