/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "incident/states.h"

static void every_state_has_a_cell_for_every_event(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE; s < STATES; s++)
		for (enum incident_event e = EVENT_NONE + 1; e < EVENTS; e++) {
			struct transition cell = state_transition(s, e);

			if (!cell.listed)
				fail_msg("%s × %s is not in the table", state_name(s),
					 event_name(e));
			assert_in_range(cell.next, STATE_NONE, STATES - 1);
		}
}

/* The promise: one injection a request. */
static void an_nmi_leaves_one_state_by_one_event(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE; s < STATES; s++)
		for (enum incident_event e = EVENT_NONE + 1; e < EVENTS; e++)
			if (state_transition(s, e).action == ACTION_INJECT) {
				assert_int_equal(s, STATE_REQUESTED);
				assert_int_equal(e, EVENT_PREPARED);
				assert_int_equal(state_transition(s, e).next, STATE_INJECTING);
			}
}

/* Once the intent is durable, only a person's word leads back to where an NMI is sent. */
static void only_a_person_asks_again(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_INJECTING; s < STATES; s++)
		for (enum incident_event e = EVENT_NONE + 1; e < EVENTS; e++)
			if (state_transition(s, e).next == STATE_REQUESTED)
				assert_int_equal(e, EVENT_SEND_AGAIN);
}

static void a_restart_never_injects(void **state)
{
	(void)state;
	assert_int_equal(state_transition(STATE_INJECTING, EVENT_RESTART).next, STATE_UNCERTAIN);
	assert_int_equal(state_transition(STATE_REQUESTED, EVENT_STALE).next, STATE_NOT_SENT);
	for (enum incident_state s = STATE_NONE; s < STATES; s++) {
		assert_int_not_equal(state_transition(s, EVENT_RESTART).next, STATE_INJECTING);
		assert_int_not_equal(state_transition(s, EVENT_STALE).next, STATE_INJECTING);
	}
}

static void an_open_incident_is_joined(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE + 1; s < STATES; s++) {
		enum incident_action action = state_transition(s, EVENT_SEND).action;

		if (s == STATE_UNCERTAIN_ENDED || !state_ends(s))
			assert_int_equal(action, ACTION_JOIN);
		else
			assert_int_equal(action, ACTION_OPEN);
	}
}

/* From the request, every open state reaches an end by nothing but its deadlines and failures. */
static void every_open_state_can_end(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE + 1; s < STATES; s++) {
		bool reached[STATES] = {0};
		bool ends = state_ends(s);

		reached[s] = true;
		for (unsigned round = 0; round < STATES; round++)
			for (enum incident_state at = STATE_NONE + 1; at < STATES; at++)
				for (enum incident_event e = EVENT_NONE + 1;
				     reached[at] && e < EVENTS; e++) {
					enum incident_state next = state_transition(at, e).next;

					reached[next] = true;
					ends |= state_ends(next) && next != STATE_NONE;
				}
		if (!ends)
			fail_msg("%s never ends", state_name(s));
	}
}

/* A stream is made by the capture kernel and lost with it: nothing of the kind takes it up again.
 */
static void a_stream_ends_with_its_kernel(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE; s < STATES; s++) {
		struct transition cell = state_transition(s, EVENT_STREAM);

		if (cell.action == ACTION_OPEN)
			cell = state_transition(STATE_NONE, EVENT_STREAM);
		assert_int_equal(cell.next, STATE_STREAMING);
		assert_int_equal(cell.action, ACTION_RECEIVE);
	}
	assert_int_equal(state_transition(STATE_STREAMING, EVENT_RESET).next, STATE_REBOOTED);
	assert_int_equal(state_transition(STATE_STREAMING, EVENT_STREAM_LOST).next,
			 STATE_CAPTURING);
	assert_int_equal(state_transition(STATE_STREAMING, EVENT_DEADLINE).action,
			 ACTION_HOST_DUMP);
	assert_int_equal(state_transition(STATE_STREAMING, EVENT_RECEIVED).action, ACTION_EXTEND);
}

/* Also where the machine did not wait for the word of it. */
static void a_dump_that_was_stored_counts(void **state)
{
	static const enum incident_state states[] = {STATE_STREAMING, STATE_TRANSFERRING,
						     STATE_REBOOTED,  STATE_CAPTURE_STALLED,
						     STATE_NO_DUMP,   STATE_MACHINE_GONE};

	(void)state;
	for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct transition cell = state_transition(states[i], EVENT_STORED);

		assert_int_equal(cell.next, STATE_CAPTURED);
		assert_int_equal(cell.action, ACTION_ANALYSE);
	}
}

static void names_lead_back(void **state)
{
	(void)state;
	for (enum incident_state s = STATE_NONE + 1; s < STATES; s++)
		assert_int_equal(state_from_name(state_name(s), state_ends(s)), s);
	assert_int_equal(state_from_name("nonsense", false), STATE_NONE);
	assert_string_equal(state_name(STATE_UNCERTAIN), state_name(STATE_UNCERTAIN_ENDED));
	for (enum incident_action a = 0; a < ACTIONS; a++)
		assert_int_equal(action_from_name(action_name(a)), a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_cell_for_every_event),
		cmocka_unit_test(an_nmi_leaves_one_state_by_one_event),
		cmocka_unit_test(only_a_person_asks_again),
		cmocka_unit_test(a_restart_never_injects),
		cmocka_unit_test(an_open_incident_is_joined),
		cmocka_unit_test(every_open_state_can_end),
		cmocka_unit_test(a_stream_ends_with_its_kernel),
		cmocka_unit_test(a_dump_that_was_stored_counts),
		cmocka_unit_test(names_lead_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
