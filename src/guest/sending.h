/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One dump on its way: read in pieces, summed up as it goes. When the host has a part already, that
 * part is read again for the sum, a little at each call, so that pings are answered meanwhile.
 */
#pragma once
#include "base/sha256.h"
#include "channel/guest.h"
#include "guest/scan.h"

struct guest_sending {
	bool active; /* offered and not settled */
	bool accepted;
	bool withdrawn; /* the dump was not what it had been; whoever sees this looks anew */
	int fd;		/* -1 while not accepted */
	struct guest_dump dump;
	struct sha256 hash; /* over the first at bytes */
	uint64_t at;
	uint64_t from; /* where sending begins */
};

enum guest_step {
	GUEST_STEP_MORE, /* call again */
	GUEST_STEP_WAIT, /* nothing to do until the host says something or the output is sent */
};

/* Offers it. */
void guest_sending_offer(struct guest_sending *sending, struct channel_guest *channel,
			 const struct guest_dump *dump);
/* The host wants it from there. A dump that cannot be opened is withdrawn. */
void guest_sending_accept(struct guest_sending *sending, struct channel_guest *channel,
			  const char *crash_directory, uint64_t from);
/* Reads a piece: into the sum, or into the channel as far as its window and output allow. */
enum guest_step guest_sending_step(struct guest_sending *sending, struct channel_guest *channel);
/* Forgets it; nothing is said. */
void guest_sending_drop(struct guest_sending *sending);
