/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dumps' rows; the bytes are files.c's. */
#include "store/dumps.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void dump_row_copy(const struct dump_row *from, struct dump_row *to)
{
	*to = *from;
	to->name = xstrdup_null(from->name);
	to->origin = xstrdup_null(from->origin);
	to->offer = xstrdup_null(from->offer);
}

void dump_row_done(struct dump_row *row)
{
	free(row->name);
	free(row->origin);
	free(row->offer);
	memset(row, 0, sizeof(*row));
}

void dump_list_done(struct dump_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		dump_row_done(&list->rows[i]);
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

/* The same file under a new offer is still the same dump; the last offer is the one that the guest
 * asks about. */
bool dump_put(struct store_writer *writer, const struct dump_row *row, struct dint_error *err)
{
	static const char sql[] =
		"INSERT INTO dumps (incident, sha256, name, origin, offer, size_bytes, stored_us)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (incident, sha256)"
		" DO UPDATE SET offer = coalesce(excluded.offer, offer)";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, row->incident);
	query_add_text(&query, row->sha256);
	query_add_text(&query, row->name);
	query_add_text(&query, row->origin);
	query_add_text(&query, row->offer);
	query_add_u64(&query, row->size);
	query_add_u64(&query, row->stored_us);
	return query_run(&query, err) || dint_within(err, "dump of %s", row->incident);
}

static struct dump_row *one_more(struct dump_list *list)
{
	list->rows = xgrow(list->rows, list->count, sizeof(*list->rows));
	return &list->rows[list->count++];
}

static void take_row(struct query *query, struct dump_row *row)
{
	memset(row, 0, sizeof(*row));
	query_copy_text(query, row->incident, sizeof(row->incident));
	query_copy_text(query, row->sha256, sizeof(row->sha256));
	row->name = query_take_text(query);
	row->origin = query_take_text(query);
	row->offer = query_take_text(query);
	row->size = query_take_u64(query);
	row->stored_us = query_take_u64(query);
}

bool dump_list(struct store *store, const char *incident, struct dump_list *list,
	       struct dint_error *err)
{
	static const char sql[] =
		"SELECT incident, sha256, name, origin, offer, size_bytes, stored_us"
		" FROM dumps WHERE incident = ?1 ORDER BY stored_us, rowid";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(dump_list_done) struct dump_list made = {0};
	enum query_step step;

	query_add_text(&query, incident);
	while ((step = query_next(&query, err)) == QUERY_ROW)
		take_row(&query, one_more(&made));
	if (step == QUERY_FAILED)
		return false;
	*list = TAKE(made);
	return true;
}

bool dump_offer_is_stored(struct store *store, const char *machine, const char *offer,
			  char incident[INCIDENT_ID])
{
	static const char sql[] = "SELECT incident FROM dumps JOIN incidents ON incident = id"
				  " WHERE offer = ?1 AND machine = ?2 LIMIT 1";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	struct dint_error ignored;

	query_add_text(&query, offer);
	query_add_text(&query, machine);
	if (query_next(&query, &ignored) != QUERY_ROW)
		return false;
	if (incident)
		query_copy_text(&query, incident, INCIDENT_ID);
	return true;
}
