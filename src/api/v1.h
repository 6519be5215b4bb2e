/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dint's operations over HTTP, at /v1: each record's method and path; JSON out, bytes where there
 * is a file. Who asks signs as for EC2, with the service name "dint". docs/openapi.json has it all.
 */
#pragma once
#include "access/access.h"
#include "api/api.h"
#include "http/http.h"

struct api_v1 {
	struct site *site;
	struct access *access;
};

/* A row for the table of routes; v1 lives as long as the server. */
struct http_route api_v1_route(struct api_v1 *v1);
