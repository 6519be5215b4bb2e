/* SPDX-License-Identifier: MIT */
/*
 * The host's end of a channel. One for each connection: bytes in, events out, calls append to the
 * output. After every feed, take events until there are no more; after every call, send what the
 * output holds. A guest that restarts on the same connection is noticed and begins anew.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "channel/message.h"
#include "channel/session.h"

struct channel_host;

enum channel_host_event_type {
	CHANNEL_HOST_HELLO,	     /* hello: a guest is there and has heard us */
	CHANNEL_HOST_PEER_RESTARTED, /* the guest that spoke is gone, another begins: its offer is
					void */
	CHANNEL_HOST_READINESS,	     /* readiness */
	CHANNEL_HOST_OFFER,	     /* offer: answer with accept, refuse or stored, now or later */
	CHANNEL_HOST_DATA,	     /* offer, offset, bytes, n: offsets follow one another */
	CHANNEL_HOST_DONE,	  /* offer, size, sum: check, then answer with stored or refuse */
	CHANNEL_HOST_WITHDRAWN,	  /* offer, words: the guest cannot go on with it */
	CHANNEL_HOST_NOTHING,	  /* nothing: no dump (or no other) is to be had */
	CHANNEL_HOST_PONG,	  /* the guest lives */
	CHANNEL_HOST_PEER_SILENT, /* nothing heard for CHANNEL_SILENT_MS of a transfer; said once */
	CHANNEL_HOST_ERROR, /* words, offer when one was refused for it: the guest broke the rules
			     */
};

struct channel_host_event {
	enum channel_host_event_type type;
	/* What the event's line above names; all of it lives until the next call with the host. */
	const struct channel_hello *hello;
	const struct channel_readiness *readiness;
	const struct channel_offer *offer;
	const struct channel_nothing *nothing;
	uint64_t offset;
	const uint8_t *bytes;
	size_t n;
	uint64_t size;
	const uint8_t *sum; /* SHA256_BYTES */
	const char *words;
};

/* The word for logs: "hello", "peer-restarted" … */
const char *channel_host_event_name(enum channel_host_event_type type);

/* nonce: random, not 0. The hello stands in the output at once. */
struct channel_host *channel_host_new(uint64_t nonce, uint64_t now_ms);
void channel_host_free(struct channel_host *host);

/* What is to be sent; drop from its front what was. */
struct buffer *channel_host_output(struct channel_host *host);

/* Copies n bytes from the guest. now_ms is of any monotonic clock, always the same one. */
void channel_host_feed(struct channel_host *host, const void *bytes, size_t n, uint64_t now_ms);
/* False when what was fed holds no further event. */
bool channel_host_next(struct channel_host *host, struct channel_host_event *event);
/* Does what is due (repeats a hello, pings, finds the guest silent: take events afterwards) and
 * returns the time at which to be called again; UINT64_MAX when nothing can become due. */
uint64_t channel_host_tick(struct channel_host *host, uint64_t now_ms);

/* A guest is there and has heard us. */
bool channel_host_established(const struct channel_host *host);

/* All that follow return false, and say nothing, when there is no such guest or offer any more. */
bool channel_host_ask_readiness(struct channel_host *host);
bool channel_host_ping(struct channel_host *host);
/* from: bytes that are here and synced, at most the offer's size. */
bool channel_host_accept(struct channel_host *host, const struct channel_id *id, uint64_t from);
/* Every half window (CHANNEL_WINDOW_BYTES) at the latest, or the guest stops. */
bool channel_host_acknowledge(struct channel_host *host, const struct channel_id *id,
			      uint64_t synced);
/* Complete, verified, durable: the guest forgets it. Also the answer to the offer of what is here
 * already. */
bool channel_host_stored(struct channel_host *host, const struct channel_id *id);
/* At any time between offer and stored. retry_s 0: never offer it again. */
bool channel_host_refuse(struct channel_host *host, const struct channel_id *id,
			 enum channel_refusal code, uint32_t retry_s, const char *words);
