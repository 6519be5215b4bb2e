/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an incident went through, a line a change of state. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/incidents.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void history_list_done(struct history_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].state);
		free(list->rows[i].cause);
	}
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

bool history_add(struct store_writer *writer, const char *incident, const char *state,
		 const char *cause, uint64_t at_us, struct dint_error *err)
{
	static const char sql[] =
		"INSERT INTO history (incident, number, state, cause, at_us) VALUES (?1,"
		" (SELECT coalesce(max(number), 0) + 1 FROM history WHERE incident = ?1),"
		" ?2, ?3, ?4)";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, incident);
	query_add_text(&query, state);
	query_add_text(&query, cause);
	query_add_u64(&query, at_us);
	return query_run(&query, err) || dint_within(err, "history of %s", incident);
}

static struct history_row *one_more(struct history_list *list)
{
	list->rows = xgrow(list->rows, list->count, sizeof(*list->rows));
	return &list->rows[list->count++];
}

bool history_list(struct store *store, const char *incident, struct history_list *list,
		  struct dint_error *err)
{
	static const char sql[] = "SELECT state, cause, at_us FROM history"
				  " WHERE incident = ?1 ORDER BY number";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(history_list_done) struct history_list made = {0};
	enum query_step step;

	query_add_text(&query, incident);
	while ((step = query_next(&query, err)) == QUERY_ROW) {
		struct history_row *row = one_more(&made);

		row->state = query_take_text(&query);
		row->cause = query_take_text(&query);
		row->at_us = query_take_u64(&query);
	}
	if (step == QUERY_FAILED)
		return false;
	*list = TAKE(made);
	return true;
}

char *history_last_cause(struct store *store, const char *incident)
{
	static const char sql[] = "SELECT cause FROM history WHERE incident = ?1"
				  " ORDER BY number DESC LIMIT 1";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	struct dint_error ignored;

	query_add_text(&query, incident);
	return query_next(&query, &ignored) == QUERY_ROW ? query_take_text(&query) : NULL;
}
