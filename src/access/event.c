/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CloudTrail's event, version 1.11, with the fields that a call here has. Who has no account of
 * ours is "Unknown"; the administrator's socket is the account's root.
 */
#include "access/event_internal.h"

#include <sodium.h>
#include <string.h>

#include "json/json.h"

static void put_identity(struct json_writer *w, const struct access *access,
			 const struct audit_event *event)
{
	const struct access_principal *principal = event->principal;

	json_open_object(w, "userIdentity");
	if (principal) {
		json_put_string(w, "type", "IAMUser");
		json_put_string(w, "principalId", principal->user_id);
		json_put_string(w, "arn", principal->arn);
		json_put_string(w, "accountId", access->account);
		json_put_string(w, "accessKeyId", principal->key_id);
		json_put_string(w, "userName", principal->user);
	} else if (event->origin) {
		json_put_string(w, "type", "Unknown");
		json_put_string(w, "principalId", "");
		json_put_string(w, "accountId", "");
		json_put_string(w, "accessKeyId", event->claimed_key ? event->claimed_key : "");
		json_put_string(w, "userName", event->caller ? event->caller : "");
	} else {
		json_put_string(w, "type", "Root");
		json_put_string(w, "principalId", access->account);
		json_put_printf(w, "arn", "arn:aws:iam::%s:root", access->account);
		json_put_string(w, "accountId", access->account);
		json_put_string(w, "userName", event->caller ? event->caller : "");
	}
	json_close(w);
}

/* Random, version 4 (RFC 9562). */
static void put_id(struct json_writer *w, const char *key)
{
	uint8_t b[16];

	randombytes_buf(b, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	json_put_printf(w, key,
			"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			b[12], b[13], b[14], b[15]);
}

static void put_what(struct json_writer *w, const struct access *access,
		     const struct audit_event *event)
{
	uint64_t now_us = access->clock->wall_us(access->clock);
	const struct access_origin *origin = event->origin;
	bool is_aws = strcmp(event->service, "dint") != 0;
	char time[CLOCK_TEXT];

	clock_text(now_us, time);
	json_put_printf(w, "eventTime", "%.19sZ", time);
	json_put_printf(w, "eventSource", "%s%s", event->service, is_aws ? ".amazonaws.com" : "");
	json_put_string(w, "eventName", event->name);
	json_put_string(w, "awsRegion", access->region);
	json_put_string(w, "sourceIPAddress",
			origin ? origin->address : "the administrator's socket");
	json_put_string(w, "userAgent", origin ? origin->user_agent : NULL);
	if (event->error_code) {
		json_put_string(w, "errorCode", event->error_code);
		json_put_string(w, "errorMessage", event->error_message);
	}
}

static void drop_lines(struct buffer *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->size; i++)
		if (text->bytes[i] != '\n')
			text->bytes[kept++] = text->bytes[i];
	text->size = kept;
}

void event_write(const struct access *access, const struct audit_event *event, struct buffer *to)
{
	struct json_writer w;
	struct dint_error ignored; /* memory only */

	json_writer_init(&w, to, -1);
	json_open_object(&w, NULL);
	json_put_string(&w, "eventVersion", "1.11");
	put_identity(&w, access, event);
	put_what(&w, access, event);
	json_put_raw(&w, "requestParameters", event->parameters);
	json_put_raw(&w, "responseElements", event->response);
	json_put_string(&w, "requestID", event->request_id);
	put_id(&w, "eventID");
	json_put_bool(&w, "readOnly", event->read_only);
	json_put_string(&w, "eventType", "AwsApiCall");
	json_put_bool(&w, "managementEvent", true);
	json_put_string(&w, "recipientAccountId", access->account);
	json_put_string(&w, "eventCategory", "Management");
	json_close(&w);
	json_writer_end(&w, &ignored);
	drop_lines(to); /* the writer's layout: texts have none, they are escaped */
}
