/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list, newest first: only calls that change something look into it. */
#include "ec2/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sha256.h"
#include "ec2/action.h"
#include "ec2/call.h"

struct repeat {
	struct repeat *next;
	char key_id[ACCESS_ID];
	char invocation[INVOCATION_MAX + 1];
	uint8_t sum[SHA256_BYTES]; /* of what was asked for */
	uint64_t at_us;		   /* monotonic */
	bool answered;
	unsigned status;
	struct buffer body;
	struct ec2_call **waiting;
	size_t waiting_count;
};

static void repeat_free(struct repeat *r)
{
	buffer_done(&r->body);
	free(r->waiting);
	free(r);
}

static uint64_t now_us(const struct ec2 *ec2)
{
	return ec2->site->clock->monotonic_us(ec2->site->clock);
}

static void sum_up(const struct ec2_call *call, uint8_t sum[SHA256_BYTES])
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, call->request->query, strlen(call->request->query));
	sha256_add(&hash, "\n", 1);
	sha256_add(&hash, call->request->body, call->request->body_size);
	sha256_end(&hash, sum);
}

static void take_out(struct ec2 *ec2, struct repeat *r)
{
	struct repeat **at = &ec2->repeats;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	ec2->repeat_count--;
}

/* The old and those too many; one whose call is under way stays. */
static void forget_some(struct ec2 *ec2, uint64_t now)
{
	struct repeat **at = &ec2->repeats;
	size_t count = 0;

	while (*at) {
		struct repeat *r = *at;

		count++;
		if (r->answered && (count >= REPEATS_MAX || now - r->at_us > REPEAT_US)) {
			*at = r->next;
			ec2->repeat_count--;
			repeat_free(r);
		} else {
			at = &r->next;
		}
	}
}

static struct repeat *find(const struct ec2 *ec2, const char *key_id, const char *invocation)
{
	for (struct repeat *r = ec2->repeats; r; r = r->next)
		if (!strcmp(r->invocation, invocation) && !strcmp(r->key_id, key_id))
			return r;
	return NULL;
}

static struct repeat *begin(struct ec2_call *call, const char *invocation)
{
	struct ec2 *ec2 = call->ec2;
	struct repeat *r = xcalloc(1, sizeof(*r));

	snprintf(r->key_id, sizeof(r->key_id), "%s", call->principal.key_id);
	snprintf(r->invocation, sizeof(r->invocation), "%s", invocation);
	sum_up(call, r->sum);
	r->at_us = now_us(ec2);
	forget_some(ec2, r->at_us);
	r->next = ec2->repeats;
	ec2->repeats = r;
	ec2->repeat_count++;
	return r;
}

bool repeat_takes(struct ec2_call *call)
{
	const char *invocation = http_header_find(call->request, "amz-sdk-invocation-id");
	uint8_t sum[SHA256_BYTES];
	struct repeat *r;

	if (!invocation || !*invocation || strlen(invocation) > INVOCATION_MAX)
		return false;
	r = find(call->ec2, call->principal.key_id, invocation);
	if (!r) {
		call->repeat = begin(call, invocation);
		return false;
	}
	sum_up(call, sum);
	if (memcmp(sum, r->sum, sizeof(sum)))
		return false; /* another call under a used id: on its own */
	if (r->answered) {
		call_send(call, r->status, &r->body);
		return true;
	}
	r->waiting = xgrow(r->waiting, r->waiting_count, sizeof(*r->waiting));
	r->waiting[r->waiting_count++] = call;
	return true;
}

void repeat_answered(struct ec2_call *call, unsigned status, const struct buffer *body)
{
	struct repeat *r = call->repeat;

	if (!r)
		return;
	call->repeat = NULL;
	for (size_t i = 0; i < r->waiting_count; i++)
		call_send(r->waiting[i], status, body);
	r->waiting_count = 0;
	if (status >= 500) {
		take_out(call->ec2, r);
		repeat_free(r);
		return;
	}
	r->answered = true;
	r->status = status;
	buffer_add(&r->body, body->bytes, body->size);
}

void repeats_free(struct ec2 *ec2)
{
	while (ec2->repeats) {
		struct repeat *r = ec2->repeats;

		ec2->repeats = r->next;
		repeat_free(r);
	}
	ec2->repeat_count = 0;
}
