/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "incident/health.h"

#define S   UINT64_C(1000000)
#define NOW (1000 * S)

static const char *const powers[] = {"pending", "running", "stopping", "stopped"};
static const char *const words[] = {"ok", "impaired", "initializing", "insufficient",
				    "not applicable"};

/* want: power, guest, host; since: the guest's, 0 where none is told. */
static const struct {
	const char *name;
	struct health_facts facts;
	const char *want;
	uint64_t since;
	const char *why;
} cases[] = {
	{"running", {.reachable = true, .run_state = "running"}, "running ok ok"},
	{"paused since",
	 {.reachable = true, .run_state = "paused", .run_since_us = 5},
	 "running impaired ok",
	 5,
	 "its CPUs are paused"},
	{"a failed disk",
	 {.reachable = true, .run_state = "io-error", .run_since_us = 5},
	 "running impaired ok",
	 5,
	 "a disk failed"},
	{"internal error",
	 {.reachable = true, .run_state = "internal-error", .run_since_us = 5},
	 "running impaired ok",
	 5},
	{"suspended",
	 {.reachable = true, .run_state = "suspended", .run_since_us = 5},
	 "running impaired ok",
	 5},
	{"watchdog",
	 {.reachable = true, .run_state = "watchdog", .run_since_us = 5},
	 "running impaired ok",
	 5},
	{"panicked",
	 {.reachable = true, .run_state = "guest-panicked", .run_since_us = 5},
	 "running impaired ok",
	 5,
	 "its kernel panicked"},
	{"debugged",
	 {.reachable = true, .run_state = "debug", .run_since_us = 5},
	 "running impaired ok",
	 5},
	{"being saved", {.reachable = true, .run_state = "save-vm"}, "running ok ok"},
	{"being restored", {.reachable = true, .run_state = "restore-vm"}, "running ok ok"},
	{"leaving", {.reachable = true, .run_state = "finish-migrate"}, "running ok ok"},
	{"colo", {.reachable = true, .run_state = "colo"}, "running ok ok"},
	{"not begun", {.reachable = true, .run_state = "prelaunch"}, "pending not applicable ok"},
	{"arriving", {.reachable = true, .run_state = "inmigrate"}, "pending not applicable ok"},
	{"left",
	 {.reachable = true, .run_state = "postmigrate"},
	 "stopped not applicable not applicable"},
	{"shut down",
	 {.reachable = true, .run_state = "shutdown"},
	 "stopped not applicable not applicable"},
	{"shut down, its process gone",
	 {.run_state = "shutdown", .reachable_since_us = 5},
	 "stopped not applicable not applicable"},
	{"a word of a later QEMU", {.reachable = true, .run_state = "hovering"}, "running ok ok"},
	{"never seen",
	 {.run_state = "", .reachable_since_us = 5},
	 "pending not applicable insufficient"},
	{"lost just now",
	 {.run_state = "running", .reachable_since_us = NOW - 5 * S},
	 "running insufficient insufficient"},
	{"lost for long",
	 {.run_state = "running", .reachable_since_us = NOW - 31 * S},
	 "running insufficient impaired",
	 0,
	 "cannot be reached"},
	{"lost while paused",
	 {.run_state = "paused", .run_since_us = 9, .reachable_since_us = NOW - 31 * S},
	 "running impaired impaired",
	 9},
	{"the button was pressed",
	 {.reachable = true, .run_state = "running", .stopping = true},
	 "stopping ok ok"},
	{"obeyed",
	 {.reachable = true, .run_state = "shutdown", .stopping = true},
	 "stopped not applicable not applicable"},
	{"started again",
	 {.run_state = "shutdown", .starting = true, .reachable_since_us = NOW},
	 "pending not applicable insufficient"},

	{"asked for, not sent yet",
	 {.reachable = true, .run_state = "running", .incident = STATE_REQUESTED, .opened_us = 7},
	 "running ok ok"},
	{"interrupted",
	 {.reachable = true, .run_state = "running", .incident = STATE_INJECTED, .opened_us = 7},
	 "running impaired ok",
	 7,
	 "a diagnostic interrupt was sent"},
	{"perhaps interrupted",
	 {.reachable = true, .run_state = "running", .incident = STATE_UNCERTAIN, .opened_us = 7},
	 "running impaired ok",
	 7},
	{"in its capture kernel",
	 {.reachable = true, .run_state = "running", .incident = STATE_CAPTURING, .opened_us = 7},
	 "running impaired ok",
	 7,
	 "its capture kernel saves the memory"},
	{"boots after the capture",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_REBOOTED,
	  .opened_us = 7,
	  .booted_us = NOW - 200 * S},
	 "running initializing ok",
	 7},
	{"up again, its dump on the way",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_TRANSFERRING,
	  .opened_us = 7,
	  .booted_us = NOW - 400 * S,
	  .guest_up_us = NOW - S},
	 "running ok ok"},
	{"its dump on the way from the capture kernel",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_TRANSFERRING,
	  .opened_us = 7,
	  .booted_us = 3},
	 "running impaired ok",
	 7},
	{"dumped from outside, and hung still",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_ANALYSED,
	  .opened_us = 7,
	  .booted_us = 3},
	 "running impaired ok",
	 7,
	 "has not booted since"},
	{"dumped from outside, then reset",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_ANALYSED,
	  .opened_us = 7,
	  .booted_us = NOW - 400 * S},
	 "running ok ok"},
	{"an older dump, handed over by a guest that is up",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_ANALYSED,
	  .opened_us = 7,
	  .guest_up_us = 9},
	 "running ok ok"},
	{"went on",
	 {.reachable = true, .run_state = "running", .incident = STATE_IGNORED, .opened_us = 7},
	 "running ok ok"},
	{"not sent",
	 {.reachable = true, .run_state = "running", .incident = STATE_NOT_SENT, .opened_us = 7},
	 "running ok ok"},
	{"nobody knows",
	 {.reachable = true,
	  .run_state = "running",
	  .incident = STATE_UNCERTAIN_ENDED,
	  .opened_us = 7},
	 "running insufficient ok",
	 7},

	{"boots, without a console",
	 {.reachable = true, .run_state = "running", .booted_us = NOW - 59 * S},
	 "running initializing ok"},
	{"has booted, without a console",
	 {.reachable = true, .run_state = "running", .booted_us = NOW - 60 * S},
	 "running ok ok"},
	{"boots and talks",
	 {.reachable = true,
	  .run_state = "running",
	  .has_console = true,
	  .booted_us = NOW - 100 * S,
	  .console_us = NOW - 14 * S},
	 "running initializing ok"},
	{"has fallen silent",
	 {.reachable = true,
	  .run_state = "running",
	  .has_console = true,
	  .booted_us = NOW - 20 * S,
	  .console_us = NOW - 15 * S},
	 "running ok ok"},
	{"talks for ever",
	 {.reachable = true,
	  .run_state = "running",
	  .has_console = true,
	  .booted_us = NOW - 301 * S,
	  .console_us = NOW},
	 "running ok ok"},
	{"has said nothing since",
	 {.reachable = true,
	  .run_state = "running",
	  .has_console = true,
	  .booted_us = NOW - 30 * S,
	  .console_us = NOW - 31 * S},
	 "running initializing ok"},
	{"its agent is up",
	 {.reachable = true,
	  .run_state = "running",
	  .has_console = true,
	  .booted_us = NOW - 5 * S,
	  .console_us = NOW,
	  .guest_up_us = NOW - S},
	 "running ok ok"},
};

static void facts_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct health_facts facts = cases[i].facts;
		struct health h;
		char got[80];

		facts.now_us = NOW;
		health_judge(&facts, &h);
		snprintf(got, sizeof(got), "%s %s %s", powers[h.power], words[h.guest],
			 words[h.host]);
		print_message("%s\n", cases[i].name);
		assert_string_equal(got, cases[i].want);
		assert_int_equal(h.guest_since_us, cases[i].since);
		if (cases[i].why)
			assert_non_null(strstr(h.why, cases[i].why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(facts_are_judged)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
