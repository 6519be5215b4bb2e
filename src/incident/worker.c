/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two queues under one lock: jobs to do, jobs done. An eventfd tells the loop of the second. */
#include "incident/worker.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

struct job {
	struct job *next;
	worker_job_fn *run;
	worker_done_fn *done;
	void *arg;
	bool ok;
	struct dint_error err;
};

struct queue {
	struct job *first, **end;
};

struct worker {
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct queue waiting, finished;
	bool stopping;
	int fd; /* eventfd: finished is not empty */
	sd_event_source *source;
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void queue_add(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->end = job;
	queue->end = &job->next;
}

static struct job *queue_take(struct queue *queue)
{
	struct job *job = queue->first;

	if (job) {
		queue->first = job->next;
		if (!queue->first)
			queue->end = &queue->first;
	}
	return job;
}

static void *run(void *arg)
{
	struct worker *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		struct job *job = queue_take(&w->waiting);

		if (!job) {
			pthread_cond_wait(&w->changed, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		job->ok = job->run(job->arg, &job->err);
		pthread_mutex_lock(&w->lock);
		queue_add(&w->finished, job);
		eventfd_write(w->fd, 1);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void finish_jobs(struct worker *w)
{
	for (;;) {
		struct job *job;

		pthread_mutex_lock(&w->lock);
		job = queue_take(&w->finished);
		pthread_mutex_unlock(&w->lock);
		if (!job)
			return;
		job->done(job->arg, job->ok ? NULL : &job->err);
		free(job);
	}
}

static int on_finished(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	eventfd_t count;

	(void)source;
	(void)events;
	eventfd_read(fd, &count);
	finish_jobs(arg);
	return 0;
}

DEFINE_CLEANUP(worker_free, struct worker *)

bool worker_new(sd_event *loop, struct worker **worker, struct dint_error *err)
{
	CLEANUP(worker_free_ptr) struct worker *w = xcalloc(1, sizeof(*w));

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	queue_init(&w->waiting);
	queue_init(&w->finished);
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->fd < 0)
		return dint_fail_errno(err, "eventfd");
	if (sd_event_add_io(loop, &w->source, w->fd, EPOLLIN, on_finished, w) < 0)
		return dint_fail(err, DINT_SYSTEM, "no memory for an event source");
	*worker = TAKE(w);
	return true;
}

static void drop_waiting(struct worker *w)
{
	struct job *job;

	while ((job = queue_take(&w->waiting))) {
		dint_error_set(&job->err, DINT_CONFLICT, "the daemon is stopping");
		job->done(job->arg, &job->err);
		free(job);
	}
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (w->started)
		pthread_join(w->thread, NULL);
	finish_jobs(w);
	drop_waiting(w);
	sd_event_source_disable_unref(w->source);
	close_fd(&w->fd);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void worker_submit(struct worker *w, worker_job_fn *run_job, worker_done_fn *done, void *arg)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->run = run_job;
	job->done = done;
	job->arg = arg;
	if (!w->started) {
		if (pthread_create(&w->thread, NULL, run, w))
			abort(); /* no thread can be had: a restart finds what is stored */
		w->started = true;
	}
	pthread_mutex_lock(&w->lock);
	queue_add(&w->waiting, job);
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}
