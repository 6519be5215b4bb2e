/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stream from a capture kernel leaves when it is cut off: a partial file that nobody can go
 * on with, since the command that made the stream is gone with its kernel. It is removed, and the
 * incident's history says how much was lost.
 *
 * The partial files of streams are named INSTANCE-stream-OFFER, so that a dintd that was started
 * again knows them too.
 */
#pragma once
#include "incident/watch.h"

/* The name of an offer's partial file; the caller's to free. */
char *leftover_id(const struct watch *watch, const struct channel_id *offer);

struct leftover {
	const struct channel_id *keep; /* the stream that goes on; NULL: none does */
	bool noted;		       /* also when nothing of it had come */
	const char *cause;
	void (*done)(struct watch *watch); /* out of the loop; not when that is being left */
};

/* Removes them on the machine's worker, in order with its transfers, then tells the incident, then
 * the caller. False, and done is not called, when there is nothing to do. */
bool leftover_remove(struct watch *watch, const struct leftover *what);
