/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps for the worker, in order: open, append…, sync…, finish; close, which frees it all. */
#include "incident/transfer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "incident/worker.h"
#include "store/files.h"

#define SYNC_BYTES (4u << 20)

struct transfer {
	char *state_dir, *id;
	struct worker *worker;
	const struct transfer_handlers *handlers; /* NULL: stopped */
	void *arg;
	struct upload *upload; /* the worker's, once it is open */
	uint64_t pending;      /* bytes handed in and not yet appended */
	uint64_t unsynced;     /* bytes handed in since the last sync was asked for */
	bool over;	       /* failed or finished */
};

enum step_kind { STEP_OPEN, STEP_APPEND, STEP_SYNC, STEP_ADOPT, STEP_FINISH, STEP_CLOSE };

struct step {
	struct transfer *transfer;
	enum step_kind kind;
	bool has_sum;
	uint8_t sum[SHA256_BYTES];
	uint64_t size; /* out: the file's after this step */
	char sha256[SHA256_TEXT];
	size_t n;
	uint8_t bytes[];
};

/* ---- on the worker's thread ---- */

static bool finish(struct transfer *t, struct step *step, struct dint_error *err)
{
	const uint8_t *sum = step->has_sum ? step->sum : NULL;

	if (!upload_finish(t->upload, sum, step->sha256, err)) {
		if (err->code == DINT_CORRUPT)
			t->upload = NULL; /* freed with it */
		return false;
	}
	t->upload = NULL;
	return true;
}

static bool run_step(void *arg, struct dint_error *err)
{
	struct step *step = arg;
	struct transfer *t = step->transfer;
	bool ok = false;

	if (step->kind == STEP_CLOSE)
		return true;
	if (step->kind == STEP_OPEN)
		ok = upload_open(t->state_dir, t->id, &t->upload, err);
	else if (!t->upload)
		return dint_fail(err, DINT_CONFLICT, "an earlier step of this transfer failed");
	else if (step->kind == STEP_APPEND)
		ok = upload_append(t->upload, step->bytes, step->n, err);
	else if (step->kind == STEP_SYNC)
		ok = upload_sync(t->upload, err);
	else if (step->kind == STEP_ADOPT)
		ok = upload_adopt(t->upload, err);
	if (t->upload)
		step->size = upload_size(t->upload);
	if (step->kind == STEP_FINISH)
		ok = finish(t, step, err);
	return ok;
}

/* ---- back on the loop's thread ---- */

static void tell(struct transfer *t, const struct step *step)
{
	switch (step->kind) {
	case STEP_OPEN:
		return t->handlers->opened(t->arg, step->size);
	case STEP_APPEND:
		return t->handlers->pending(t->arg, t->pending);
	case STEP_SYNC:
		return t->handlers->synced(t->arg, step->size);
	case STEP_ADOPT:
	case STEP_CLOSE:
		return;
	case STEP_FINISH:
		t->over = true;
		return t->handlers->finished(t->arg, step->sha256, step->size);
	}
}

static void transfer_free(struct transfer *t)
{
	upload_close(t->upload);
	free(t->state_dir);
	free(t->id);
	free(t);
}

static void step_done(void *arg, const struct dint_error *err)
{
	CLEANUP(free_ptr) struct step *step = arg;
	struct transfer *t = step->transfer;

	if (step->kind == STEP_CLOSE) {
		transfer_free(t);
		return;
	}
	t->pending -= step->n;
	if (!t->handlers || t->over)
		return;
	if (!err)
		return tell(t, step);
	t->over = true;
	t->handlers->failed(t->arg, err);
}

static struct step *step_new(struct transfer *t, enum step_kind kind, size_t n)
{
	struct step *step = xcalloc(1, sizeof(*step) + n);

	step->transfer = t;
	step->kind = kind;
	step->n = n;
	return step;
}

static void submit(struct step *step)
{
	worker_submit(step->transfer->worker, run_step, step_done, step);
}

struct transfer *transfer_start(struct worker *worker, const char *state_dir, const char *id,
				const struct transfer_handlers *handlers, void *arg)
{
	struct transfer *t = xcalloc(1, sizeof(*t));

	t->worker = worker;
	t->state_dir = xstrdup(state_dir);
	t->id = xstrdup(id);
	t->handlers = handlers;
	t->arg = arg;
	submit(step_new(t, STEP_OPEN, 0));
	return t;
}

void transfer_stop(struct transfer *t)
{
	if (!t)
		return;
	t->handlers = NULL;
	submit(step_new(t, STEP_CLOSE, 0));
}

void transfer_append(struct transfer *t, const void *bytes, size_t n)
{
	struct step *step = step_new(t, STEP_APPEND, n);

	memcpy(step->bytes, bytes, n);
	t->pending += n;
	t->unsynced += n;
	submit(step);
	if (t->unsynced >= SYNC_BYTES) {
		t->unsynced = 0;
		submit(step_new(t, STEP_SYNC, 0));
	}
}

uint64_t transfer_pending(const struct transfer *t)
{
	return t->pending;
}

void transfer_finish(struct transfer *t, const uint8_t *sum)
{
	struct step *step = step_new(t, STEP_FINISH, 0);

	step->has_sum = sum;
	if (sum)
		memcpy(step->sum, sum, sizeof(step->sum));
	submit(step);
}

int transfer_lend(struct transfer *t, struct dint_error *err)
{
	return upload_lend(t->upload, err); /* after opened(), while no step is under way */
}

void transfer_adopt(struct transfer *t)
{
	submit(step_new(t, STEP_ADOPT, 0));
}
