/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was typed, read by a verb's record. */
#pragma once
#include <stdbool.h>

#include "programs/dint/verb.h"

#define SOCKET_DEFAULT "/run/dint/dintd.socket"

/* The options that every verb takes; of them --part only by verbs about dumps. */
extern const struct verb_option options_common[VERB_COMMON];
bool options_is_common(const struct verb_option *option);

/* Reads argv[0..argc) into call; --help is not a failure, and spares the arguments.
 * DINT_BAD_REQUEST names the word and, where one is near, what may have been meant. */
bool options_parse(const struct verb *verb, int argc, char **argv, struct call *call,
		   struct dint_error *err);
/* Reads the options before the first word only; *used says how many words they were. */
bool options_parse_leading(const struct verb *verb, int argc, char **argv, int *used,
			   struct call *call, struct dint_error *err);

/* The value of an option of the call's verb ("" for a flag); NULL: not given. An option that the
 * record does not have is our own mistake. */
const char *options_value(const struct call *call, const char *name);
bool options_given(const struct call *call, const char *name);

/* The n-th option, the common ones last; NULL at the end. */
const struct verb_option *options_at(const struct verb *verb, size_t n);

/* The name that is nearest to a word, if it is near enough to have been meant; else NULL. */
const char *options_nearest(const char *word, const char *const *names);
/* The same among the verbs. */
const char *options_nearest_verb(const char *word);
