/* SPDX-License-Identifier: MIT */
/* The readiness of a guest: a head, then one entry a check. */
#include <assert.h>
#include <string.h>

#include "base/cursor.h"
#include "channel/message.h"
#include "channel/text_internal.h"

bool channel_readiness_ready(const struct channel_readiness *readiness)
{
	for (unsigned i = 0; i < readiness->n_checks; i++)
		if (readiness->checks[i].state == CHANNEL_CHECK_FAILED)
			return false;
	return readiness->n_checks > 0;
}

const struct channel_check *channel_readiness_find(const struct channel_readiness *readiness,
						   const char *name)
{
	for (unsigned i = 0; i < readiness->n_checks; i++)
		if (strcmp(readiness->checks[i].name, name) == 0)
			return &readiness->checks[i];
	return NULL;
}

static void check_encode(const struct channel_check *check, struct buffer *to)
{
	channel_text_encode(check->name, to);
	buffer_add_u8(to, check->state);
	buffer_add_u64(to, check->value);
	channel_text_encode(check->words, to);
}

static void check_decode(struct cursor *c, struct channel_check *check)
{
	channel_text_decode(c, check->name);
	check->state = cursor_u8(c);
	check->value = cursor_u64(c);
	channel_text_decode(c, check->words);
	if (check->state > CHANNEL_CHECK_UNKNOWN)
		check->state = CHANNEL_CHECK_UNKNOWN; /* a later guest's */
}

void channel_readiness_encode(const struct channel_readiness *readiness, struct buffer *to)
{
	assert(readiness->n_checks <= CHANNEL_CHECKS_MAX);
	buffer_add(to, readiness->boot_id, sizeof(readiness->boot_id));
	buffer_add_u64(to, readiness->uptime_s);
	buffer_add_u64(to, readiness->free_bytes);
	channel_text_encode(readiness->kernel, to);
	channel_text_encode(readiness->host_name, to);
	channel_text_encode(readiness->version, to);
	channel_text_encode(readiness->crash_directory, to);
	buffer_add_u8(to, readiness->n_checks);
	for (unsigned i = 0; i < readiness->n_checks; i++)
		check_encode(&readiness->checks[i], to);
}

bool channel_readiness_decode(const uint8_t *bytes, size_t n, struct channel_readiness *readiness,
			      struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);

	cursor_copy(&c, readiness->boot_id, sizeof(readiness->boot_id));
	readiness->uptime_s = cursor_u64(&c);
	readiness->free_bytes = cursor_u64(&c);
	channel_text_decode(&c, readiness->kernel);
	channel_text_decode(&c, readiness->host_name);
	channel_text_decode(&c, readiness->version);
	channel_text_decode(&c, readiness->crash_directory);
	readiness->n_checks = cursor_u8(&c);

	if (readiness->n_checks > CHANNEL_CHECKS_MAX)
		return dint_fail(err, DINT_CORRUPT, "readiness with %u checks, the most is %u",
				 readiness->n_checks, CHANNEL_CHECKS_MAX);
	for (unsigned i = 0; i < readiness->n_checks; i++)
		check_decode(&c, &readiness->checks[i]);
	return cursor_ok(&c) || dint_fail(err, DINT_CORRUPT, "readiness is cut short");
}
