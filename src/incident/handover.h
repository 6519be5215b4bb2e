/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's end of a machine's port: what dint-guest tells, and the dump it hands over.
 *
 *	port → channel_host → events → (data) worker: append, hash, sync → acknowledge
 *
 * The guest is not trusted: sizes, sums and names are held to what was announced. What is
 * acknowledged is synced. Memory stays flat: above HANDOVER_PENDING_BYTES the port is not read.
 */
#pragma once
#include "incident/watch.h"

#define HANDOVER_PENDING_BYTES (4u << 20)
/* A dump that is refused for a reason that may pass is offered again after this. */
#define HANDOVER_RETRY_S 30
/* … for want of space on the host. */
#define HANDOVER_SPACE_S 300
/* … where the one before is only being read. */
#define HANDOVER_READING_S 1

struct handover;

/* Connects to the machine's channel; nothing to do where none is configured (*handover NULL). */
bool handover_open(struct watch *watch, struct handover **handover, struct dint_error *err);
void handover_close(struct handover *handover);

/* The action: the offer that led to it is durable, take the dump. After a restart there is no offer
 * yet, and nothing happens until the guest makes it again. */
void handover_receive(struct watch *watch);
/* Asks the guest to look at itself again; false when no guest is there. */
bool handover_ask_readiness(struct handover *handover);
