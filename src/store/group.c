/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BEGIN { SAVEPOINT, the job, RELEASE } … COMMIT, and what is undone when one of them fails. */
#include "store/group_internal.h"

#include "base/fault.h"

void jobs_add(struct jobs *jobs, struct job *job)
{
	if (!jobs->first)
		jobs->end = &jobs->first;
	job->next = NULL;
	*jobs->end = job;
	jobs->end = &job->next;
}

struct job *jobs_take(struct jobs *jobs)
{
	struct job *job = jobs->first;

	if (job)
		jobs->first = job->next;
	return job;
}

static void fail_job(struct job *job, const struct dint_error *why)
{
	job->ok = false;
	job->err = *why;
}

static void run_job(struct store_writer *writer, struct job *job)
{
	struct connection *connection = &writer->connection;
	struct dint_error undo;

	job->err = (struct dint_error){DINT_SYSTEM, "the store's job gave no reason"};
	if (!connection_exec(connection, "SAVEPOINT job", &job->err))
		return;
	fault_point("store:job-begins");
	job->ok = job->run(writer, job->arg, &job->err);
	fault_point("store:job-ends");
	/* without a transaction (SQLite undoes all of it when the disk is full) there is nothing to
	 * undo; run_jobs finds out */
	if (!connection_in_transaction(connection))
		return;
	if (job->ok || connection_exec(connection, "ROLLBACK TO job", &undo))
		if (connection_exec(connection, "RELEASE job", &undo))
			return;
	/* what the job did can be neither kept nor undone alone */
	fail_job(job, &undo);
	connection_exec(connection, "ROLLBACK", &undo);
}

/* false: the transaction is gone, and with it what the jobs before had done. */
static bool run_jobs(struct store_writer *writer, struct jobs *group, struct dint_error *err)
{
	for (struct job *job = group->first; job; job = job->next) {
		run_job(writer, job);
		if (!connection_in_transaction(&writer->connection)) {
			if (job->ok)
				dint_error_set(err, DINT_SYSTEM, "a job ended the transaction");
			else
				*err = job->err;
			return dint_within(err, "undone with the jobs beside it");
		}
	}
	return true;
}

static bool commit_jobs(struct store_writer *writer, struct jobs *group, struct dint_error *err)
{
	struct connection *connection = &writer->connection;
	struct dint_error ignored;

	if (!connection_exec(connection, "BEGIN IMMEDIATE", err) || !run_jobs(writer, group, err))
		return false;
	fault_point("store:before-commit");
	if (!connection_exec(connection, "COMMIT", err)) {
		if (connection_in_transaction(connection))
			connection_exec(connection, "ROLLBACK", &ignored);
		return dint_within(err, "commit");
	}
	fault_point("store:after-commit");
	return true;
}

bool group_run(struct store_writer *writer, struct jobs *group)
{
	struct dint_error err;

	if (commit_jobs(writer, group, &err))
		return true;
	for (struct job *job = group->first; job; job = job->next)
		if (job->ok || !job->err.code) /* a job that failed by itself keeps its reason */
			fail_job(job, &err);
	return false;
}
