/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EC2's query API and STS's GetCallerIdentity, behind the HTTP server's route "/".
 *
 * Main types: struct ec2 here, struct ec2_action (an action's record) and struct ec2_call (one
 * request on its way) in ec2/action.h, which says how to add an action.
 */
#pragma once
#include "access/access.h"
#include "http/http.h"
#include "incident/site.h"

struct ec2;

/* site and access outlive it. */
bool ec2_open(struct site *site, struct access *access, struct ec2 **ec2, struct dint_error *err);
/* After the HTTP server and the site, before the access and the store: what waits for the store is
 * waited for. Takes NULL. */
void ec2_close(struct ec2 *ec2);

/* For a struct http_route; arg is the struct ec2. */
void ec2_handle(void *arg, struct http_exchange *exchange);
void ec2_refuse_http(void *arg, const struct http_request *request, unsigned status,
		     const char *words, struct http_answer *answer);
