/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which dumps there are, whose they are, and which offers of a guest have been taken. */
#pragma once
#include <stdint.h>

#include "base/sha256.h"
#include "store/incidents.h"
#include "store/store.h"

#define OFFER_ID 33 /* 16 bytes in hex, NUL */

struct dump_row {
	char incident[INCIDENT_ID];
	char sha256[SHA256_TEXT];
	char *name;    /* kdump's own */
	char *origin;  /* "guest" or "host" */
	char *offer;   /* the guest's id for it, hex; NULL from the host */
	uint64_t size; /* bytes */
	uint64_t stored_us;
};

struct dump_list {
	struct dump_row *rows; /* oldest first */
	size_t count;
};

void dump_row_copy(const struct dump_row *from, struct dump_row *to);
void dump_row_done(struct dump_row *row);
void dump_list_done(struct dump_list *list);

/* In a job. The same dump of the same incident is kept once. */
bool dump_put(struct store_writer *writer, const struct dump_row *row, struct dint_error *err);
bool dump_list(struct store *store, const char *incident, struct dump_list *list,
	       struct dint_error *err);
/* Whether this offer of this machine is stored already (its incident is then in id, when not NULL).
 */
bool dump_offer_is_stored(struct store *store, const char *machine, const char *offer,
			  char incident[INCIDENT_ID]);
