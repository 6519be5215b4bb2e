/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps that a capture kernel sends while it makes them. What an earlier one left is removed, and
 * told to the incident, before anything else of the guest's is heard, so that the history has it in
 * its place.
 */
#include <stdarg.h>
#include <stdio.h>

#include "incident/handover_internal.h"
#include "incident/leftover.h"

static void on_removed(struct watch *w)
{
	struct handover *h = w->handover;
	void (*then)(struct handover * h);

	if (!h || --h->removals)
		return;
	then = h->then;
	h->then = NULL;
	if (then)
		then(h);
	handover_go_on(h);
}

static void remove_leftovers(struct handover *h, struct leftover *what,
			     void (*then)(struct handover *h))
{
	what->done = on_removed;
	if (leftover_remove(h->watch, what)) {
		h->removals++;
		h->then = then;
		port_pause(h->port);
	} else if (then) {
		then(h);
	}
}

void handover_lose_stream(struct handover *h, bool noted, void (*then)(struct handover *h),
			  const char *cause, ...)
{
	char words[HAPPENING_CAUSE_BYTES];
	struct leftover what = {.noted = noted, .cause = words};
	va_list args;

	va_start(args, cause);
	vsnprintf(words, sizeof(words), cause, args);
	va_end(args);
	remove_leftovers(h, &what, then);
}

static void offered(struct handover *h)
{
	struct happening what = {.event = EVENT_STREAM, .told = handover_offer_kept, .arg = h};
	enum watch_fit fit = watch_fits_stream(h->watch);

	if (!h->has_offer || !handover_is_welcome(h, fit))
		return;
	what.opens_new = fit == FIT_NEW;
	snprintf(what.cause, sizeof(what.cause), "the capture kernel sends its dump, %s",
		 h->offer.name);
	watch_happen(h->watch, &what);
}

void handover_take_stream(struct handover *h)
{
	struct leftover earlier = {.keep = &h->offer.id,
				   .cause = "the capture kernel's dump is begun again"};

	remove_leftovers(h, &earlier, offered);
}
