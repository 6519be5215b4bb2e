/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A talk with dintd over its socket: one JSON line each way, a descriptor with it where the answer
 * is one. The connection is made when it is first needed, and made anew after it was lost.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define CLIENT_ANSWER_MAX ((size_t)64 << 20) /* an incident with its report, and then some */
#define CLIENT_TIMEOUT_MS 30000		     /* beyond what the request itself asks to wait */

struct client {
	const char *path; /* borrowed */
	int fd;		  /* -1: not connected */
	int passed_fd;	  /* came with the last answer; -1: none */
	bool was_asked;	  /* of the last question, some bytes at least went out */
	struct buffer in;
};

void client_init(struct client *client, const char *path);
void client_done(struct client *client);

/* Asks and waits for the answer. args is taken, also on failure; NULL is what json_pack makes of
 * words that are not UTF-8, and refused as that. *result is the caller's (json_decref). Nobody
 * there, one who talks garbage or hangs up is DINT_UNREACHABLE; dintd's own refusals come with its
 * code and words. */
bool client_call(struct client *client, const char *operation, json_t *args, json_t **result,
		 struct dint_error *err);
/* The same, of a question that may be asked again: through a dintd that goes away and comes back
 * within patience_ms. */
bool client_call_patiently(struct client *client, const char *operation, json_t *args,
			   uint64_t patience_ms, json_t **result, struct dint_error *err);
/* The descriptor that came with the last answer, now the caller's; -1: none did. */
int client_take_fd(struct client *client);
