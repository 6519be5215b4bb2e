/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request on its way, for ec2.c and repeat.c; actions see ec2/action.h. */
#pragma once
#include "ec2/action.h"

struct ec2_call *call_new(struct ec2 *ec2, struct http_exchange *exchange);
/* Nothing more comes of it: everything closes. */
void call_abandon(struct ec2_call *call);
/* The bytes that go back; the call is gone. */
void call_send(struct ec2_call *call, unsigned status, const struct buffer *body);
