/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows an incident to its end, drawing its stages on stderr as they happen. */
#pragma once
#include <jansson.h>
#include <stdint.h>

#include "programs/dint/client.h"

/* A dintd that goes away meanwhile is waited for patience_ms. *incident is what dintd said last,
 * the caller's. */
bool follow_incident(struct client *client, const char *id, uint64_t patience_ms, json_t **incident,
		     struct dint_error *err);

/* The exit status that an ended incident stands for: 0 analysed, 4 captured-unreadable, else 6. */
int follow_status(const json_t *incident);
