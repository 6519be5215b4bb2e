/* SPDX-License-Identifier: MIT */
/* Payloads: one pair of functions a message, each field one statement. docs/channel.md has the same
 * in tables. */
#include "channel/message.h"

#include <string.h>

#include "base/cursor.h"
#include "channel/text_internal.h"

#define FLAG_ASKS 1 /* hello */
#define FLAG_SUM  1 /* offer */

bool channel_id_equal(const struct channel_id *a, const struct channel_id *b)
{
	return memcmp(a->bytes, b->bytes, CHANNEL_ID_BYTES) == 0;
}

void channel_id_text(const struct channel_id *id, char text[CHANNEL_ID_TEXT])
{
	for (unsigned i = 0; i < CHANNEL_ID_BYTES; i++) {
		text[2 * i] = "0123456789abcdef"[id->bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[id->bytes[i] & 15];
	}
	text[CHANNEL_ID_TEXT - 1] = '\0';
}

static void take_id(struct cursor *c, struct channel_id *id)
{
	cursor_copy(c, id->bytes, CHANNEL_ID_BYTES);
}

static bool whole(const struct cursor *c, const char *what, struct dint_error *err)
{
	return cursor_ok(c) || dint_fail(err, DINT_CORRUPT, "%s is cut short", what);
}

void channel_hello_encode(const struct channel_hello *hello, struct buffer *to)
{
	buffer_add_u64(to, hello->nonce);
	buffer_add_u64(to, hello->echo);
	buffer_add_u8(to, hello->asks ? FLAG_ASKS : 0);
	buffer_add_u8(to, hello->role);
	buffer_add(to, hello->boot_id, sizeof(hello->boot_id));
	channel_text_encode(hello->version, to);
}

bool channel_hello_decode(const uint8_t *bytes, size_t n, struct channel_hello *hello,
			  struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	hello->nonce = cursor_u64(&c);
	hello->echo = cursor_u64(&c);
	hello->asks = cursor_u8(&c) & FLAG_ASKS;
	hello->role = cursor_u8(&c);
	cursor_copy(&c, hello->boot_id, sizeof(hello->boot_id));
	channel_text_decode(&c, hello->version);

	if (!whole(&c, "hello", err))
		return false;
	if (!hello->nonce)
		return dint_fail(err, DINT_CORRUPT, "hello without a nonce");
	if (hello->role > CHANNEL_ROLE_CAPTURE)
		return dint_fail(err, DINT_CORRUPT, "hello in role %u, the last known is %u",
				 hello->role, CHANNEL_ROLE_CAPTURE);
	return true;
}

void channel_offer_encode(const struct channel_offer *offer, struct buffer *to)
{
	buffer_add(to, offer->id.bytes, CHANNEL_ID_BYTES);
	buffer_add_u64(to, offer->size);
	buffer_add_u64(to, offer->modified_us);
	buffer_add_u64(to, offer->crash_us);
	buffer_add_u8(to, offer->has_sum ? FLAG_SUM : 0);
	buffer_add(to, offer->sum, SHA256_BYTES);
	channel_text_encode(offer->name, to);
	channel_text_encode(offer->stamp, to);
	channel_text_encode(offer->layout, to);
	channel_text_encode(offer->kernel, to);
}

bool channel_offer_decode(const uint8_t *bytes, size_t n, struct channel_offer *offer,
			  struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &offer->id);
	offer->size = cursor_u64(&c);
	offer->modified_us = cursor_u64(&c);
	offer->crash_us = cursor_u64(&c);
	offer->has_sum = cursor_u8(&c) & FLAG_SUM;
	cursor_copy(&c, offer->sum, SHA256_BYTES);
	if (!channel_name_decode(&c, "name", false, offer->name, err) ||
	    !channel_name_decode(&c, "directory", true, offer->stamp, err))
		return false;
	channel_text_decode(&c, offer->layout);
	channel_text_decode(&c, offer->kernel);
	return whole(&c, "offer", err);
}

void channel_accept_encode(const struct channel_accept *accept, struct buffer *to)
{
	buffer_add(to, accept->id.bytes, CHANNEL_ID_BYTES);
	buffer_add_u64(to, accept->from);
	buffer_add_u32(to, accept->window_bytes);
}

bool channel_accept_decode(const uint8_t *bytes, size_t n, struct channel_accept *accept,
			   struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &accept->id);
	accept->from = cursor_u64(&c);
	accept->window_bytes = cursor_u32(&c);
	return whole(&c, "accept", err);
}

void channel_refuse_encode(const struct channel_refuse *refuse, struct buffer *to)
{
	buffer_add(to, refuse->id.bytes, CHANNEL_ID_BYTES);
	buffer_add_u16(to, refuse->code);
	buffer_add_u32(to, refuse->retry_s);
	channel_text_encode(refuse->words, to);
}

bool channel_refuse_decode(const uint8_t *bytes, size_t n, struct channel_refuse *refuse,
			   struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &refuse->id);
	refuse->code = cursor_u16(&c);
	refuse->retry_s = cursor_u32(&c);
	channel_text_decode(&c, refuse->words);
	if (refuse->code > CHANNEL_REFUSAL_BUSY)
		refuse->code = CHANNEL_REFUSAL_OTHER; /* a later host's: the words say it */
	return whole(&c, "refusal", err);
}

void channel_data_encode(const struct channel_data *data, struct buffer *to)
{
	buffer_add_u64(to, data->offset);
	buffer_add(to, data->bytes, data->n);
}

bool channel_data_decode(const uint8_t *bytes, size_t n, struct channel_data *data,
			 struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	data->offset = cursor_u64(&c);
	data->n = cursor_left(&c);
	data->bytes = cursor_bytes(&c, data->n);
	if (!whole(&c, "data", err))
		return false;
	if (data->offset > UINT64_MAX - 1 - data->n)
		return dint_fail(err, DINT_CORRUPT, "data at %llu: no file is so long",
				 (unsigned long long)data->offset);
	return true;
}

void channel_ack_encode(const struct channel_ack *ack, struct buffer *to)
{
	buffer_add(to, ack->id.bytes, CHANNEL_ID_BYTES);
	buffer_add_u64(to, ack->synced);
}

bool channel_ack_decode(const uint8_t *bytes, size_t n, struct channel_ack *ack,
			struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &ack->id);
	ack->synced = cursor_u64(&c);
	return whole(&c, "acknowledgement", err);
}

void channel_done_encode(const struct channel_done *done, struct buffer *to)
{
	buffer_add(to, done->id.bytes, CHANNEL_ID_BYTES);
	buffer_add_u64(to, done->size);
	buffer_add(to, done->sum, SHA256_BYTES);
}

bool channel_done_decode(const uint8_t *bytes, size_t n, struct channel_done *done,
			 struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &done->id);
	done->size = cursor_u64(&c);
	cursor_copy(&c, done->sum, SHA256_BYTES);
	return whole(&c, "end of the dump", err);
}

void channel_stored_encode(const struct channel_id *id, struct buffer *to)
{
	buffer_add(to, id->bytes, CHANNEL_ID_BYTES);
}

bool channel_stored_decode(const uint8_t *bytes, size_t n, struct channel_id *id,
			   struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, id);
	return whole(&c, "stored", err);
}

void channel_withdraw_encode(const struct channel_withdraw *withdraw, struct buffer *to)
{
	buffer_add(to, withdraw->id.bytes, CHANNEL_ID_BYTES);
	channel_text_encode(withdraw->words, to);
}

bool channel_withdraw_decode(const uint8_t *bytes, size_t n, struct channel_withdraw *withdraw,
			     struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	take_id(&c, &withdraw->id);
	channel_text_decode(&c, withdraw->words);
	return whole(&c, "withdrawal", err);
}

void channel_nothing_encode(const struct channel_nothing *nothing, struct buffer *to)
{
	buffer_add_u32(to, nothing->handed);
	buffer_add_u32(to, nothing->unfinished);
}

bool channel_nothing_decode(const uint8_t *bytes, size_t n, struct channel_nothing *nothing,
			    struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	nothing->handed = cursor_u32(&c);
	nothing->unfinished = cursor_u32(&c);
	return whole(&c, "nothing to offer", err);
}

void channel_ping_encode(uint64_t token, struct buffer *to)
{
	buffer_add_u64(to, token);
}

bool channel_ping_decode(const uint8_t *bytes, size_t n, uint64_t *token, struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	*token = cursor_u64(&c);
	return whole(&c, "ping", err);
}
