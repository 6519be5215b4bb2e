/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump on its way to the disk: the loop's thread hands in pieces, a worker appends, hashes and
 * syncs them. Everything the worker touches belongs to the transfer.
 */
#pragma once
#include <stdint.h>

#include "base/error.h"
#include "incident/worker.h"

struct transfer;

/* What becomes of it, told on the loop's thread. */
struct transfer_handlers {
	void (*opened)(void *arg, uint64_t have_bytes);
	void (*synced)(void *arg, uint64_t synced_bytes);
	/* Fewer bytes wait for the disk than did. */
	void (*pending)(void *arg, uint64_t pending_bytes);
	void (*finished)(void *arg, const char *sha256, uint64_t size_bytes);
	/* Nothing more comes after this; the partial file stays unless it was found wrong. */
	void (*failed)(void *arg, const struct dint_error *err);
};

/* id names the partial file, so that a later transfer of the same dump goes on with it. The worker
 * is borrowed until it has run everything that was submitted. */
struct transfer *transfer_start(struct worker *worker, const char *state_dir, const char *id,
				const struct transfer_handlers *handlers, void *arg);
/* Calls no handler from here on, also when a handler calls this; the partial file stays. Takes
 * NULL. */
void transfer_stop(struct transfer *transfer);

/* Copies the bytes; synced() follows for each 4 MiB of them. */
void transfer_append(struct transfer *transfer, const void *bytes, size_t n);
uint64_t transfer_pending(const struct transfer *transfer);
/* sum: what the sender says, 32 bytes; NULL: nothing is known of it. */
void transfer_finish(struct transfer *transfer, const uint8_t *sum);

/* The file is written by somebody else (the hypervisor): a descriptor for them, the caller's to
 * close; then adopt before finish. */
int transfer_lend(struct transfer *transfer, struct dint_error *err);
void transfer_adopt(struct transfer *transfer);
