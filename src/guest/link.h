/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port and the channel over it: opened when it appears, begun anew when a host comes, written
 * as far as it takes bytes. One round of a program that has a link:
 *
 *	look → (read → take the channel's events)… → tick → (say something → write)… → wait
 */
#pragma once
#include "channel/guest.h"
#include "guest/port.h"

#define GUEST_STEPS_AT_ONCE 64 /* pieces of a dump before the port is read again */

struct guest_link {
	const struct guest_options *options;
	struct channel_guest *channel;
	struct guest_port port;
	int epoll_fd;	   /* more may be put into it, edge-triggered, by descriptor */
	uint64_t now_ms;   /* as last looked at the clock */
	uint64_t heard_ms; /* when bytes came last; 0: never */
	bool interrupted;  /* the host came or went: what was on offer is void. Whoever sees it
			    * clears it. */
	struct dint_error no_port; /* why it could not be opened last */
	bool told_no_port;
	uint64_t open_ms, look_ms, write_ms; /* when to try again; 0: at once */
	uint64_t open_pause_ms, look_pause_ms, write_pause_ms;
};

bool guest_link_init(struct guest_link *link, const struct guest_options *options,
		     enum channel_role role, struct dint_error *err);
void guest_link_done(struct guest_link *link);

/* Opens the port when that is due and learns who is there; true while somebody is. */
bool guest_link_look(struct guest_link *link);
/* Feeds the channel what can be read; true when there was something: take events, and again. */
bool guest_link_read(struct guest_link *link);
/* Writes a piece of the channel's output; false when no more goes out for now. */
bool guest_link_write(struct guest_link *link);
/* When the link itself is due; UINT64_MAX: when something wakes it. */
uint64_t guest_link_due(const struct guest_link *link);
/* Sleeps until then, or until a descriptor wakes it. */
bool guest_link_wait(struct guest_link *link, uint64_t until_ms, struct dint_error *err);

static inline uint64_t guest_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}
