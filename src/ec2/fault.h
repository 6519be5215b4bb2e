/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a caller did wrong, in EC2's words: a code that programs act on, the HTTP status that goes
 * with it, and a sentence for people.
 *
 * To add a code: here and in fault.c.
 */
#pragma once
#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

enum fault_code {
	FAULT_NONE,
	/* the request's form */
	FAULT_MISSING_ACTION,
	FAULT_INVALID_ACTION,
	FAULT_NO_SUCH_VERSION,
	FAULT_MALFORMED_QUERY,
	FAULT_MISSING_PARAMETER,
	FAULT_UNKNOWN_PARAMETER,
	FAULT_INVALID_VALUE,
	FAULT_INVALID_COMBINATION,
	FAULT_FILTER_LIMIT,
	FAULT_INVALID_NEXT_TOKEN,
	/* what it is about */
	FAULT_INSTANCE_MALFORMED,
	FAULT_INSTANCE_NOT_FOUND,
	FAULT_INVALID_ID,
	FAULT_TAG_LIMIT,
	FAULT_INSTANCE_STATE,
	FAULT_UNSUPPORTED,
	FAULT_DRY_RUN, /* no fault: EC2 says so that it would have been done */
	/* who asks */
	FAULT_NO_TOKEN,
	FAULT_INCOMPLETE_SIGNATURE,
	FAULT_AUTH_FAILURE,
	FAULT_SIGNATURE,     /* STS's words for a wrong secret */
	FAULT_INVALID_TOKEN, /* STS's for an unknown key */
	FAULT_EXPIRED,
	FAULT_UNAUTHORIZED,
	FAULT_ACCESS_DENIED, /* STS's */
	FAULT_RATE,
	FAULT_THROTTLING, /* STS's */
	/* our own trouble */
	FAULT_UNAVAILABLE,
	FAULT_INTERNAL,
	FAULT_CODES,
};

struct fault {
	enum fault_code code;
	char message[512];
};

void fault_set(struct fault *fault, enum fault_code code, const char *fmt, ...) PRINTF(3, 4);
/* One line fails: return fault_fail(...). */
#define fault_fail(fault, code, ...) (fault_set(fault, code, __VA_ARGS__), false)
/* The code that an error of ours is known by (the error codes' table in the design's words:
 * NOT_FOUND is InvalidInstanceID.NotFound, CONFLICT IncorrectInstanceState …), with its message. */
void fault_from_error(struct fault *fault, const struct dint_error *err);

const char *fault_name(enum fault_code code); /* "InvalidInstanceID.NotFound" */
unsigned fault_status(enum fault_code code);  /* HTTP's */
/* As CloudTrail writes it, with whose fault it was: "Client.InvalidInstanceID.NotFound". */
void fault_audit_name(enum fault_code code, char name[64]);

/* The answer's body: EC2's form, and STS's, which is another. */
void fault_write_ec2(const struct fault *fault, const char *request_id, struct buffer *to);
void fault_write_sts(const struct fault *fault, const char *request_id, struct buffer *to);
