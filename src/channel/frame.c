/* SPDX-License-Identifier: MIT */
/* Frames out, and frames found again in what comes in: a byte that begins none is stepped over. */
#include "channel/frame.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/cursor.h"

/* No two of its bytes are equal and the first is no ASCII, so that text and runs hold no beginning.
 */
static const uint8_t magic[4] = {0xd1, 0x4e, 0x54, 0x9e};

struct header {
	uint8_t version;
	uint8_t type;
	uint16_t sequence;
	uint32_t length;
	uint64_t session;
};

void channel_decoder_init(struct channel_decoder *decoder, size_t payload_max)
{
	*decoder = (struct channel_decoder){
		.payload_max = payload_max,
		.credit = CHANNEL_CREDIT_MAX,
	};
}

void channel_decoder_done(struct channel_decoder *decoder)
{
	buffer_done(&decoder->held);
}

void channel_decoder_clear(struct channel_decoder *decoder)
{
	buffer_clear(&decoder->held);
	decoder->at = 0;
	decoder->session = 0;
	decoder->damaged = false;
}

void channel_decoder_feed(struct channel_decoder *decoder, const void *bytes, size_t n)
{
	uint64_t credit = decoder->credit + CHANNEL_CREDIT_PER_BYTE * (uint64_t)n;

	buffer_drop(&decoder->held, decoder->at);
	decoder->at = 0;
	buffer_add(&decoder->held, bytes, n);
	decoder->credit = credit < CHANNEL_CREDIT_MAX ? credit : CHANNEL_CREDIT_MAX;
}

static void step_over(struct channel_decoder *decoder, size_t n)
{
	const uint8_t *from = decoder->held.bytes + decoder->at;

	/* zeros, the padding before a hello, are no damage: the first is one, and so is each next
	 */
	if (n && (from[0] || memcmp(from, from + 1, n - 1) != 0))
		decoder->damaged = true;
	decoder->at += n;
	decoder->junk_bytes += n;
}

/* Steps to the next place where a frame may begin; false when there is none among the bytes here.
 */
static bool find_magic(struct channel_decoder *decoder)
{
	for (;;) {
		const uint8_t *from = decoder->held.bytes + decoder->at;
		size_t left = decoder->held.size - decoder->at;
		const uint8_t *first = left ? memchr(from, magic[0], left) : NULL;
		size_t n;

		step_over(decoder, first ? (size_t)(first - from) : left);
		if (!first)
			return false;
		left -= first - from;
		n = left < sizeof(magic) ? left : sizeof(magic);
		if (memcmp(first, magic, n) == 0)
			return true;
		step_over(decoder, 1);
	}
}

static bool header_decode(const uint8_t *bytes, struct header *out)
{
	struct cursor c = cursor_over(bytes, CHANNEL_HEADER_BYTES);

	cursor_skip(&c, sizeof(magic));
	out->version = cursor_u8(&c);
	out->type = cursor_u8(&c);
	out->sequence = cursor_u16(&c);
	out->length = cursor_u32(&c);
	out->session = cursor_u64(&c);
	return cursor_u32(&c) == crc32c(0, bytes, CHANNEL_HEADER_BYTES - 4);
}

/* Only what is for us is worth waiting for: a dead peer's header may never be completed. */
static bool header_is_for_us(struct channel_decoder *decoder, const struct header *header)
{
	if (header->version != CHANNEL_VERSION) {
		decoder->alien = header->version;
		return false;
	}
	if (header->type == CHANNEL_TYPE_HELLO)
		return !header->session && header->length <= CHANNEL_HELLO_MAX;
	return decoder->session && header->session == decoder->session &&
	       header->length <= decoder->payload_max;
}

static bool payload_is_right(struct channel_decoder *decoder, const uint8_t *payload, size_t n)
{
	struct cursor c = cursor_over(payload + n, 4);

	if (decoder->credit < n)
		return false;
	decoder->credit -= n;
	return cursor_u32(&c) == crc32c(0, payload, n);
}

bool channel_decoder_next(struct channel_decoder *decoder, struct channel_frame *frame)
{
	while (find_magic(decoder)) {
		const uint8_t *bytes = decoder->held.bytes + decoder->at;
		size_t left = decoder->held.size - decoder->at;
		struct header header;

		if (left < CHANNEL_HEADER_BYTES)
			return false;
		if (header_decode(bytes, &header) && header_is_for_us(decoder, &header)) {
			const uint8_t *payload = bytes + CHANNEL_HEADER_BYTES;

			if (left < CHANNEL_FRAME_BYTES((size_t)header.length))
				return false;
			if (payload_is_right(decoder, payload, header.length)) {
				*frame = (struct channel_frame){header.type, header.sequence,
								payload, header.length};
				decoder->at += CHANNEL_FRAME_BYTES((size_t)header.length);
				return true;
			}
		}
		step_over(decoder, 1);
	}
	return false;
}

bool channel_decoder_uneasy(const struct channel_decoder *decoder)
{
	return decoder->damaged || decoder->at < decoder->held.size;
}

void channel_decoder_put_back(struct channel_decoder *decoder, const struct channel_frame *frame)
{
	decoder->at -= CHANNEL_FRAME_BYTES(frame->length);
}

size_t channel_frame_begin(struct buffer *to, enum channel_type type, uint16_t sequence,
			   uint64_t session)
{
	size_t start = to->size;

	buffer_add(to, magic, sizeof(magic));
	buffer_add_u8(to, CHANNEL_VERSION);
	buffer_add_u8(to, type);
	buffer_add_u16(to, sequence);
	buffer_add_u32(to, 0); /* the length, known at the end */
	buffer_add_u64(to, session);
	buffer_add_u32(to, 0); /* the header's sum, likewise */
	return start;
}

void channel_frame_end(struct buffer *to, size_t start)
{
	size_t length = to->size - start - CHANNEL_HEADER_BYTES;
	uint8_t *header = to->bytes + start;
	uint32_t sum;

	for (unsigned i = 0; i < 4; i++)
		header[8 + i] = length >> (8 * i);
	sum = crc32c(0, header, CHANNEL_HEADER_BYTES - 4);
	for (unsigned i = 0; i < 4; i++)
		header[20 + i] = sum >> (8 * i);
	buffer_add_u32(to, crc32c(0, header + CHANNEL_HEADER_BYTES, length));
}
