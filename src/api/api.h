/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dint's own operations: one table, whatever brings the request (the administrator's socket now,
 * HTTP). JSON in, JSON out, and for some a descriptor.
 *
 * To add an operation:
 *   1. write api/op_<name>.c, ending in one `const struct api_operation`;
 *   2. list it in api/operations.c;
 *   3. give it a case in tests/cli, make docs/openapi.json anew (tests/check/v1 --write),
 *      and write a verb in programs/dint/ where people want one.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "access/access.h"
#include "base/error.h"
#include "incident/site.h"

struct api_call;

enum api_kind { API_STRING, API_NUMBER, API_BOOL };

struct api_argument {
	const char *name;
	enum api_kind kind;
	bool required;
	const char *summary;
};

/* What a permission is asked on: nothing in particular ("*"), or the instance that the argument
 * names, an incident being its machine's. */
enum api_subject { API_ABOUT_ALL, API_ABOUT_MACHINE, API_ABOUT_INCIDENT };

struct api_operation {
	const char *name;
	/* Of HTTP, behind /v1: "GET", "/incidents/{id}/dump"; in braces stands an argument. */
	const char *method, *path;
	const char *result;	/* a type of api/shapes.h */
	const char *permission; /* "dint:Name", asked of access/ where the caller is not the
				   administrator */
	enum api_subject about; /* the argument "machine", where given, or "id" */
	bool changes;		/* something: its audit event is durable before the answer */
	bool secret;		/* so is it for what shows a guest's memory, or a key */
	const char *summary;
	const struct api_argument *arguments; /* ends with a NULL name */
	/* Answers the call once, now or later; args hold what the records above allow. */
	void (*run)(struct api_call *call, const json_t *args);
};

extern const struct api_operation *const api_operations[]; /* ends with NULL */

/* One request on its way; freed by its answer, of which each call gets exactly one. */
struct api_call {
	struct site *site;
	struct access *access;
	const char *caller; /* who asks, in words: "root (uid 0)"; copied by api_dispatch */
	/* The transport's, and good as long as the call. */
	const struct access_principal *principal; /* NULL: the administrator, who may all */
	const struct access_origin *origin;	  /* NULL: the administrator's socket */
	const char *request_id;			  /* NULL: none */
	/* Set by an operation that waits: called when the asker went away; it refuses the call. */
	void (*cancel)(struct api_call *call);
	void *own; /* the operation's */
	/* The transport's: called once, when the audit has what it must have; they free the call.
	 * transport is NULL when the asker went away meanwhile. */
	void (*answer)(struct api_call *call, json_t *result, int fd);
	void (*refuse)(struct api_call *call, const struct dint_error *err);
	void *transport;
	/* The table's, for the audit. */
	char *caller_copy;
	const struct api_operation *operation; /* NULL: there is none of this name */
	json_t *request;
	json_t *result; /* NULL: refused */
	int fd; /* -1: none; so from the start, for a call may be refused before api_dispatch */
	struct dint_error refusal;
};

/* Finds the operation, holds the arguments to its record and the caller to the permission, and runs
 * it. */
void api_dispatch(struct api_call *call, const json_t *request);
/* Takes the result; fd (-1: none) is sent along and stays the caller's. */
void api_answer(struct api_call *call, json_t *result, int fd);
void api_refuse(struct api_call *call, const struct dint_error *err);

/* Whether the caller may do this too on the instance (NULL: on anything), as "dint:GetReport"; the
 * administrator may all. */
bool api_may(const struct api_call *call, const char *permission, const char *instance_id,
	     struct dint_error *err);

/* A moment as the API says it; JSON null for 0. */
json_t *api_time(uint64_t wall_us);
json_t *api_string_or_null(const char *text);
