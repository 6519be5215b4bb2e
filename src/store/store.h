/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must outlive the daemon: SQLite in the state directory, the dumps as files beside it.
 *
 * One thread writes and commits in groups: everything queued while the last sync ran goes into the
 * next transaction, each job in a savepoint of its own. "Durable before acted on" is a job's done
 * callback, which comes after the commit. Reads use a second connection on the caller's thread.
 *
 * To change the tables: append a step to store/migrations.c; steps that were released never change.
 */
#pragma once
#include <stdbool.h>

#include "base/error.h"

struct store;
struct store_writer; /* the writing connection, inside a job */

/* Opens or makes state_dir/dint.sqlite, migrates it, and locks the directory against a second
 * daemon (DINT_CONFLICT). state_dir is made when absent, mode 0700. */
bool store_open(const char *state_dir, struct store **store, struct dint_error *err);
/* Finishes what is queued, calls the callbacks, ends the thread. Takes NULL. */
void store_close(struct store *store);

/* Readable when callbacks wait for store_dispatch: for the caller's event loop. */
int store_fd(const struct store *store);
/* Calls what is done, in the order of submission, on the caller's thread. */
void store_dispatch(struct store *store);

/* Runs on the store's thread; false (err set) undoes this job and no other. */
typedef bool store_job_fn(struct store_writer *writer, void *arg, struct dint_error *err);
/* Runs in store_dispatch after the commit; err is NULL when the job is durable. */
typedef void store_done_fn(void *arg, const struct dint_error *err);

/* arg belongs to the job until done has been called. done may be NULL. */
void store_submit(struct store *store, store_job_fn *job, store_done_fn *done, void *arg);

/* Waits until everything submitted is durable, also what callbacks submit meanwhile, and dispatches
 * it: for stopping, before what the callbacks point at is freed. */
void store_drain(struct store *store);

/* Transactions committed so far (for tests and metrics: jobs are grouped). */
unsigned long store_commits(const struct store *store);
