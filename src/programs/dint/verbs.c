/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs, in the order of the help: a machine, its incident, its dump. */
#include "programs/dint/verb.h"

#include <string.h>

const struct verb *const verbs[] = {
	&verb_machines, &verb_send,   &verb_incidents, &verb_incident, &verb_console,
	&verb_dump,	&verb_info,   &verb_dmesg,     &verb_bt,       &verb_tasks,
	&verb_modules,	&verb_sym,    &verb_what,      &verb_show,     &verb_read,
	&verb_report,	&verb_access, &verb_audit,     &verb_help,     NULL,
};

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; verbs[i]; i++)
		if (!strcmp(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

const struct verb verb_dint = {
	.name = "dint",
	.summary = "the diagnostic interrupt for everybody",
	.details =
		"Sends a machine that no longer answers a non-maskable interrupt, brings the crash "
		"dump that comes of it to safety, and says what hung the machine.",
	.options = {{.name = "version", .letter = 'V', .summary = "says which version this is"}},
	.examples = {{"dint send web1 --wait", NULL}, {"dint report last", NULL}},
};
