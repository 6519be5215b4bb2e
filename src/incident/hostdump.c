/* SPDX-License-Identifier: GPL-2.0-or-later */
/* open the partial file → the hypervisor writes it → hash → store, like a dump from the guest. */
#include "incident/hostdump.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "incident/site.h"
#include "incident/transfer.h"

/* Outlives a cancellation until the driver's answer has come. */
struct hostdump {
	struct watch *watch; /* NULL: cancelled */
	struct transfer *transfer;
	bool asked;
};

static void hostdump_free(struct hostdump *d)
{
	transfer_stop(d->transfer);
	free(d);
}

static void fail(struct hostdump *d, const struct dint_error *err)
{
	struct watch *w = d->watch;

	w->hostdump = NULL;
	watch_set_progress(w, NULL, 0, 0);
	watch_event(w, EVENT_HOST_DUMP_FAILED, "%s", err->message);
	hostdump_free(d);
}

/* kdump's own way of naming a dump: by the minute, in the host's UTC. */
static char *dump_name(uint64_t wall_us)
{
	time_t seconds = wall_us / 1000000;
	char stamp[16] = "unknown";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(stamp, sizeof(stamp), "%Y%m%d%H%M", &parts);
	return xasprintf("dump.%s", stamp);
}

static void on_finished(void *arg, const char *sha256, uint64_t size)
{
	struct hostdump *d = arg;
	struct watch *w = d->watch;
	struct happening h = {.event = EVENT_HOST_DUMPED};

	h.dump = xcalloc(1, sizeof(*h.dump));
	h.dump->stored_us = w->site->clock->wall_us(w->site->clock);
	h.dump->name = dump_name(h.dump->stored_us);
	h.dump->origin = xstrdup("host");
	h.dump->size = size;
	memcpy(h.dump->sha256, sha256, SHA256_TEXT);
	snprintf(h.cause, sizeof(h.cause),
		 "memory dumped from outside, %" PRIu64 " bytes, SHA-256 %s", size, sha256);
	w->hostdump = NULL;
	watch_set_progress(w, NULL, 0, 0);
	watch_happen(w, &h);
	hostdump_free(d);
}

static void on_failed(void *arg, const struct dint_error *err)
{
	fail(arg, err);
}

static void on_progress(void *arg, uint64_t done, uint64_t total)
{
	struct hostdump *d = arg;

	if (d->watch)
		watch_set_progress(d->watch, "host-dump", done, total);
}

static void on_answer(void *arg, const struct machine_answer *answer)
{
	struct hostdump *d = arg;

	d->asked = false;
	if (!d->watch) {
		hostdump_free(d);
		return;
	}
	if (answer->outcome != MACHINE_DONE) {
		fail(d, &answer->error);
		return;
	}
	transfer_adopt(d->transfer);
	transfer_finish(d->transfer, NULL);
}

static void on_opened(void *arg, uint64_t have)
{
	struct hostdump *d = arg;
	struct dint_error err;
	CLEANUP(close_fd) int fd = transfer_lend(d->transfer, &err);
	struct machine_request request = {
		.operation = MACHINE_DUMP_MEMORY,
		.deadline_ms = HOSTDUMP_DEADLINE_MS,
		.on_answer = on_answer,
		.on_progress = on_progress,
		.arg = d,
		.fd = fd,
		.format = MACHINE_DUMP_KDUMP_ZLIB,
	};

	(void)have; /* what an earlier attempt left is overwritten */
	if (fd < 0) {
		fail(d, &err);
		return;
	}
	d->asked = true;
	machine_ask(d->watch->machine, &request);
}

static void ignore_bytes(void *arg, uint64_t bytes)
{
	(void)arg;
	(void)bytes;
}

static const struct transfer_handlers handlers = {
	.opened = on_opened,
	.synced = ignore_bytes,
	.pending = ignore_bytes,
	.finished = on_finished,
	.failed = on_failed,
};

void hostdump_start(struct watch *w)
{
	CLEANUP(free_ptr) char *id = NULL;
	struct hostdump *d;

	if (w->hostdump)
		return;
	d = xcalloc(1, sizeof(*d));
	d->watch = w;
	w->hostdump = d;
	id = xasprintf("%s-host", w->row.id);
	log_info("%s: %s: dumping the memory from outside", w->config->name, w->row.id);
	watch_set_progress(w, "host-dump", 0, 0);
	d->transfer = transfer_start(w->worker, w->site->state_dir, id, &handlers, d);
}

void hostdump_cancel(struct watch *w)
{
	struct hostdump *d = w->hostdump;

	w->hostdump = NULL;
	if (!d)
		return;
	d->watch = NULL;
	if (!d->asked)
		hostdump_free(d);
}
