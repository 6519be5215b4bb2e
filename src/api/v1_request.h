/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request's method, target and body → the operation that it asks for, and its arguments. */
#pragma once
#include "api/api.h"
#include "http/http.h"

#define V1_PREFIX "/v1"

/* The operation whose method and path these are; HEAD is GET. NULL where there is none; then
 * *other is one that has the path with another method, or NULL too. */
const struct api_operation *v1_find(const char *method, const char *path,
				    const struct api_operation **other);

/* Arguments from the path, from the query (GET, DELETE), from the body's JSON object (POST, PUT);
 * a new object. DINT_BAD_REQUEST; what the operation's records say of them is api_dispatch's. */
bool v1_arguments(const struct api_operation *operation, const struct http_request *request,
		  json_t **args, struct dint_error *err);
