/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb of the command `dint`: what one types, what it says about itself, and what it does.
 * Help, man pages, completions and the parsing of options all come from the record.
 *
 * To add a verb:
 *   1. write programs/dint/verb_<name>.c, ending in one `const struct verb verb_<name>`;
 *   2. list it in programs/dint/verbs.c, where it shall stand in the help;
 *   3. name the file in src/programs/meson.build;
 *   4. give it cases in tests/cli/cases.py: its text, its --json, its refusals.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define VERB_ARGUMENTS_MAX 3
#define VERB_WORDS_MAX	   32 /* of the arguments, where the last one repeats */
#define VERB_OPTIONS_MAX   7
#define VERB_EXAMPLES_MAX  3
#define VERB_COMMON	   4  /* --socket and --help, which every verb takes, and … */
#define VERB_COMMON_DUMPS  2  /* … --part and --debuginfo, which those about dumps take */
#define VERB_PARTS_MAX	   63 /* of a split dump, besides the first */

/* What an argument or a value names, so that a shell can complete it. */
enum verb_kind { KIND_WORD, KIND_MACHINE, KIND_INCIDENT, KIND_DUMP, KIND_FILE, KIND_VERB };

struct verb_argument {
	const char *name; /* as the synopsis shows it: "MACHINE" */
	const char *summary;
	enum verb_kind kind;
	bool optional;
	bool repeats; /* the last one only */
};

struct verb_option {
	const char *name;    /* without its dashes */
	const char *value;   /* as the synopsis shows it: "TEXT"; NULL for a flag */
	const char *summary; /* NULL: left out of help and completion, for the build's own use */
	const char *choices; /* what the value may be, parted by spaces; NULL: anything */
	char letter;	     /* '\0': none */
	enum verb_kind kind; /* of the value */
};

struct verb_example {
	const char *command, *summary;
};

struct call;

struct verb {
	const char *name, *summary;
	const char *details; /* paragraphs, parted by an empty line */
	struct verb_argument arguments[VERB_ARGUMENTS_MAX];
	struct verb_option options[VERB_OPTIONS_MAX];
	struct verb_example examples[VERB_EXAMPLES_MAX];
	bool about_dump; /* what is unsupported is then its data: exit 4 and not 7; takes --part …
			  */
	bool hidden;	 /* in no list of verbs */
	/* The answer goes to stdout. An end that is no error and not success either sets *status.
	 */
	bool (*run)(const struct call *call, int *status, struct dint_error *err);
};

/* A verb as it was typed; the words are those of argv. */
struct call {
	const struct verb *verb;
	const char *arguments[VERB_WORDS_MAX + 1];	    /* NULL: not given */
	const char *values[VERB_OPTIONS_MAX + VERB_COMMON]; /* of the options, "" for a flag */
	const char *debuginfo;				    /* NULL: not given */
	const char *parts[VERB_PARTS_MAX + 1];		    /* of every --part */
	const char *socket;				    /* dintd's, never NULL */
};

/* In the order of the help, NULL at the end. */
extern const struct verb *const verbs[];
/* NULL: no such verb. */
const struct verb *verb_find(const char *name);

/* The command itself: the options before the verb. */
extern const struct verb verb_dint;
extern const struct verb verb_machines, verb_send, verb_incidents, verb_incident, verb_dump,
	verb_console, verb_info, verb_dmesg, verb_bt, verb_tasks, verb_modules, verb_sym, verb_what,
	verb_show, verb_read, verb_report, verb_access, verb_audit, verb_help;
