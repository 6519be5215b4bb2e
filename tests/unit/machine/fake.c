/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every driver is promised by machine.c, seen through the one that does as it is told. */
#include "../check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "machine/fake.h"
#include "machine/machine_internal.h"

struct witness {
	unsigned answers;
	enum machine_outcome outcome;
	struct dint_error error;
	unsigned events[MACHINE_EVENTS];
	char detail[300]; /* of the last event */
	struct machine *machine;
	bool asks_again; /* from inside the next answer */
};

static void on_answer(void *arg, const struct machine_answer *answer)
{
	struct witness *witness = arg;
	struct machine_request request = {.operation = MACHINE_STATUS,
					  .deadline_ms = 1000,
					  .on_answer = on_answer,
					  .arg = witness};

	witness->answers++;
	witness->outcome = answer->outcome;
	witness->error = answer->error;
	if (witness->asks_again) {
		witness->asks_again = false;
		machine_ask(witness->machine, &request);
	}
}

static void on_event(void *arg, const struct machine_event *event)
{
	struct witness *witness = arg;

	witness->events[event->kind]++;
	snprintf(witness->detail, sizeof(witness->detail), "%s", event->detail);
}

static void open_fake(sd_event **loop, const char *script, struct witness *witness)
{
	struct machine_config config = {.name = "web1",
					.driver = "fake",
					.address = script,
					.on_event = on_event,
					.arg = witness};
	struct dint_error err;

	assert_true(sd_event_new(loop) >= 0);
	assert_works(machine_open(*loop, &config, &witness->machine, &err), &err);
	assert_string_equal(machine_name(witness->machine), "web1");
	/* what stands at the beginning of the script happens out of the loop */
	assert_int_equal(witness->events[MACHINE_CONNECTED], 0);
	assert_true(sd_event_run(*loop, 0) >= 0);
}

static void close_fake(sd_event *loop, struct witness *witness)
{
	machine_close(witness->machine);
	sd_event_unref(loop);
}

static void ask(struct witness *witness, enum machine_operation operation, unsigned deadline_ms)
{
	machine_ask(witness->machine, &(struct machine_request){.operation = operation,
								.deadline_ms = deadline_ms,
								.on_answer = on_answer,
								.arg = witness});
}

static void run_for_answers(sd_event *loop, const struct witness *witness, unsigned answers)
{
	while (witness->answers < answers)
		assert_true(sd_event_run(loop, UINT64_MAX) >= 0);
}

static const struct {
	const char *name, *script;
	enum machine_outcome outcome;
	enum dint_code code;
	const char *words;
	unsigned written; /* how often the NMI left us */
} cases[] = {
	{"answered", "", MACHINE_DONE, DINT_OK, "", 1},
	{"refused", "inject-nmi=refuse", MACHINE_REFUSED, DINT_CONFLICT,
	 "inject-nmi: refused by the fake", 1},
	{"no NMIs here", "inject-nmi=unsupported", MACHINE_REFUSED, DINT_UNSUPPORTED,
	 "machine does not provide NMIs", 1},
	{"fails before a byte", "inject-nmi=unwritten", MACHINE_NOT_WRITTEN, DINT_UNREACHABLE,
	 "could not write", 0},
	{"cannot be written", "inject-nmi=stuck", MACHINE_NOT_WRITTEN, DINT_TIMEOUT,
	 "could not be written within 20 ms", 0},
	{"no answer", "inject-nmi=silent", MACHINE_LOST, DINT_TIMEOUT, "no answer within 20 ms", 1},
	{"connection ends", "inject-nmi=cut", MACHINE_LOST, DINT_UNREACHABLE,
	 "closed the connection", 1},
	{"not there", "down", MACHINE_NOT_WRITTEN, DINT_UNREACHABLE, "the fake is down", 0},
};

static void an_nmi_has_four_outcomes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct witness witness = {0};
		sd_event *loop = NULL;

		open_fake(&loop, cases[i].script, &witness);
		ask(&witness, MACHINE_INJECT_NMI, 20);
		assert_int_equal(witness.answers, 0);
		run_for_answers(loop, &witness, 1);
		if (witness.outcome != cases[i].outcome || witness.error.code != cases[i].code ||
		    !strstr(witness.error.message, cases[i].words))
			fail_msg("%s: %s, %s", cases[i].name, machine_outcome_name(witness.outcome),
				 witness.error.message);
		assert_int_equal(fake_count(fake_of(witness.machine), MACHINE_INJECT_NMI),
				 cases[i].written);
		close_fake(loop, &witness);
		assert_int_equal(witness.answers, 1);
	}
}

static void an_answer_may_ask_for_more(void **state)
{
	struct witness witness = {.asks_again = true};
	sd_event *loop = NULL;

	(void)state;
	open_fake(&loop, "", &witness);
	ask(&witness, MACHINE_STOP, 1000);
	run_for_answers(loop, &witness, 2);
	assert_int_equal(witness.outcome, MACHINE_DONE);
	close_fake(loop, &witness);
}

static void closing_answers_what_is_open(void **state)
{
	struct witness witness = {0};
	sd_event *loop = NULL;

	(void)state;
	open_fake(&loop, "inject-nmi=silent", &witness);
	ask(&witness, MACHINE_INJECT_NMI, 60000);
	assert_true(sd_event_run(loop, 0) >= 0);
	close_fake(loop, &witness);
	assert_int_equal(witness.answers, 1);
	assert_int_equal(witness.outcome, MACHINE_LOST);
	assert_string_equal(witness.error.message, "inject-nmi: machine web1 is closed");
}

static void the_script_has_events(void **state)
{
	struct witness witness = {0};
	sd_event *loop = NULL;

	(void)state;
	open_fake(&loop, "port-opened@open+1 crashloaded@nmi+1 reset@nmi+2", &witness);
	while (!witness.events[MACHINE_PORT_OPENED])
		assert_true(sd_event_run(loop, UINT64_MAX) >= 0);
	assert_int_equal(witness.events[MACHINE_CRASHLOADED], 0);
	ask(&witness, MACHINE_INJECT_NMI, 1000);
	while (!witness.events[MACHINE_WAS_RESET])
		assert_true(sd_event_run(loop, UINT64_MAX) >= 0);
	assert_int_equal(witness.events[MACHINE_CRASHLOADED], 1);
	close_fake(loop, &witness);
}

static void the_log_counts_across_processes(void **state)
{
	char folder[] = "/tmp/fake.XXXXXX", script[64], path[48];
	CLEANUP(buffer_done) struct buffer log = {0};
	struct witness witness = {0};
	struct dint_error err;
	sd_event *loop = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(script, sizeof(script), "log=%s inject-nmi=silent stop=unwritten", path);
	open_fake(&loop, script, &witness);
	ask(&witness, MACHINE_INJECT_NMI, 10);
	ask(&witness, MACHINE_STOP, 1000);
	ask(&witness, MACHINE_STATUS, 1000);
	run_for_answers(loop, &witness, 3);
	close_fake(loop, &witness);
	assert_works(io_read_file(path, 1000, &log, &err), &err);
	assert_non_null(strstr(buffer_text(&log), "inject-nmi\n"));
	assert_non_null(strstr(buffer_text(&log), "status\n"));
	assert_null(strstr(buffer_text(&log), "stop\n"));
	unlink(path);
	rmdir(folder);
}

static void events_are_thinned(void **state)
{
	struct witness witness = {0};
	sd_event *loop = NULL;
	struct fake *fake;

	(void)state;
	open_fake(&loop, "", &witness);
	fake = fake_of(witness.machine);
	for (unsigned i = 0; i < 3; i++)
		fake_tell(fake, MACHINE_WAS_RESET, true, "guest-reset");
	assert_int_equal(witness.events[MACHINE_WAS_RESET], 1);
	fake_disconnect(fake, "gone");
	fake_tell(fake, MACHINE_DISCONNECTED, false, "gone");
	assert_int_equal(witness.events[MACHINE_DISCONNECTED], 1);
	fake_tell(fake, MACHINE_DISCONNECTED, false, "refused");
	assert_int_equal(witness.events[MACHINE_DISCONNECTED], 2);
	fake_connect(fake);
	fake_tell(fake, MACHINE_WATCHDOG, false, "red\x1b[31m\n");
	assert_string_equal(witness.detail, "red\\x1b[31m\\x0a");
	close_fake(loop, &witness);
}

static void a_burst_is_told_once(void **state)
{
	static const struct {
		uint64_t at_ms;
		bool begins;
	} moments[] = {{5000, true}, {5020, false}, {5999, false},
		       {6000, true}, {6500, false}, {60000, true}};
	uint64_t last_us = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(moments); i++)
		assert_int_equal(burst_begins(&last_us, moments[i].at_ms * 1000),
				 moments[i].begins);
}

static void bad_configurations_are_refused(void **state)
{
	static const struct {
		const char *driver, *address, *words;
	} bad[] = {
		{"xen", "", "machine web1: no driver 'xen'"},
		{"fake", "inject-nmi=maybe", "a fake does not know 'inject-nmi=maybe'"},
		{"fake", "explode@nmi+1", "does not know 'explode@nmi+1'"},
		{"fake", "reset@later+1", "does not know 'reset@later+1'"},
		{"fake", "reset@nmi+soon", "does not know"},
		{"fake", "upside-down", "does not know 'upside-down'"},
		{"qmp", "qmp.socket", "neither a socket's path (with a '/') nor HOST:PORT"},
		{"qmp", "example.org:4444", "HOST must be a numeric address or localhost"},
		{"qmp", "::1:4444", "neither"},
		{"qmp", "127.0.0.1:http", "PORT a number"},
		{"qmp",
		 "/tmp/"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "longer than the 107 bytes"},
	};
	sd_event *loop = NULL;

	(void)state;
	assert_true(sd_event_new(&loop) >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct machine_config config = {
			.name = "web1", .driver = bad[i].driver, .address = bad[i].address};
		struct machine *machine = NULL;
		struct dint_error err;

		assert_refused(machine_open(loop, &config, &machine, &err), &err, DINT_BAD_REQUEST,
			       bad[i].words);
		assert_null(machine);
	}
	sd_event_unref(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_nmi_has_four_outcomes),
		cmocka_unit_test(an_answer_may_ask_for_more),
		cmocka_unit_test(closing_answers_what_is_open),
		cmocka_unit_test(the_script_has_events),
		cmocka_unit_test(the_log_counts_across_processes),
		cmocka_unit_test(events_are_thinned),
		cmocka_unit_test(a_burst_is_told_once),
		cmocka_unit_test(bad_configurations_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
