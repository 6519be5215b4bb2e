/* SPDX-License-Identifier: MIT */
/*
 * Frames on a stream of bytes that may be cut, or lack a piece, anywhere.
 *
 *	0   magic          d1 4e 54 9e
 *	4   version        1
 *	5   type           enum channel_type
 *	6   sequence       2 bytes: frames before it from this sender in this session; 0 in a hello
 *	8   length         4 bytes, of the payload
 *	12  session        8 bytes: host's nonce xor guest's; 0 in a hello
 *	20  header's sum   CRC-32C of bytes 0-19
 *	24  payload
 *	..  payload's sum  CRC-32C
 *
 * All numbers are little-endian. The session in each header makes frames of a dead peer worthless,
 * also those that lie in a dump's own bytes. Before each hello go as many zero bytes as the longest
 * frame has: they complete the half frame that a dead sender left, which then fails its sum.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "channel/message.h"

#define CHANNEL_VERSION		     1
#define CHANNEL_HEADER_BYTES	     24
#define CHANNEL_FRAME_BYTES(payload) (CHANNEL_HEADER_BYTES + (payload) + 4)

#define CHANNEL_PAYLOAD_MAX	 65536 /* from a guest: a frame fits in two writes of the port */
#define CHANNEL_HOST_PAYLOAD_MAX 1024  /* from a host, who sends only words */
#define CHANNEL_HELLO_MAX	 512   /* from either */

/* A frame of data that is one write of a virtio port, which takes 32,768 bytes at most. */
#define CHANNEL_DATA_MAX (32768 - CHANNEL_FRAME_BYTES(8))

/* Received bytes buy the right to sum up payloads, so that headers within headers cannot make a
 * receiver sum up the same bytes for ever. */
#define CHANNEL_CREDIT_PER_BYTE 4
#define CHANNEL_CREDIT_MAX	(8 * CHANNEL_PAYLOAD_MAX)

struct channel_frame {
	uint8_t type; /* may be one we do not know */
	uint16_t sequence;
	const uint8_t *payload;
	size_t length;
};

struct channel_decoder {
	struct buffer held;
	size_t at;	     /* bytes of held that are done with */
	size_t payload_max;  /* longer ones are no frames */
	uint64_t session;    /* 0: only hellos are frames */
	uint64_t junk_bytes; /* stepped over so far */
	bool damaged;	     /* other bytes than zeros were, since it was last set to false */
	uint64_t credit;     /* payload bytes that may still be summed up */
	uint8_t alien;	     /* the other version that was seen last; 0: none */
};

void channel_decoder_init(struct channel_decoder *decoder, size_t payload_max);
void channel_decoder_done(struct channel_decoder *decoder);
/* Forgets what is half received, and the session. */
void channel_decoder_clear(struct channel_decoder *decoder);
void channel_decoder_feed(struct channel_decoder *decoder, const void *bytes, size_t n);
/* The next whole frame that is a hello or of the session; false when more bytes are needed. The
 * payload lives until the next feed. */
bool channel_decoder_next(struct channel_decoder *decoder, struct channel_frame *frame);

/* Bytes that are of no frame were seen, or those of half a one are here. */
bool channel_decoder_uneasy(const struct channel_decoder *decoder);
/* The frame that next just gave comes once more. */
void channel_decoder_put_back(struct channel_decoder *decoder, const struct channel_frame *frame);

/* Starts a frame at the buffer's end and returns where; append the payload, then end it. */
size_t channel_frame_begin(struct buffer *to, enum channel_type type, uint16_t sequence,
			   uint64_t session);
void channel_frame_end(struct buffer *to, size_t start);
