/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two programs around the two ends of a channel, joined in memory: a guest with one dump, and a
 * host with a disk. What is durable outlives both; a fault strikes at one byte of one direction.
 */
#pragma once
#include "../check.h"

#include "base/buffer.h"
#include "channel/channel.h"

#define DUMP_BYTES  300
#define PIECE_BYTES 110 /* of data in a frame, so that there are a few */

#define FEW_BYTES  20
#define MANY_BYTES 190

enum fault_kind {
	FAULT_NONE,
	FAULT_FLIP,	  /* the byte comes with a bit changed */
	FAULT_LOSE_FEW,	  /* bytes from there on never come, fewer than a frame has */
	FAULT_LOSE_MANY,  /* ... or whole frames */
	FAULT_GUEST_DIES, /* before the byte is sent; another guest begins on the same connection */
	FAULT_HOST_DIES, /* before the byte arrives; another host connects, what was sent is lost */
	FAULT_HOST_RECONNECTS, /* the same, and the guest's port says so */
};

struct fault {
	enum fault_kind kind;
	bool to_guest; /* the direction whose bytes are counted */
	uint64_t at;
};

struct ends {
	struct channel_host *host;
	struct channel_guest *guest;
	uint64_t now_ms;
	uint64_t nonce;
	struct fault fault;
	bool struck;
	struct buffer to_host, to_guest; /* everything that was sent, when recorded */
	bool record;
	uint64_t to_host_bytes, to_guest_bytes;

	/* the guest's file and memory */
	uint8_t dump[DUMP_BYTES];
	bool handed;
	size_t at; /* next byte to send */

	/* the host's disk: synced is what outlives it */
	struct buffer partial;
	size_t synced;
	unsigned stored;
	unsigned readiness, nothing, errors, restarts;
	char said[256]; /* the last error */
};

void ends_init(struct ends *ends);
void ends_done(struct ends *ends);
/* Until the dump is stored and the guest knows, or ten minutes of the ends' time have gone. */
void ends_run(struct ends *ends);
