/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Incidents, their history, their dumps, and the machines' ids: what is put is what is found. */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "folder.h"
#include "store/dumps.h"
#include "store/machines.h"
#include "store/store_internal.h"
#include "store/tags.h"

#define FIRST  "inc-01aaaaaaaaaaaaaaaaaaaaaaaa"
#define SECOND "inc-01abbbbbbbbbbbbbbbbbbbbbbb"
#define THIRD  "inc-02cccccccccccccccccccccccc"

struct fixture {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES];
	struct store *store;
};

static bool put_incident(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return incident_put(writer, arg, err);
}

static void put(struct fixture *fixture, struct incident_row *row)
{
	struct dint_error err;

	assert_works(store_run(fixture->store, put_incident, row, &err), &err);
}

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct incident_row rows[] = {folder_incident(FIRST, "web1"),
				      folder_incident(SECOND, "web2"),
				      folder_incident(THIRD, "web1")};
	struct dint_error err;

	folder_make(fixture->folder, fixture->state_dir);
	assert_works(store_open(fixture->state_dir, &fixture->store, &err), &err);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		put(fixture, &rows[i]);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	store_close(fixture->store);
	folder_remove(fixture->folder);
	free(fixture);
	return 0;
}

static void assert_text(const char *got, const char *want)
{
	if (!want)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void assert_same(const struct incident_row *got, const struct incident_row *want)
{
	assert_string_equal(got->id, want->id);
	assert_text(got->machine, want->machine);
	assert_text(got->instance_id, want->instance_id);
	assert_text(got->state, want->state);
	assert_text(got->intended, want->intended);
	assert_text(got->requested_by, want->requested_by);
	assert_text(got->reason, want->reason);
	assert_text(got->boot_id, want->boot_id);
	assert_text(got->evidence, want->evidence);
	assert_text(got->report, want->report);
	assert_int_equal(got->opened_us, want->opened_us);
	assert_int_equal(got->changed_us, want->changed_us);
	assert_int_equal(got->ended_us, want->ended_us);
	assert_int_equal(got->deadline_us, want->deadline_us);
	assert_int_equal(got->guest_dump, want->guest_dump);
}

static void an_incident_comes_back_as_it_was_put(void **state)
{
	struct fixture *fixture = *state;
	struct incident_row full = folder_incident(SECOND, "web2");
	CLEANUP(incident_row_done) struct incident_row owned = {0};
	CLEANUP(incident_row_done) struct incident_row before = {0};
	CLEANUP(incident_row_done) struct incident_row after = {0};
	struct dint_error err;

	full.requested_by = (char *)(uintptr_t) "uid 0";
	full.reason = (char *)(uintptr_t) "it hangs; '\" \xc3\xa4";
	full.boot_id = (char *)(uintptr_t) "6f1c";
	full.evidence = (char *)(uintptr_t) "{\"screen\":null}";
	full.report = (char *)(uintptr_t) "{}";
	full.opened_us = 1;
	full.changed_us = 2;
	full.ended_us = 3;
	full.deadline_us = INT64_MAX;
	full.guest_dump = true;
	incident_row_copy(&full, &owned);
	assert_ptr_not_equal(owned.reason, full.reason);
	assert_works(incident_find(fixture->store, SECOND, &before, &err), &err);
	assert_null(before.reason);
	assert_int_equal(before.ended_us, 0);
	put(fixture, &owned);
	assert_works(incident_find(fixture->store, SECOND, &after, &err), &err);
	assert_same(&after, &full);
}

static void a_document_stays_when_none_is_given(void **state)
{
	struct fixture *fixture = *state;
	struct incident_row row = folder_incident(FIRST, "web1");
	CLEANUP(incident_row_done) struct incident_row after = {0};
	struct dint_error err;

	row.evidence = (char *)(uintptr_t) "{\"a\":1}";
	put(fixture, &row);
	row.evidence = NULL;
	row.report = (char *)(uintptr_t) "{\"b\":2}";
	put(fixture, &row);
	assert_works(incident_find(fixture->store, FIRST, &after, &err), &err);
	assert_string_equal(after.evidence, "{\"a\":1}");
	assert_string_equal(after.report, "{\"b\":2}");
}

static void a_time_that_no_row_holds_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct incident_row row = folder_incident(FIRST, "web1");
	struct dint_error err;

	row.deadline_us = (uint64_t)INT64_MAX + 1;
	assert_refused(store_run(fixture->store, put_incident, &row, &err), &err, DINT_BAD_REQUEST,
		       "9223372036854775808 is more than the database can hold");
}

static const struct {
	const char *name, *id, *want;
	enum dint_code code;
	const char *refusal;
} finds[] = {
	{"the whole id", FIRST, FIRST, DINT_OK, NULL},
	{"a beginning that is unique", "inc-01ab", SECOND, DINT_OK, NULL},
	{"the newest", "last", THIRD, DINT_OK, NULL},
	{"a beginning of two", "inc-01a", NULL, DINT_BAD_REQUEST,
	 "'inc-01a' begins several: " FIRST ", " SECOND},
	{"nobody's", "inc-03", NULL, DINT_NOT_FOUND, "no incident 'inc-03'"},
	{"longer than an id", FIRST "a", NULL, DINT_NOT_FOUND, "no incident '" FIRST},
	{"nothing", "", NULL, DINT_NOT_FOUND, "no incident '' (inc- and up to 26"},
	{"a pattern", "inc-%", NULL, DINT_NOT_FOUND, "no incident 'inc-%'"},
	{"a terminal's escape", "\x1b[2J", NULL, DINT_NOT_FOUND, "no incident '\\x1b[2J'"},
};

static void incidents_are_found_by_their_beginning(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(finds); i++) {
		CLEANUP(incident_row_done) struct incident_row row = {0};
		struct dint_error err;

		print_message("%s\n", finds[i].name);
		if (!finds[i].want) {
			assert_refused(incident_find(fixture->store, finds[i].id, &row, &err), &err,
				       finds[i].code, finds[i].refusal);
			continue;
		}
		assert_works(incident_find(fixture->store, finds[i].id, &row, &err), &err);
		assert_string_equal(row.id, finds[i].want);
	}
}

static void the_latest_is_a_machines_own(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(incident_row_done) struct incident_row web1 = {0};
	CLEANUP(incident_row_done) struct incident_row web2 = {0};
	struct incident_row nobody;
	struct dint_error err;

	assert_works(incident_latest(fixture->store, "web1", &web1, &err), &err);
	assert_string_equal(web1.id, THIRD);
	assert_works(incident_latest(fixture->store, "web2", &web2, &err), &err);
	assert_string_equal(web2.id, SECOND);
	assert_refused(incident_latest(fixture->store, "web3", &nobody, &err), &err, DINT_NOT_FOUND,
		       "never had an incident");
}

static const struct {
	const char *name, *machine;
	unsigned limit;
	const char *want[4];
} lists[] = {
	{"all, newest first", NULL, 10, {THIRD, SECOND, FIRST}},
	{"one machine's", "web1", 10, {THIRD, FIRST}},
	{"some", NULL, 2, {THIRD, SECOND}},
	{"one machine's newest", "web1", 1, {THIRD}},
	{"nobody's", "web3", 10, {NULL}},
};

static void lists_are_newest_first(void **state)
{
	struct fixture *fixture = *state;
	struct incident_row row = folder_incident(THIRD, "web1");
	struct dint_error err;

	row.evidence = (char *)(uintptr_t) "{}";
	put(fixture, &row);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		CLEANUP(incident_list_done) struct incident_list list = {0};
		size_t count = 0;

		print_message("%s\n", lists[i].name);
		assert_works(incident_list(fixture->store, lists[i].machine, lists[i].limit, &list,
					   &err),
			     &err);
		for (; lists[i].want[count]; count++) {
			assert_string_equal(list.rows[count].id, lists[i].want[count]);
			assert_null(list.rows[count].evidence);
		}
		assert_int_equal(list.count, count);
	}
}

static bool add_lines(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return history_add(writer, arg, "requested", "uid 0 asked", 5, err) &&
	       history_add(writer, arg, "injecting", "evidence is kept", 4, err) &&
	       history_add(writer, arg, "injected", "", 6, err);
}

static void history_keeps_the_order_of_commits(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(history_list_done) struct history_list list = {0};
	CLEANUP(history_list_done) struct history_list none = {0};
	CLEANUP(free_ptr) char *last = NULL;
	char first[] = FIRST, nobody[] = "inc-none";
	struct dint_error err;

	assert_works(store_run(fixture->store, add_lines, first, &err), &err);
	assert_works(history_list(fixture->store, FIRST, &list, &err), &err);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.rows[0].state, "requested");
	assert_string_equal(list.rows[0].cause, "uid 0 asked");
	assert_int_equal(list.rows[1].at_us, 4); /* a clock that was set back changes nothing */
	last = history_last_cause(fixture->store, FIRST);
	assert_string_equal(last, "");
	assert_works(history_list(fixture->store, SECOND, &none, &err), &err);
	assert_int_equal(none.count, 0);
	assert_null(history_last_cause(fixture->store, SECOND));
	assert_refused(store_run(fixture->store, add_lines, nobody, &err), &err, DINT_CONFLICT,
		       "history of inc-none: database: FOREIGN KEY constraint failed");
}

static bool put_dump(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return dump_put(writer, arg, err);
}

static struct dump_row make_dump(const char *incident, char digit, const char *offer,
				 uint64_t stored_us)
{
	struct dump_row row = {
		.name = (char *)(uintptr_t) "dump.202611250130",
		.origin = (char *)(uintptr_t)(offer ? "guest" : "host"),
		.offer = (char *)(uintptr_t)offer,
		.size = 79090168,
		.stored_us = stored_us,
	};

	snprintf(row.incident, sizeof(row.incident), "%s", incident);
	memset(row.sha256, digit, sizeof(row.sha256) - 1);
	return row;
}

static void a_dump_is_an_incidents_once(void **state)
{
	struct fixture *fixture = *state;
	struct dump_row rows[] = {
		make_dump(FIRST, 'b', "0b0b", 20), make_dump(FIRST, 'a', NULL, 10),
		make_dump(FIRST, 'b', NULL, 30),   make_dump(SECOND, 'b', "0c0c", 40),
		make_dump(FIRST, 'b', "0d0d", 50),
	};
	CLEANUP(dump_list_done) struct dump_list list = {0};
	struct dump_row nobodys = make_dump("inc-none", 'a', NULL, 1);
	struct dint_error err;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_works(store_run(fixture->store, put_dump, &rows[i], &err), &err);
	assert_works(dump_list(fixture->store, FIRST, &list, &err), &err);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.rows[0].origin, "host");
	assert_null(list.rows[0].offer);
	assert_string_equal(list.rows[1].sha256, rows[0].sha256);
	assert_string_equal(list.rows[1].name, "dump.202611250130");
	assert_string_equal(list.rows[1].offer, "0d0d"); /* the same file, offered anew */
	assert_int_equal(list.rows[1].size, 79090168);
	assert_int_equal(list.rows[1].stored_us, 20);
	assert_refused(store_run(fixture->store, put_dump, &nobodys, &err), &err, DINT_CONFLICT,
		       "dump of inc-none");
}

static void an_offer_is_known_by_its_machine(void **state)
{
	struct fixture *fixture = *state;
	struct dump_row row = make_dump(SECOND, 'b', "0c0c", 40);
	char incident[INCIDENT_ID] = "";
	struct dint_error err;

	assert_works(store_run(fixture->store, put_dump, &row, &err), &err);
	assert_true(dump_offer_is_stored(fixture->store, "web2", "0c0c", incident));
	assert_string_equal(incident, SECOND);
	assert_true(dump_offer_is_stored(fixture->store, "web2", "0c0c", NULL));
	assert_false(dump_offer_is_stored(fixture->store, "web1", "0c0c", incident));
	assert_false(dump_offer_is_stored(fixture->store, "web2", "0d0d", incident));
}

static void a_machines_id_stays(void **state)
{
	static const char wanted[] = "i-0123456789abcdef0";
	struct fixture *fixture = *state;
	char made[INSTANCE_ID], kept[INSTANCE_ID], told[INSTANCE_ID];
	unsigned long commits;
	struct dint_error err;

	assert_works(machine_instance_id(fixture->store, "web1", NULL, made, &err), &err);
	assert_int_equal(strlen(made), 19);
	assert_int_equal(strspn(made + 2, "0123456789abcdef"), 17);
	assert_memory_equal(made, "i-", 2);
	commits = store_commits(fixture->store);
	assert_works(machine_instance_id(fixture->store, "web1", NULL, kept, &err), &err);
	assert_string_equal(kept, made);
	assert_int_equal(store_commits(fixture->store), commits);
	assert_works(machine_instance_id(fixture->store, "web1", wanted, told, &err), &err);
	assert_string_equal(told, wanted);
	assert_refused(machine_instance_id(fixture->store, "web2", wanted, kept, &err), &err,
		       DINT_CONFLICT,
		       "machine 'web2': the instance id i-0123456789abcdef0 was given to machine "
		       "'web1'");
	assert_refused(machine_instance_id(fixture->store, "web2", "i-1", kept, &err), &err,
		       DINT_BAD_REQUEST, "'i-1' is not an instance id");
	store_close(fixture->store);
	assert_works(store_open(fixture->state_dir, &fixture->store, &err), &err);
	assert_works(machine_instance_id(fixture->store, "web1", NULL, kept, &err), &err);
	assert_string_equal(kept, wanted);
}

static bool put_kept(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return machine_kept_put(writer, "web1", arg, err);
}

static void how_a_machine_ran_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct machine_kept kept = {"running", 5, 7}, found;
	char id[INSTANCE_ID];
	struct dint_error err;

	assert_works(machine_kept_find(fixture->store, "web1", &found, &err), &err);
	assert_string_equal(found.run_state, "");
	assert_works(machine_instance_id(fixture->store, "web1", NULL, id, &err), &err);
	assert_works(machine_kept_find(fixture->store, "web1", &found, &err), &err);
	assert_string_equal(found.run_state, "");
	assert_int_equal(found.booted_us, 0);
	assert_works(store_run(fixture->store, put_kept, &kept, &err), &err);
	assert_works(machine_kept_find(fixture->store, "web1", &found, &err), &err);
	assert_string_equal(found.run_state, "running");
	assert_int_equal(found.run_since_us, 5);
	assert_int_equal(found.booted_us, 7);
}

static bool put_tag(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return tag_put(writer, arg, err);
}

static bool drop_tag(struct store_writer *writer, void *arg, struct dint_error *err)
{
	const struct tag_row *row = arg;

	return tag_delete(writer, row->resource, row->key, err);
}

static struct tag_row a_tag(const char *resource, const char *key, const char *value)
{
	return (struct tag_row){(char *)(uintptr_t)resource, (char *)(uintptr_t)key,
				(char *)(uintptr_t)value};
}

static void tags_are_listed_in_order(void **state)
{
	struct fixture *fixture = *state;
	struct tag_row rows[] = {a_tag("i-2", "b", "1"), a_tag("i-1", "c", "2"),
				 a_tag("i-2", "a", "\xc3\xa9"), a_tag("i-2", "b", "")};
	CLEANUP(tag_list_done) struct tag_list list = {0}, after = {0};
	struct dint_error err;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_works(store_run(fixture->store, put_tag, &rows[i], &err), &err);
	assert_works(tag_list(fixture->store, &list, &err), &err);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.rows[0].resource, "i-1");
	assert_string_equal(list.rows[1].value, "\xc3\xa9");
	assert_string_equal(list.rows[2].key, "b");
	assert_string_equal(list.rows[2].value, ""); /* the later value */
	assert_works(store_run(fixture->store, drop_tag, &rows[0], &err), &err);
	assert_works(store_run(fixture->store, drop_tag, &rows[0], &err), &err);
	assert_works(tag_list(fixture->store, &after, &err), &err);
	assert_int_equal(after.count, 2);
}

static void ids_sort_by_time_and_differ(void **state)
{
	char earlier[INCIDENT_ID], later[INCIDENT_ID], again[INCIDENT_ID];

	(void)state;
	incident_id_new(0, earlier);
	assert_memory_equal(earlier, "inc-0000000000", 14);
	incident_id_new(UINT64_C(1764034236123999), earlier);
	incident_id_new(UINT64_C(1764034236124000), later);
	incident_id_new(UINT64_C(1764034236124000), again);
	assert_int_equal(strlen(earlier), 30);
	assert_int_equal(strspn(earlier + 4, "0123456789abcdefghjkmnpqrstvwxyz"), 26);
	assert_true(strcmp(earlier, later) < 0);
	assert_memory_equal(later, again, 14); /* the same millisecond */
	assert_string_not_equal(later, again);
	/* ULID's specification: 1469918176385 ms is 01ARYZ6S41 */
	incident_id_new(UINT64_C(1469918176385000), earlier);
	assert_memory_equal(earlier, "inc-01aryz6s41", 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_incident_comes_back_as_it_was_put, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_document_stays_when_none_is_given, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_time_that_no_row_holds_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(incidents_are_found_by_their_beginning, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_latest_is_a_machines_own, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_are_newest_first, setup, teardown),
		cmocka_unit_test_setup_teardown(history_keeps_the_order_of_commits, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_dump_is_an_incidents_once, setup, teardown),
		cmocka_unit_test_setup_teardown(an_offer_is_known_by_its_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(a_machines_id_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(how_a_machine_ran_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(tags_are_listed_in_order, setup, teardown),
		cmocka_unit_test(ids_sort_by_time_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
