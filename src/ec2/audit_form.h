/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call's parameters and result as CloudTrail writes them:
 *
 *	{"instancesSet": {"items": [{"instanceId": "i-…"}]}, "dryRun": true}
 */
#pragma once
#include "base/buffer.h"
#include "ec2/parameters.h"

/* Appends the JSON. */
void audit_form_parameters(const struct values *values, struct buffer *to);
void audit_form_response(const char *request_id, struct buffer *to);
