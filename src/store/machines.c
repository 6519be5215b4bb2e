/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's instance id stays what it was told to be, or what it was first given; how it ran
 * stays what was last seen. */
#include "store/machines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/query_internal.h"
#include "store/random_internal.h"
#include "store/store_internal.h"

struct request {
	const char *machine;
	char id[INSTANCE_ID];
};

/* kept stays "" where nothing is kept. */
static bool find_kept(struct connection *connection, const char *machine, char kept[INSTANCE_ID],
		      struct dint_error *err)
{
	static const char sql[] = "SELECT instance_id FROM machines WHERE name = ?1";
	CLEANUP(query_done) struct query query = query_over(connection, sql);
	enum query_step step;

	query_add_text(&query, machine);
	step = query_next(&query, err);
	if (step == QUERY_ROW)
		query_copy_text(&query, kept, INSTANCE_ID);
	return step != QUERY_FAILED;
}

static bool is_free(struct connection *connection, const char *machine, const char *id,
		    struct dint_error *err)
{
	static const char sql[] = "SELECT name FROM machines WHERE instance_id = ?1 AND name <> ?2";
	CLEANUP(query_done) struct query query = query_over(connection, sql);
	char other[80];
	enum query_step step;

	query_add_text(&query, id);
	query_add_text(&query, machine);
	step = query_next(&query, err);
	if (step != QUERY_ROW)
		return step == QUERY_END;
	query_copy_text(&query, other, sizeof(other));
	return dint_fail(
		err, DINT_CONFLICT,
		"machine '%s': the instance id %s was given to machine '%s'; leave 'id' out, "
		"or choose another",
		machine, id, other);
}

static bool keep_id(struct store_writer *writer, void *arg, struct dint_error *err)
{
	struct connection *connection = &writer->connection;
	struct request *request = arg;
	static const char sql[] =
		"INSERT INTO machines (name, instance_id, created_us) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (name) DO UPDATE SET instance_id = excluded.instance_id";
	CLEANUP(query_done) struct query query = query_over(connection, sql);

	if (!is_free(connection, request->machine, request->id, err))
		return false;
	query_add_text(&query, request->machine);
	query_add_text(&query, request->id);
	query_add_u64(&query, system_clock.wall_us(&system_clock));
	return query_run(&query, err);
}

static void new_id(char id[INSTANCE_ID])
{
	struct {
		uint64_t low;
		uint8_t high;
	} bits = {0};

	random_fill(&bits, sizeof(bits));
	snprintf(id, INSTANCE_ID, "i-%01x%016" PRIx64, bits.high & 0xfu, bits.low);
}

bool machine_instance_id(struct store *store, const char *machine, const char *wanted,
			 char id[INSTANCE_ID], struct dint_error *err)
{
	struct request request = {.machine = machine};
	char kept[INSTANCE_ID] = "";

	if (!find_kept(store_reader(store), machine, kept, err))
		return false;
	if (wanted && strlen(wanted) != INSTANCE_ID - 1)
		return dint_fail(err, DINT_BAD_REQUEST, "'%.40s' is not an instance id", wanted);
	/* what is kept needs no sync: a start with ten thousand machines reads only */
	if (*kept && (!wanted || !strcmp(wanted, kept))) {
		memcpy(id, kept, INSTANCE_ID);
		return true;
	}
	if (wanted)
		memcpy(request.id, wanted, INSTANCE_ID);
	else
		new_id(request.id);
	if (!store_run(store, keep_id, &request, err))
		return false;
	memcpy(id, request.id, INSTANCE_ID);
	return true;
}

bool machine_kept_find(struct store *store, const char *machine, struct machine_kept *kept,
		       struct dint_error *err)
{
	static const char sql[] =
		"SELECT coalesce(run_state, ''), run_since_us, booted_us FROM machines"
		" WHERE name = ?1";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	enum query_step step;

	*kept = (struct machine_kept){0};
	query_add_text(&query, machine);
	step = query_next(&query, err);
	if (step != QUERY_ROW)
		return step == QUERY_END;
	query_copy_text(&query, kept->run_state, sizeof(kept->run_state));
	kept->run_since_us = query_take_u64(&query);
	kept->booted_us = query_take_u64(&query);
	return true;
}

bool machine_kept_put(struct store_writer *writer, const char *machine,
		      const struct machine_kept *kept, struct dint_error *err)
{
	static const char sql[] = "UPDATE machines SET run_state = ?2, run_since_us = ?3,"
				  " booted_us = ?4 WHERE name = ?1";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, machine);
	query_add_text(&query, kept->run_state);
	query_add_u64(&query, kept->run_since_us);
	query_add_u64(&query, kept->booted_us);
	return query_run(&query, err) || dint_within(err, "machine '%s'", machine);
}
