/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The incidents' rows. Every query takes its columns in the order of COLUMNS. */
#include "store/incidents.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

#define COLUMNS                                                                                \
	"id, machine, instance_id, state, intended, requested_by, reason, boot_id, opened_us," \
	" changed_us, ended_us, deadline_us, guest_dump"
#define DOCUMENTS ", evidence, report"

void incident_row_copy(const struct incident_row *from, struct incident_row *to)
{
	*to = *from;
	to->machine = xstrdup_null(from->machine);
	to->instance_id = xstrdup_null(from->instance_id);
	to->state = xstrdup_null(from->state);
	to->intended = xstrdup_null(from->intended);
	to->requested_by = xstrdup_null(from->requested_by);
	to->reason = xstrdup_null(from->reason);
	to->boot_id = xstrdup_null(from->boot_id);
	to->evidence = xstrdup_null(from->evidence);
	to->report = xstrdup_null(from->report);
}

void incident_row_done(struct incident_row *row)
{
	free(row->machine);
	free(row->instance_id);
	free(row->state);
	free(row->intended);
	free(row->requested_by);
	free(row->reason);
	free(row->boot_id);
	free(row->evidence);
	free(row->report);
	memset(row, 0, sizeof(*row));
}

void incident_list_done(struct incident_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		incident_row_done(&list->rows[i]);
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

static void take_row(struct query *query, struct incident_row *row)
{
	memset(row, 0, sizeof(*row));
	query_copy_text(query, row->id, sizeof(row->id));
	row->machine = query_take_text(query);
	row->instance_id = query_take_text(query);
	row->state = query_take_text(query);
	row->intended = query_take_text(query);
	row->requested_by = query_take_text(query);
	row->reason = query_take_text(query);
	row->boot_id = query_take_text(query);
	row->opened_us = query_take_u64(query);
	row->changed_us = query_take_u64(query);
	row->ended_us = query_take_u64(query);
	row->deadline_us = query_take_u64(query);
	row->guest_dump = query_take_u64(query);
}

static void take_documents(struct query *query, struct incident_row *row)
{
	row->evidence = query_take_text(query);
	row->report = query_take_text(query);
}

/* A document that is not given stays, so that a row that came from a list can be put back. */
static const char put_sql[] =
	"INSERT INTO incidents (" COLUMNS DOCUMENTS ")"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULLIF(?11, 0), NULLIF(?12, 0), ?13, "
	"?14,"
	" ?15) ON CONFLICT (id) DO UPDATE SET machine = excluded.machine,"
	" instance_id = excluded.instance_id, state = excluded.state, intended = excluded.intended,"
	" requested_by = excluded.requested_by, reason = excluded.reason,"
	" boot_id = excluded.boot_id, opened_us = excluded.opened_us,"
	" changed_us = excluded.changed_us, ended_us = excluded.ended_us,"
	" deadline_us = excluded.deadline_us, guest_dump = excluded.guest_dump,"
	" evidence = coalesce(excluded.evidence, evidence),"
	" report = coalesce(excluded.report, report)";

bool incident_put(struct store_writer *writer, const struct incident_row *row,
		  struct dint_error *err)
{
	CLEANUP(query_done) struct query query = query_over(&writer->connection, put_sql);

	query_add_text(&query, row->id);
	query_add_text(&query, row->machine);
	query_add_text(&query, row->instance_id);
	query_add_text(&query, row->state);
	query_add_text(&query, row->intended);
	query_add_text(&query, row->requested_by);
	query_add_text(&query, row->reason);
	query_add_text(&query, row->boot_id);
	query_add_u64(&query, row->opened_us);
	query_add_u64(&query, row->changed_us);
	query_add_u64(&query, row->ended_us);
	query_add_u64(&query, row->deadline_us);
	query_add_u64(&query, row->guest_dump);
	query_add_text(&query, row->evidence);
	query_add_text(&query, row->report);
	return query_run(&query, err) || dint_within(err, "incident %s", row->id);
}

/* A beginning that some id could have; what else people type is not searched for. */
static bool may_begin_id(const char *text)
{
	size_t length = strlen(text);

	return length && length < INCIDENT_ID &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool find_unique(struct connection *connection, const char *id, struct incident_row *row,
			struct dint_error *err)
{
	/* '~' sorts behind every character of an id */
	static const char sql[] = "SELECT " COLUMNS DOCUMENTS " FROM incidents"
				  " WHERE id >= ?1 AND id < ?1 || '~' ORDER BY id LIMIT 2";
	CLEANUP(query_done) struct query query = query_over(connection, sql);
	CLEANUP(incident_row_done) struct incident_row found = {0};
	char other[INCIDENT_ID];
	enum query_step step;

	query_add_text(&query, id);
	step = query_next(&query, err);
	if (step == QUERY_END)
		return dint_fail(err, DINT_NOT_FOUND, "no incident '%s'", id);
	if (step == QUERY_FAILED)
		return false;
	take_row(&query, &found);
	take_documents(&query, &found);
	step = query_next(&query, err);
	if (step == QUERY_FAILED)
		return false;
	if (step == QUERY_ROW) {
		query_copy_text(&query, other, sizeof(other));
		return dint_fail(err, DINT_BAD_REQUEST, "'%s' begins several: %s, %s", id, found.id,
				 other);
	}
	*row = TAKE(found);
	return true;
}

static bool take_only_row(struct query *query, struct incident_row *row, const char *absent,
			  struct dint_error *err)
{
	switch (query_next(query, err)) {
	case QUERY_ROW:
		take_row(query, row);
		take_documents(query, row);
		return true;
	case QUERY_END:
		return dint_fail(err, DINT_NOT_FOUND, "%s", absent);
	default:
		return false;
	}
}

static bool find_last(struct connection *connection, struct incident_row *row,
		      struct dint_error *err)
{
	static const char sql[] = "SELECT " COLUMNS DOCUMENTS
				  " FROM incidents ORDER BY id DESC LIMIT 1";
	CLEANUP(query_done) struct query query = query_over(connection, sql);

	return take_only_row(&query, row, "there has been no incident yet", err);
}

bool incident_find(struct store *store, const char *id, struct incident_row *row,
		   struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer shown = {0};

	if (!strcmp(id, "last"))
		return find_last(store_reader(store), row, err);
	if (may_begin_id(id))
		return find_unique(store_reader(store), id, row, err);
	text_escape(&shown, id, strnlen(id, INCIDENT_ID));
	return dint_fail(err, DINT_NOT_FOUND,
			 "no incident '%s' (inc- and up to 26 letters and digits, or 'last')",
			 buffer_text(&shown));
}

bool incident_latest(struct store *store, const char *machine, struct incident_row *row,
		     struct dint_error *err)
{
	static const char sql[] = "SELECT " COLUMNS DOCUMENTS " FROM incidents"
				  " WHERE machine = ?1 ORDER BY id DESC LIMIT 1";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);

	query_add_text(&query, machine);
	return take_only_row(&query, row, "this machine never had an incident", err);
}

static struct incident_row *one_more(struct incident_list *list)
{
	list->rows = xgrow(list->rows, list->count, sizeof(*list->rows));
	return &list->rows[list->count++];
}

static bool take_list(struct query *query, struct incident_list *out, struct dint_error *err)
{
	CLEANUP(incident_list_done) struct incident_list list = {0};
	enum query_step step;

	while ((step = query_next(query, err)) == QUERY_ROW)
		take_row(query, one_more(&list));
	if (step == QUERY_FAILED)
		return false;
	*out = TAKE(list);
	return true;
}

bool incident_list(struct store *store, const char *machine, unsigned limit,
		   struct incident_list *list, struct dint_error *err)
{
	/* two statements, so that each has its index */
	static const char all_sql[] = "SELECT " COLUMNS " FROM incidents ORDER BY id DESC LIMIT ?1";
	static const char its_sql[] = "SELECT " COLUMNS " FROM incidents"
				      " WHERE machine = ?2 ORDER BY id DESC LIMIT ?1";
	const char *sql = machine ? its_sql : all_sql;
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);

	query_add_u64(&query, limit);
	if (machine)
		query_add_text(&query, machine);
	return take_list(&query, list, err);
}
