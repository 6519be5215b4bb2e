/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a verb's record says, as help, as a manual page, as a shell's completion. */
#pragma once
#include <stdio.h>

#include "programs/dint/verb.h"

/* "dint send MACHINE [--reason TEXT] [--yes]" */
void help_synopsis(const struct verb *verb, FILE *file);
/* The whole command, then one verb. */
void help_overview(FILE *file);
void help_verb(const struct verb *verb, FILE *file);

/* man(7): dint.1 for NULL, else dint-VERB.1. */
void manual_page(const struct verb *verb, FILE *file);
/* Every page into a directory, which is made. */
bool manual_write_all(const char *directory, struct dint_error *err);

/* For "bash", "zsh" or "fish"; DINT_BAD_REQUEST for another shell. */
bool completion_write(const char *shell, FILE *file, struct dint_error *err);
