/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds the audit to its chain, and to the heads that were kept apart from it. */
#pragma once
#include <stdbool.h>

#include "base/error.h"
#include "programs/dint/client.h"

/* heads: a log of dintd's ("-": stdin); NULL: the journal. Prints what it found; DINT_CORRUPT where
 * the chain is not what was written. */
bool audit_verify(struct client *client, const char *heads, bool json, struct dint_error *err);
