/* SPDX-License-Identifier: MIT */
/*
 * The guest's end of a channel: bytes in, events out, calls append to the output. One offer at a
 * time. When in doubt it begins again with another nonce, and the host says how far it got.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "channel/message.h"

struct channel_guest;

enum channel_guest_event_type {
	CHANNEL_GUEST_HELLO,	       /* a host is there and has heard us: push readiness, offer */
	CHANNEL_GUEST_LOST,	       /* the host began anew or fell silent: the offer is void */
	CHANNEL_GUEST_READINESS_ASKED, /* answer with channel_guest_readiness */
	CHANNEL_GUEST_ACCEPTED,	       /* from: send data from there */
	CHANNEL_GUEST_REFUSED,	       /* refuse: the offer is void */
	CHANNEL_GUEST_ACKNOWLEDGED,    /* from: bytes the host has synced; the window has room */
	CHANNEL_GUEST_STORED,	       /* the host has it for good; the offer is done with */
	CHANNEL_GUEST_PONG,	       /* the host has read all that was said before the ping */
	CHANNEL_GUEST_ERROR,	       /* words: the host broke the rules; we begin again */
};

struct channel_guest_event {
	enum channel_guest_event_type type;
	uint64_t from;
	const struct channel_refuse *refuse; /* lives until the next call */
	const char *words;
};

/* hello: role, boot_id and version are used; nonce is random, not 0. Says nothing until begin. */
struct channel_guest *channel_guest_new(const struct channel_hello *hello);
void channel_guest_free(struct channel_guest *guest);

/* Forgets session, offer, output and half-received bytes and says hello with the next nonce: at the
 * start, and whenever the port was opened or a host connected to it. */
void channel_guest_begin(struct channel_guest *guest, uint64_t now_ms);

struct buffer *channel_guest_output(struct channel_guest *guest);
void channel_guest_feed(struct channel_guest *guest, const void *bytes, size_t n, uint64_t now_ms);
bool channel_guest_next(struct channel_guest *guest, struct channel_guest_event *event);
/* As channel_host_tick. */
uint64_t channel_guest_tick(struct channel_guest *guest, uint64_t now_ms);

bool channel_guest_established(const struct channel_guest *guest);

/* All that follow return false, and say nothing, when there is no session, or the offer is void. */
bool channel_guest_readiness(struct channel_guest *guest,
			     const struct channel_readiness *readiness);
bool channel_guest_ping(struct channel_guest *guest);
bool channel_guest_nothing(struct channel_guest *guest, const struct channel_nothing *nothing);
bool channel_guest_offer(struct channel_guest *guest, const struct channel_offer *offer);
/* How many bytes of data the window and one frame allow now; 0: wait for an event. */
size_t channel_guest_room(const struct channel_guest *guest);
/* The next n bytes, at most channel_guest_room. */
bool channel_guest_data(struct channel_guest *guest, const void *bytes, size_t n);
/* The size is what was sent. */
bool channel_guest_done(struct channel_guest *guest, const uint8_t sum[SHA256_BYTES]);
bool channel_guest_withdraw(struct channel_guest *guest, const char *words);
