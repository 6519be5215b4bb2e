/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call, several attempts: an SDK that heard nothing sends its call again under the same
 * `amz-sdk-invocation-id`, and gets what the first attempt was answered, also where that one is
 * still under way. Kept in memory only: after a restart a repeated interrupt joins the incident.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct ec2;
struct ec2_call;

/* Answers that are kept; a client gives up long before as many others have called. */
#define REPEATS_MAX 4096
/* … and so long. */
#define REPEAT_US (600 * UINT64_C(1000000))
/* A longer invocation id is none (they are UUIDs). */
#define INVOCATION_MAX 64

/* True: the call is answered, or waits for the first attempt's answer. False: it is the first one,
 * or has no invocation id; go on. */
bool repeat_takes(struct ec2_call *call);
/* The call was answered so: for those that wait, and those that come. An answer that asks for
 * another attempt (5xx) is not kept. */
void repeat_answered(struct ec2_call *call, unsigned status, const struct buffer *body);
/* All of them. */
void repeats_free(struct ec2 *ec2);
