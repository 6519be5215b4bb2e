/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dump that a person means: a file of his own, or an incident's, which dintd opens for him. */
#pragma once
#include <stdint.h>

#include "base/error.h"
#include "programs/dint/client.h"
#include "programs/dint/verb.h"

struct source {
	const char *path;	  /* borrowed; NULL: of an incident, open at fd */
	const char *const *parts; /* borrowed: the further ones of a split dump; NULL: none */
	const char *debuginfo;	  /* borrowed: a vmlinux; NULL: none */
	int fd;			  /* -1: a file */
	char *name; /* as the guest called it, fit for the current directory; NULL: a file */
	uint64_t size_bytes;
	char sha256[65];
};

void source_done(struct source *source);
/* A word with a '/' in it, or of a file that exists, is a path; anything else an incident's id. */
bool source_find(const struct call *call, const char *word, struct source *source,
		 struct dint_error *err);
/* The dump of an incident: its id, a beginning of it that is unique, or "last". */
bool source_of_incident(struct client *client, const char *id, struct source *source,
			struct dint_error *err);

/* Whether a stranger's name may be that of a new file in the current directory. */
bool source_name_is_safe(const char *name);
