/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store's thread:
 *
 *	store_submit -> queued ->  BEGIN { SAVEPOINT job RELEASE } COMMIT  -> finished ->
 *store_dispatch (loop)                     (thread: all that is queued at once)      (eventfd)
 *(loop)
 *
 * While a commit's sync runs, jobs gather in queued; they are the next group.
 */
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/io.h"
#include "store/group_internal.h"
#include "store/migrations_internal.h"
#include "store/store_internal.h"

struct store {
	int lock_fd, wake_fd;
	struct store_writer writer; /* the thread's, once it runs */
	struct connection reader;
	atomic_ulong commits;

	pthread_t thread;
	bool thread_runs;
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t submitted, settled;
	struct jobs queued, finished;
	unsigned long unsettled; /* submitted, and not finished yet */
	bool stopping;
};

/* Hands the group over; called with the lock held. */
static void settle_group(struct store *store, struct jobs *group)
{
	static const uint64_t one = 1;
	bool wake = false;

	for (struct job *job; (job = jobs_take(group));) {
		store->unsettled--;
		job->finished = true; /* whoever awaits it may return once the lock is free */
		if (job->awaited)
			continue;
		jobs_add(&store->finished, job);
		wake = true;
	}
	pthread_cond_broadcast(&store->settled);
	/* a full counter is a readable one: the loop wakes all the same */
	if (wake && write(store->wake_fd, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN);
}

static void *run_thread(void *own)
{
	struct store *store = own;

	pthread_mutex_lock(&store->lock);
	for (;;) {
		struct jobs group;

		while (!store->queued.first && !store->stopping)
			pthread_cond_wait(&store->submitted, &store->lock);
		if (!store->queued.first)
			break;
		group = TAKE(store->queued);
		pthread_mutex_unlock(&store->lock);
		if (group_run(&store->writer, &group))
			atomic_fetch_add(&store->commits, 1);
		pthread_mutex_lock(&store->lock);
		settle_group(store, &group);
	}
	pthread_mutex_unlock(&store->lock);
	return NULL;
}

static void submit(struct store *store, struct job *job)
{
	pthread_mutex_lock(&store->lock);
	jobs_add(&store->queued, job);
	store->unsettled++;
	pthread_cond_signal(&store->submitted);
	pthread_mutex_unlock(&store->lock);
}

void store_submit(struct store *store, store_job_fn *run, store_done_fn *done, void *arg)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->run = run;
	job->done = done;
	job->arg = arg;
	submit(store, job);
}

bool store_run(struct store *store, store_job_fn *run, void *arg, struct dint_error *err)
{
	struct job job = {.run = run, .arg = arg, .awaited = true};

	submit(store, &job);
	pthread_mutex_lock(&store->lock);
	while (!job.finished)
		pthread_cond_wait(&store->settled, &store->lock);
	pthread_mutex_unlock(&store->lock);
	if (!job.ok)
		*err = job.err;
	return job.ok;
}

struct connection *store_reader(struct store *store)
{
	return &store->reader;
}

int store_fd(const struct store *store)
{
	return store->wake_fd;
}

static struct job *take_finished(struct store *store)
{
	struct job *job;

	pthread_mutex_lock(&store->lock);
	job = jobs_take(&store->finished);
	pthread_mutex_unlock(&store->lock);
	return job;
}

static size_t count_finished(struct store *store)
{
	size_t count = 0;

	pthread_mutex_lock(&store->lock);
	for (const struct job *job = store->finished.first; job; job = job->next)
		count++;
	pthread_mutex_unlock(&store->lock);
	return count;
}

void store_dispatch(struct store *store)
{
	uint64_t woken;
	ssize_t got = read(store->wake_fd, &woken, sizeof(woken));
	size_t left;

	assert(got > 0 || errno == EAGAIN || errno == EINTR);
	/* not what callbacks submit meanwhile: the loop has others to serve. One at a time, as a
	 * callback may dispatch or drain itself. */
	for (left = count_finished(store); left; left--) {
		struct job *job = take_finished(store);

		if (!job)
			return;
		fault_point("store:before-callback");
		if (job->done)
			job->done(job->arg, job->ok ? NULL : &job->err);
		free(job);
	}
}

void store_drain(struct store *store)
{
	for (;;) {
		bool left;

		pthread_mutex_lock(&store->lock);
		while (store->unsettled)
			pthread_cond_wait(&store->settled, &store->lock);
		left = store->finished.first;
		pthread_mutex_unlock(&store->lock);
		if (!left)
			return;
		store_dispatch(store);
	}
}

unsigned long store_commits(const struct store *store)
{
	return atomic_load(&store->commits);
}

/* One dintd a directory: two would each send an NMI. The file says who, for people; the lock, which
 * the kernel frees with the process, decides. */
static bool lock_directory(struct store *store, const char *state_dir, struct dint_error *err)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s/dint.lock", state_dir);
	char holder[16] = "";

	store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (store->lock_fd < 0)
		return dint_fail_errno(err, "%s", path);
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return dint_fail_errno(err, "lock on %s", path);
		if (io_pread_full(store->lock_fd, holder, sizeof(holder) - 1, 0, err) < 0)
			return false;
		holder[strcspn(holder, "\n")] = '\0';
		return dint_fail(
			err, DINT_CONFLICT,
			"%s belongs to a dintd that runs (process %s, see ps %s): stop it, "
			"or give this one a state_dir of its own",
			state_dir, holder, holder);
	}
	if (ftruncate(store->lock_fd, 0) < 0 || dprintf(store->lock_fd, "%d\n", getpid()) < 0)
		return dint_fail_errno(err, "%s", path);
	return true;
}

static bool open_database(struct store *store, const char *state_dir, struct dint_error *err)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s/dint.sqlite", state_dir);
	struct connection *writer = &store->writer.connection;

	return connection_open_writer(writer, path, err) &&
	       migrations_run(&migrations, writer, path, err) &&
	       connection_open_reader(&store->reader, path, err) &&
	       io_sync_directory(state_dir, err);
}

/* Signals are the loop's; the thread is born with all of them blocked. */
static bool start_thread(struct store *store, struct dint_error *err)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&store->thread, NULL, run_thread, store);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (result)
		return dint_fail(err, DINT_SYSTEM, "the store's thread: %s", strerror(result));
	pthread_setname_np(store->thread, "dint-store");
	store->thread_runs = true;
	return true;
}

DEFINE_CLEANUP(store_close, struct store *)

bool store_open(const char *state_dir, struct store **store, struct dint_error *err)
{
	CLEANUP(store_close_ptr) struct store *made = xcalloc(1, sizeof(*made));

	made->lock_fd = made->wake_fd = -1;
	pthread_mutex_init(&made->lock, NULL);
	pthread_cond_init(&made->submitted, NULL);
	pthread_cond_init(&made->settled, NULL);
	if (!io_make_directories(state_dir, err) || !lock_directory(made, state_dir, err) ||
	    !open_database(made, state_dir, err))
		return dint_within(err, "store");
	made->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (made->wake_fd < 0)
		return dint_fail_errno(err, "store: eventfd");
	if (!start_thread(made, err))
		return false;
	*store = TAKE(made);
	return true;
}

static void stop_thread(struct store *store)
{
	struct dint_error ignored;

	store_drain(store);
	pthread_mutex_lock(&store->lock);
	store->stopping = true;
	pthread_cond_signal(&store->submitted);
	pthread_mutex_unlock(&store->lock);
	pthread_join(store->thread, NULL);
	/* a log that could not be folded in is folded in at the next start */
	connection_exec(&store->writer.connection, "PRAGMA wal_checkpoint(TRUNCATE)", &ignored);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	if (store->thread_runs)
		stop_thread(store);
	connection_close(&store->reader);
	connection_close(&store->writer.connection);
	close_fd(&store->wake_fd);
	close_fd(&store->lock_fd);
	pthread_cond_destroy(&store->settled);
	pthread_cond_destroy(&store->submitted);
	pthread_mutex_destroy(&store->lock);
	free(store);
}
