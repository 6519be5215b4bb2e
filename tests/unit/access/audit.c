/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events: their form, their order, and what happens when the disk takes none. */
#include "rig.h"

#include "access/audit.h"
#include "access/chain.h"
#include "store/audit.h"
#include "json/json.h"

static void append(struct fixture *f, const struct audit_event *event, struct outcome *outcome)
{
	struct dint_error err;

	assert_works(audit_append(f->access, event, outcome ? note : NULL, outcome, &err), &err);
}

static void an_event_has_cloudtrails_form(void **state)
{
	struct fixture *f = *state;
	const struct access_principal alice = {"alice", "AIDAX", "AKIAX",
					       "arn:aws:iam::000000000000:user/alice"};
	const struct access_origin origin = {"192.0.2.7", "aws-cli/2 \"x\"\n\xff", false};
	const struct audit_event event = {.principal = &alice,
					  .origin = &origin,
					  .service = "ec2",
					  .name = "SendDiagnosticInterrupt",
					  .request_id = "r-1",
					  .parameters = "{\"instanceId\":\"i-1\"}",
					  .response = "{\"_return\":true}"};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	CLEANUP(json_decref_ptr) json_t *json = NULL;
	struct outcome outcome = {0};
	struct dint_error err;
	const json_t *who;

	append(f, &event, &outcome);
	store_drain(f->store);
	assert_true(outcome.told && outcome.ok);
	assert_works(audit_rows_list(f->store, 0, 10, 100000, &rows, &err), &err);
	assert_int_equal(rows.count, 1);
	assert_null(strchr(rows.rows[0].event, '\n'));
	assert_works(json_parse_limited(rows.rows[0].event, strlen(rows.rows[0].event), 10000,
					&json, &err),
		     &err);
	who = json_find_object(json, "userIdentity");
	assert_string_equal(json_find_string(json, "eventVersion"), "1.11");
	assert_string_equal(json_find_string(who, "type"), "IAMUser");
	assert_string_equal(json_find_string(who, "arn"), alice.arn);
	assert_string_equal(json_find_string(who, "accessKeyId"), "AKIAX");
	assert_string_equal(json_find_string(json, "eventTime"), "2026-01-02T03:04:05Z");
	assert_string_equal(json_find_string(json, "eventSource"), "ec2.amazonaws.com");
	assert_string_equal(json_find_string(json, "eventName"), "SendDiagnosticInterrupt");
	assert_string_equal(json_find_string(json, "sourceIPAddress"), "192.0.2.7");
	assert_string_equal(json_find_string(json, "userAgent"), "aws-cli/2 \"x\"\n\xef\xbf\xbd");
	assert_string_equal(
		json_find_string(json_find_object(json, "requestParameters"), "instanceId"), "i-1");
	assert_true(json_find_bool(json_find_object(json, "responseElements"), "_return", false));
	assert_string_equal(json_find_string(json, "requestID"), "r-1");
	assert_int_equal(strlen(json_find_string(json, "eventID")), 36);
	assert_null(json_object_get(json, "errorCode"));
	assert_false(json_find_bool(json, "readOnly", true));
}

static void nobody_waits_for_reads_and_all_are_in_order(void **state)
{
	struct fixture *f = *state;
	struct audit_event event = {.service = "dint", .name = "ListMachines", .read_only = true};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	struct outcome outcome = {0};
	struct dint_error err;
	struct chain chain;
	unsigned long before = store_commits(f->store);

	for (unsigned i = 0; i < 500; i++)
		append(f, &event, NULL);
	event.read_only = false;
	append(f, &event, &outcome);
	store_drain(f->store);
	assert_true(outcome.ok);
	assert_true(store_commits(f->store) - before < 10); /* gathered, not one by one */
	assert_works(audit_rows_list(f->store, 0, 1000, 1 << 20, &rows, &err), &err);
	assert_int_equal(rows.count, 501);
	chain_begin(&chain);
	for (size_t i = 0; i < rows.count; i++)
		assert_works(chain_check(&chain, rows.rows[i].number, rows.rows[i].event,
					 rows.rows[i].hash, &err),
			     &err);
}

static void an_event_that_cannot_be_written_is_kept_and_its_call_told(void **state)
{
	struct fixture *f = *state;
	const struct audit_event event = {.service = "dint", .name = "Send"};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	struct outcome first = {0}, second = {0};
	struct dint_error err;
	char command[256];

	/* in place of a disk that takes nothing */
	snprintf(command, sizeof(command),
		 "sqlite3 %s/dint.sqlite 'CREATE TRIGGER full BEFORE INSERT ON audit BEGIN "
		 "SELECT raise(ABORT, \"no room\"); END'",
		 f->state_dir);
	assert_int_equal(system(command), 0);
	append(f, &event, &first);
	store_drain(f->store);
	assert_true(first.told && !first.ok);
	assert_non_null(strstr(first.err.message, "audit"));
	snprintf(command, sizeof(command), "sqlite3 %s/dint.sqlite 'DROP TRIGGER full'",
		 f->state_dir);
	assert_int_equal(system(command), 0);
	append(f, &event, &second);
	store_drain(f->store);
	assert_true(second.ok);
	assert_works(audit_rows_list(f->store, 0, 10, 100000, &rows, &err), &err);
	assert_int_equal(rows.count, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_event_has_cloudtrails_form),
		TEST(nobody_waits_for_reads_and_all_are_in_order),
		TEST(an_event_that_cannot_be_written_is_kept_and_its_call_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
