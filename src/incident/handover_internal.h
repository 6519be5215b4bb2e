/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What handover.c (the port, files) and handover_stream.c (streams) share. */
#pragma once
#include "channel/host.h"
#include "incident/handover.h"
#include "machine/port.h"

struct handover {
	struct watch *watch;
	struct port *port;
	struct channel_host *host; /* NULL while not connected */
	sd_event_source *timer;
	bool from_capture; /* it is a capture kernel that speaks: its dump is a stream */
	bool has_offer;
	struct channel_offer offer; /* meaningful while has_offer */
	struct transfer *transfer;  /* its dump on the way; NULL: not yet asked for */
	bool done_seen;		    /* the guest has sent all of it */
	bool from_system;	    /* whoever said hello last is no capture kernel */
	unsigned removals; /* of leftovers, under way: until they are over no event is taken */
	void (*then)(struct handover *h); /* … and this is next; or NULL */
};

/* Sends what the port takes; the rest goes when it has drained. */
void handover_flush(struct handover *h);
/* Ends the transfer and forgets the offer; the partial file stays. */
void handover_drop(struct handover *h);
/* Takes the guest's events again. */
void handover_go_on(struct handover *h);
void handover_refuse(struct handover *h, enum channel_refusal code, uint32_t retry_s,
		     const char *words);
/* Whether the dump on offer may come now; refuses it otherwise. */
bool handover_is_welcome(struct handover *h, enum watch_fit fit);
/* For the event that the offer leads to. */
watch_told_fn handover_offer_kept;

/* The offer is a capture kernel's. */
void handover_take_stream(struct handover *h);
/* No stream goes on: what there is of one is removed and the incident told why; noted: also where
 * nothing had come. then, which may be NULL, is called afterwards or at once. */
PRINTF(4, 5)
void handover_lose_stream(struct handover *h, bool noted, void (*then)(struct handover *h),
			  const char *cause, ...);
