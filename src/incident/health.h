/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a machine is, from what dintd knows of it: its hypervisor's word, its incident, its boots,
 * the guest's own word and its console's last byte. No socket, file or clock is in it.
 *
 * A machine that was interrupted is impaired until it boots again, then initializing until it is
 * plainly up, then ok: people who wait for `ok` get what they mean.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "incident/states.h"

/* A connection that was lost for less is no news yet. */
#define HEALTH_LOST_US (30 * UINT64_C(1000000))
/* A guest whose console has been silent for so long after it booted has booted. */
#define HEALTH_QUIET_US (15 * UINT64_C(1000000))
/* … and one that has no console, … */
#define HEALTH_BLIND_US (60 * UINT64_C(1000000))
/* … and one that goes on talking. */
#define HEALTH_BOOT_US (300 * UINT64_C(1000000))

enum health_power {
	HEALTH_PENDING,	 /* never seen, or not begun */
	HEALTH_RUNNING,	 /* also while it stands still: it is not off */
	HEALTH_STOPPING, /* somebody pressed the power button */
	HEALTH_STOPPED,
};

enum health_word {
	HEALTH_OK,
	HEALTH_IMPAIRED,
	HEALTH_INITIALIZING,
	HEALTH_INSUFFICIENT, /* nothing can be said */
	HEALTH_NOT_APPLICABLE,
};

/* Times are wall clock; 0: never. */
struct health_facts {
	uint64_t now_us;
	bool reachable;
	uint64_t reachable_since_us; /* … or not */
	const char *run_state;	     /* the hypervisor's word, last known; "": never known */
	uint64_t run_since_us;
	uint64_t booted_us;   /* its last reset or start that was seen */
	uint64_t guest_up_us; /* when dint-guest last said hello from the system */
	bool has_console;
	uint64_t console_us; /* when its last byte came */
	bool stopping, starting;
	enum incident_state incident; /* the latest */
	uint64_t opened_us;
};

struct health {
	enum health_power power;
	enum health_word guest, host; /* the machine itself; whether its hypervisor is reached */
	uint64_t guest_since_us, host_since_us; /* impaired since */
	const char *why;			/* the guest's word in words; NULL: all is well */
};

void health_judge(const struct health_facts *facts, struct health *health);
/* Whether there is no use in asking the guest for anything: it will not answer. */
bool health_is_hung(const struct health *health);

struct watch;
void health_of(const struct watch *watch, struct health *health);
