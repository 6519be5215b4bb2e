/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of an incident as a table: state × event → next state and action. No socket, file or
 * clock is in it: an event comes in, a next state and what to do come out.
 *
 * To add a state or an event: name it here, give it its line in states.c (in every state, for an
 * event), and run ./check: a missing cell fails, and the drawing in ARCHITECTURE.md is made anew.
 */
#pragma once
#include <stdbool.h>

enum incident_state {
	STATE_NONE,	       /* no incident of this machine is open */
	STATE_REQUESTED,       /* asked for; evidence that the NMI would destroy is being kept */
	STATE_INJECTING,       /* the intent is durable; not a byte has gone before */
	STATE_INJECTED,	       /* the driver answered */
	STATE_UNCERTAIN,       /* written or perhaps written, and no answer */
	STATE_PANICKED,	       /* the guest's kernel panicked */
	STATE_CAPTURING,       /* its capture kernel runs */
	STATE_STREAMING,       /* … and sends the dump as it writes it */
	STATE_REBOOTED,	       /* the machine was reset; the dump may be handed over now */
	STATE_TRANSFERRING,    /* the dump is on its way */
	STATE_CAPTURE_STALLED, /* nothing more from the guest: its memory is dumped from outside */
	STATE_CAPTURED,	       /* a dump is safe */
	STATE_ANALYSED,	       /* … and read: from here on, the end states */
	STATE_CAPTURED_UNREADABLE,
	STATE_IGNORED, /* the guest took the NMI and went on */
	STATE_NOT_SENT,
	STATE_UNCERTAIN_ENDED, /* called "uncertain" too; only a person injects again */
	STATE_REBOOTED_WITHOUT_DUMP,
	STATE_NO_DUMP,
	STATE_MACHINE_GONE,
	STATES,
};

enum incident_event {
	EVENT_NONE,
	/* what a person or the daemon itself does */
	EVENT_SEND,	  /* somebody asks for the interrupt */
	EVENT_SEND_AGAIN, /* … knowing that an earlier one may have arrived */
	EVENT_RESTART,	  /* the daemon started and found the incident so */
	EVENT_STALE,	  /* the same, longer ago than the panic deadline */
	EVENT_DEADLINE,	  /* the state's deadline passed */
	/* the injection */
	EVENT_PREPARED,	   /* evidence is kept, or its second is over */
	EVENT_ANSWERED,	   /* the driver: done */
	EVENT_REFUSED,	   /* the driver: no */
	EVENT_NOT_WRITTEN, /* no byte left us */
	EVENT_ANSWER_LOST, /* some may have, and no answer came */
	/* signs of the guest */
	EVENT_ALIVE,	   /* it took the NMI and goes on */
	EVENT_PANIC,	   /* it panicked, and no capture kernel is loaded */
	EVENT_CRASHLOADED, /* it panicked, and one is */
	EVENT_CAPTURE,	   /* the capture kernel runs */
	EVENT_PROGRESS,	   /* … and gets on */
	EVENT_RESET,	   /* the machine was reset */
	EVENT_SYSTEM_UP,   /* dint-guest speaks from another boot than before */
	EVENT_GONE,	   /* the machine's process ended */
	/* the dump */
	EVENT_OFFERED,	   /* the guest offers one */
	EVENT_STREAM,	   /* its capture kernel offers one, which is being made */
	EVENT_STREAM_LOST, /* that one will not come to its end */
	EVENT_NOTHING,	   /* the guest, up again, has none */
	EVENT_RECEIVED,	   /* more of it is safe */
	EVENT_STORED,
	EVENT_HOST_DUMPED,
	EVENT_HOST_DUMP_FAILED,
	EVENT_ANALYSED,
	EVENT_UNREADABLE,
	EVENTS,
};

enum incident_action {
	ACTION_NONE,
	ACTION_OPEN,   /* a new incident takes the event, by the line of STATE_NONE */
	ACTION_JOIN,   /* tell the caller of this incident; nothing else happens */
	ACTION_RESUME, /* do again what was intended when the daemon died; never an injection */
	ACTION_EXTEND, /* the deadline starts anew */
	ACTION_PREPARE,
	ACTION_INJECT,
	ACTION_HOST_DUMP,
	ACTION_RECEIVE,
	ACTION_ANALYSE,
	ACTIONS,
};

/* Which of a machine's deadlines runs in a state; it starts when the state is entered. */
enum incident_deadline { DEADLINE_NONE, DEADLINE_PANIC, DEADLINE_CAPTURE, DEADLINE_HANDOVER };

struct transition {
	enum incident_state next; /* STATE_NONE: this cell says "stays" */
	enum incident_action action;
	bool listed; /* false only where states.c forgot the cell */
};

/* What happens in a state on an event; next is filled in where the state stays. */
struct transition state_transition(enum incident_state state, enum incident_event event);

/* The state's name as stored and shown; both UNCERTAIN states are "uncertain". */
const char *state_name(enum incident_state state);
/* Back from a stored name and whether the incident had ended; STATE_NONE for a name that is none.
 */
enum incident_state state_from_name(const char *name, bool ended);
bool state_ends(enum incident_state state);
enum incident_deadline state_deadline(enum incident_state state);
/* One sentence for a person. */
const char *state_summary(enum incident_state state);

const char *event_name(enum incident_event event);
const char *action_name(enum incident_action action);
enum incident_action action_from_name(const char *name);
