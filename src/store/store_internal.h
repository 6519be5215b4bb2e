/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of rows need of the store. */
#pragma once
#include "store/connection_internal.h"
#include "store/store.h"

struct store_writer {
	struct connection connection;
};

/* The reading connection, for the thread that owns the store; finish each query before returning,
 * an open one holds the write-ahead log. */
struct connection *store_reader(struct store *store);
/* Submits and waits until the job is durable; no callback of anybody runs meanwhile. */
bool store_run(struct store *store, store_job_fn *job, void *arg, struct dint_error *err);
