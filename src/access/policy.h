/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy in IAM's own JSON language. A document is read whole or not at all: what cannot be
 *parsed is refused where it is set, and allows nothing where it is found.
 *
 *	{"Version": "2012-10-17",
 *	 "Statement": [{"Effect": "Allow", "Action": "ec2:SendDiagnosticInterrupt",
 *	                "Resource": "arn:aws:ec2:local:000000000000:instance/i-0123456789abcdef0",
 *	                "Condition": {"StringEquals": {"aws:ResourceTag/team": "storage"}}}]}
 */
#pragma once
#include "access/access.h"

struct context;
struct policy;

/* DINT_BAD_REQUEST says which statement, and what is wrong with it. */
bool policy_parse(const char *text, size_t size_bytes, struct policy **policy,
		  struct dint_error *err);
void policy_free(struct policy *policy);

/* A statement that denies wins over any that allows. policy NULL: none, which allows nothing. The
 * statement that decided, from 1, goes to *statement when that is not NULL; 0: none did. */
enum access_verdict policy_judge(const struct policy *policy, const struct context *context,
				 size_t *statement);
