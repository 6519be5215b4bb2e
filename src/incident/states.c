/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every state × event of an incident.
 *
 *	requested → injecting → injected → panicked → capturing → rebooted → transferring → captured
 *	         → analysed, and the ways out of it that each state's block names. A capture kernel
 *	         with dint-guest in it takes the short way: capturing → streaming → captured.
 *
 * One promise stands above all: ACTION_INJECT appears once, and only a person's EVENT_SEND_AGAIN
 * leads back to where it can happen again.
 */
#include "incident/states.h"

#include <stddef.h>
#include <string.h>

#include "base/units.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *summary;
	bool ends;
	enum incident_deadline deadline;
} states[STATES] = {
	[STATE_NONE]                  = {"none", "no incident", true, DEADLINE_NONE},
	[STATE_REQUESTED]             = {"requested", "accepted; keeping the evidence that the NMI would destroy", false, DEADLINE_NONE},
	[STATE_INJECTING]             = {"injecting", "sending the NMI", false, DEADLINE_PANIC},
	[STATE_INJECTED]              = {"injected", "NMI sent; waiting for the kernel to panic", false, DEADLINE_PANIC},
	[STATE_UNCERTAIN]             = {"uncertain", "the NMI may have been sent; waiting for a sign of it", false, DEADLINE_PANIC},
	[STATE_PANICKED]              = {"panicked", "the kernel panicked", false, DEADLINE_CAPTURE},
	[STATE_CAPTURING]             = {"capturing", "the capture kernel writes the dump", false, DEADLINE_CAPTURE},
	[STATE_STREAMING]             = {"streaming", "the capture kernel sends the dump as it writes it", false, DEADLINE_CAPTURE},
	[STATE_REBOOTED]              = {"rebooted", "the machine boots again; waiting for its dump", false, DEADLINE_HANDOVER},
	[STATE_TRANSFERRING]          = {"transferring", "the dump is coming in", false, DEADLINE_HANDOVER},
	[STATE_CAPTURE_STALLED]       = {"capture-stalled", "no sign of a capture; dumping the memory from outside", false, DEADLINE_CAPTURE},
	[STATE_CAPTURED]              = {"captured", "the dump is safe; reading it", false, DEADLINE_NONE},
	[STATE_ANALYSED]              = {"analysed", "the dump is safe and was read", true, DEADLINE_NONE},
	[STATE_CAPTURED_UNREADABLE]   = {"captured-unreadable", "the dump is safe, and could not be read", true, DEADLINE_NONE},
	[STATE_IGNORED]               = {"ignored", "the kernel took the NMI and went on", true, DEADLINE_NONE},
	[STATE_NOT_SENT]              = {"not-sent", "no NMI was sent", true, DEADLINE_NONE},
	[STATE_UNCERTAIN_ENDED]       = {"uncertain", "whether the NMI was sent is not known, and nothing came of it", true, DEADLINE_NONE},
	[STATE_REBOOTED_WITHOUT_DUMP] = {"rebooted-without-dump", "the machine rebooted and has no dump", true, DEADLINE_NONE},
	[STATE_NO_DUMP]               = {"no-dump", "no dump could be made", true, DEADLINE_NONE},
	[STATE_MACHINE_GONE]          = {"machine-gone", "the machine's process ended", true, DEADLINE_NONE},
};

static const char *const events[EVENTS] = {
	[EVENT_NONE] = "none", [EVENT_SEND] = "send", [EVENT_SEND_AGAIN] = "send-again",
	[EVENT_RESTART] = "restart", [EVENT_STALE] = "stale", [EVENT_DEADLINE] = "deadline",
	[EVENT_PREPARED] = "prepared", [EVENT_ANSWERED] = "answered", [EVENT_REFUSED] = "refused",
	[EVENT_NOT_WRITTEN] = "not-written", [EVENT_ANSWER_LOST] = "answer-lost",
	[EVENT_ALIVE] = "alive", [EVENT_PANIC] = "panic", [EVENT_CRASHLOADED] = "crashloaded",
	[EVENT_CAPTURE] = "capture", [EVENT_PROGRESS] = "progress", [EVENT_RESET] = "reset",
	[EVENT_SYSTEM_UP] = "system-up", [EVENT_GONE] = "gone", [EVENT_OFFERED] = "offered",
	[EVENT_STREAM] = "stream", [EVENT_STREAM_LOST] = "stream-lost",
	[EVENT_NOTHING] = "nothing", [EVENT_RECEIVED] = "received", [EVENT_STORED] = "stored",
	[EVENT_HOST_DUMPED] = "host-dumped", [EVENT_HOST_DUMP_FAILED] = "host-dump-failed",
	[EVENT_ANALYSED] = "analysed", [EVENT_UNREADABLE] = "unreadable",
};

static const char *const actions[ACTIONS] = {
	[ACTION_NONE] = "none", [ACTION_OPEN] = "open", [ACTION_JOIN] = "join",
	[ACTION_RESUME] = "resume", [ACTION_EXTEND] = "extend", [ACTION_PREPARE] = "prepare",
	[ACTION_INJECT] = "inject", [ACTION_HOST_DUMP] = "host-dump",
	[ACTION_RECEIVE] = "receive", [ACTION_ANALYSE] = "analyse",
};

#define GO(state)            {STATE_##state, ACTION_NONE, true}
#define GO_DO(state, action) {STATE_##state, ACTION_##action, true}
#define DO(action)           {STATE_NONE, ACTION_##action, true}
#define STAY                 {STATE_NONE, ACTION_NONE, true}

/* What a crash that nobody asked for, a dump that fits no incident, and a person do to a machine
 * whose last incident has ended: a new one, by the line of STATE_NONE. */
#define OPENS_NEW                                                                                  \
	[EVENT_SEND] = DO(OPEN), [EVENT_PANIC] = DO(OPEN), [EVENT_CRASHLOADED] = DO(OPEN),         \
	[EVENT_CAPTURE] = DO(OPEN), [EVENT_PROGRESS] = DO(OPEN)

/* An ended incident hears nothing more of its injection, its deadline or the guest's going on. */
#define OVER                                                                                       \
	[EVENT_RESTART ... EVENT_ALIVE] = STAY, [EVENT_RESET ... EVENT_GONE] = STAY,               \
	[EVENT_NOTHING ... EVENT_RECEIVED] = STAY, [EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY

/* An end without a dump is taken up again by a dump that comes late. */
#define TAKEN_UP_BY_A_DUMP                                                                         \
	[EVENT_OFFERED] = GO_DO(TRANSFERRING, RECEIVE), STREAMS,                                   \
	[EVENT_STORED] = GO_DO(CAPTURED, ANALYSE),                                                 \
	[EVENT_HOST_DUMPED] = GO_DO(CAPTURED, ANALYSE), [EVENT_HOST_DUMP_FAILED] = STAY

/* The injection's own answers, where the injection is behind us or not yet due. */
#define INJECTION_OVER [EVENT_PREPARED ... EVENT_ANSWER_LOST] = STAY

#define JOINED [EVENT_SEND ... EVENT_SEND_AGAIN] = DO(JOIN)

/* The guest panics: without a capture kernel its memory is dumped from outside, else that writes. */
#define SIGNS_OF_PANIC                                                                             \
	[EVENT_PANIC] = GO_DO(PANICKED, HOST_DUMP), [EVENT_CRASHLOADED] = GO(PANICKED),            \
	[EVENT_CAPTURE] = GO(CAPTURING), [EVENT_PROGRESS] = GO(CAPTURING)

/* A capture kernel sends its dump while it makes it: a sign of panic too, wherever it comes. */
#define STREAMS [EVENT_STREAM] = GO_DO(STREAMING, RECEIVE), [EVENT_STREAM_LOST] = STAY

#define REBOOTS [EVENT_RESET] = GO(REBOOTED), [EVENT_SYSTEM_UP] = GO(REBOOTED)

/* The daemon was started again: what was intended is done again, and an injection is none of it. */
#define RESUMED [EVENT_RESTART ... EVENT_STALE] = DO(RESUME)

static const struct transition table[STATES][EVENTS] = {
	[STATE_NONE] = {
		[EVENT_SEND]             = GO_DO(REQUESTED, PREPARE),
		[EVENT_SEND_AGAIN]       = GO_DO(REQUESTED, PREPARE),
		[EVENT_RESTART ... EVENT_ALIVE] = STAY,
		SIGNS_OF_PANIC,
		[EVENT_RESET ... EVENT_GONE] = STAY,
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_REQUESTED] = {
		JOINED,
		[EVENT_RESTART]          = DO(RESUME),
		[EVENT_STALE]            = GO(NOT_SENT),
		[EVENT_DEADLINE]         = STAY,
		[EVENT_PREPARED]         = GO_DO(INJECTING, INJECT),
		[EVENT_ANSWERED]         = STAY,
		[EVENT_REFUSED]          = GO(NOT_SENT),
		[EVENT_NOT_WRITTEN]      = GO(NOT_SENT),
		[EVENT_ANSWER_LOST]      = STAY,
		[EVENT_ALIVE]            = STAY,
		SIGNS_OF_PANIC,
		[EVENT_RESET]            = GO(NOT_SENT),
		[EVENT_SYSTEM_UP]        = GO(NOT_SENT),
		[EVENT_GONE]             = GO(NOT_SENT),
		[EVENT_OFFERED]          = STAY,
		STREAMS,
		[EVENT_NOTHING ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_INJECTING] = {
		JOINED,
		[EVENT_RESTART]          = GO(UNCERTAIN),
		[EVENT_STALE]            = GO(UNCERTAIN),
		[EVENT_DEADLINE]         = GO(UNCERTAIN),
		[EVENT_PREPARED]         = STAY,
		[EVENT_ANSWERED]         = GO(INJECTED),
		[EVENT_REFUSED]          = GO(NOT_SENT),
		[EVENT_NOT_WRITTEN]      = GO(NOT_SENT),
		[EVENT_ANSWER_LOST]      = GO(UNCERTAIN),
		[EVENT_ALIVE]            = GO(IGNORED),
		SIGNS_OF_PANIC,
		REBOOTS,
		[EVENT_GONE]             = GO(UNCERTAIN),
		[EVENT_OFFERED]          = STAY,
		STREAMS,
		[EVENT_NOTHING ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_INJECTED] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_ALIVE]            = GO(IGNORED),
		SIGNS_OF_PANIC,
		REBOOTS,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_UNCERTAIN] = {
		[EVENT_SEND]             = DO(JOIN),
		[EVENT_SEND_AGAIN]       = GO_DO(REQUESTED, PREPARE),
		RESUMED,
		[EVENT_DEADLINE]         = GO(UNCERTAIN_ENDED),
		[EVENT_PREPARED]         = STAY,
		[EVENT_ANSWERED]         = GO(INJECTED),
		[EVENT_REFUSED]          = GO(NOT_SENT),
		[EVENT_NOT_WRITTEN]      = GO(NOT_SENT),
		[EVENT_ANSWER_LOST]      = STAY,
		[EVENT_ALIVE]            = GO(IGNORED),
		SIGNS_OF_PANIC,
		REBOOTS,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_PANICKED] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_ALIVE]            = STAY,
		[EVENT_PANIC]            = STAY,
		[EVENT_CRASHLOADED]      = STAY,
		[EVENT_CAPTURE]          = GO(CAPTURING),
		[EVENT_PROGRESS]         = GO(CAPTURING),
		REBOOTS,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_STORED] = STAY,
		[EVENT_HOST_DUMPED]      = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMP_FAILED] = GO(NO_DUMP),
		[EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_CAPTURING] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_ALIVE]            = STAY,
		[EVENT_PANIC]            = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_CRASHLOADED]      = STAY,
		[EVENT_CAPTURE]          = STAY,
		[EVENT_PROGRESS]         = DO(EXTEND),
		REBOOTS,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_STORED] = STAY,
		[EVENT_HOST_DUMPED]      = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMP_FAILED] = STAY,
		[EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_STREAMING] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_ALIVE]            = STAY,
		[EVENT_PANIC]            = GO_DO(CAPTURE_STALLED, HOST_DUMP),
		[EVENT_CRASHLOADED ... EVENT_PROGRESS] = STAY,
		REBOOTS,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		[EVENT_STREAM]           = GO_DO(STREAMING, RECEIVE),
		[EVENT_STREAM_LOST]      = GO(CAPTURING),
		[EVENT_NOTHING]          = STAY,
		[EVENT_RECEIVED]         = DO(EXTEND),
		[EVENT_STORED]           = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMPED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_REBOOTED] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO(REBOOTED_WITHOUT_DUMP),
		[EVENT_ALIVE]            = STAY,
		SIGNS_OF_PANIC,
		[EVENT_RESET]            = STAY,
		[EVENT_SYSTEM_UP]        = STAY,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING]          = GO(REBOOTED_WITHOUT_DUMP),
		[EVENT_RECEIVED]         = STAY,
		[EVENT_STORED]           = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMPED]      = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMP_FAILED] = STAY,
		[EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_TRANSFERRING] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO(NO_DUMP),
		[EVENT_ALIVE ... EVENT_PROGRESS] = STAY,
		[EVENT_RESET ... EVENT_SYSTEM_UP] = STAY,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING]          = STAY,
		[EVENT_RECEIVED]         = DO(EXTEND),
		[EVENT_STORED]           = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMPED]      = STAY,
		[EVENT_HOST_DUMP_FAILED] = STAY,
		[EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_CAPTURE_STALLED] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = GO(NO_DUMP),
		[EVENT_ALIVE ... EVENT_PROGRESS] = STAY,
		[EVENT_RESET ... EVENT_SYSTEM_UP] = STAY,
		[EVENT_GONE]             = GO(MACHINE_GONE),
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_RECEIVED] = STAY,
		[EVENT_STORED]           = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMPED]      = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMP_FAILED] = GO(NO_DUMP),
		[EVENT_ANALYSED ... EVENT_UNREADABLE] = STAY,
	},
	[STATE_CAPTURED] = {
		JOINED, INJECTION_OVER,
		RESUMED,
		[EVENT_DEADLINE]         = STAY,
		[EVENT_ALIVE ... EVENT_GONE] = STAY,
		[EVENT_OFFERED]          = GO_DO(TRANSFERRING, RECEIVE),
		STREAMS,
		[EVENT_NOTHING ... EVENT_RECEIVED] = STAY,
		[EVENT_STORED]           = GO_DO(CAPTURED, ANALYSE),
		[EVENT_HOST_DUMPED ... EVENT_HOST_DUMP_FAILED] = STAY,
		[EVENT_ANALYSED]         = GO(ANALYSED),
		[EVENT_UNREADABLE]       = GO(CAPTURED_UNREADABLE),
	},
	[STATE_ANALYSED]              = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_CAPTURED_UNREADABLE]   = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_IGNORED]               = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_NOT_SENT]              = {OVER, OPENS_NEW, [EVENT_OFFERED ... EVENT_STREAM] = DO(OPEN), [EVENT_STREAM_LOST] = STAY,
					 [EVENT_STORED ... EVENT_HOST_DUMP_FAILED] = STAY, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_UNCERTAIN_ENDED] = {
		OVER, TAKEN_UP_BY_A_DUMP,
		[EVENT_SEND]             = DO(JOIN),
		[EVENT_SEND_AGAIN]       = GO_DO(REQUESTED, PREPARE),
		SIGNS_OF_PANIC,
	},
	[STATE_REBOOTED_WITHOUT_DUMP] = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_NO_DUMP]               = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
	[STATE_MACHINE_GONE]          = {OVER, OPENS_NEW, TAKEN_UP_BY_A_DUMP, [EVENT_SEND_AGAIN] = DO(OPEN)},
};
/* clang-format on */

struct transition state_transition(enum incident_state state, enum incident_event event)
{
	struct transition cell = table[state][event];

	if (cell.next == STATE_NONE)
		cell.next = state;
	return cell;
}

const char *state_name(enum incident_state state)
{
	return states[state].name;
}

enum incident_state state_from_name(const char *name, bool ended)
{
	for (enum incident_state state = STATE_NONE + 1; state < STATES; state++)
		if (states[state].ends == ended && !strcmp(states[state].name, name))
			return state;
	return STATE_NONE;
}

bool state_ends(enum incident_state state)
{
	return states[state].ends;
}

enum incident_deadline state_deadline(enum incident_state state)
{
	return states[state].deadline;
}

const char *state_summary(enum incident_state state)
{
	return states[state].summary;
}

const char *event_name(enum incident_event event)
{
	return events[event];
}

const char *action_name(enum incident_action action)
{
	return actions[action];
}

enum incident_action action_from_name(const char *name)
{
	for (enum incident_action action = 0; action < ACTIONS; action++)
		if (!strcmp(actions[action], name))
			return action;
	return ACTION_NONE;
}
