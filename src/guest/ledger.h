/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of each dump, kept over reboots: a small file a dump in the state directory, named by
 * its id. Removing the file makes its dump new again.
 */
#pragma once
#include "guest/scan.h"

enum guest_fate {
	GUEST_NEW,
	GUEST_STORED,  /* a host has it */
	GUEST_REFUSED, /* a host never wants it */
};

enum guest_fate guest_ledger_find(const char *state_directory, const struct channel_id *id);
/* Durable on return; words end the line. */
bool guest_ledger_add(const char *state_directory, const struct guest_dump *dump,
		      enum guest_fate fate, const char *words, struct dint_error *err);
