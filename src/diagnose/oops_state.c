/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading registers out of the lines of an oops. */
#include "diagnose/oops_state.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"

/* Those that are printed as NAME: HEX; segments and PKRU tell nothing here. */
static const char *const names[] = {"EFLAGS", "RAX", "RBX", "RCX", "RDX", "RSI", "RDI",
				    "RBP",    "R08", "R09", "R10", "R11", "R12", "R13",
				    "R14",    "R15", "CR0", "CR2", "CR3", "CR4"};

void oops_state_begin(struct oops_state *state)
{
	memset(state, 0, sizeof(*state));
	state->open = true;
}

static bool has(const struct oops_state *state, const char *name)
{
	for (size_t i = 0; i < state->count; i++)
		if (strcasecmp(state->registers[i].name, name) == 0)
			return true;
	return false;
}

static void add(struct oops_state *state, const char *name, const char *prefix, const char *value,
		size_t n)
{
	size_t i = state->count;

	if (i == OOPS_REGISTERS_MAX || has(state, name) || n + strlen(prefix) >= OOPS_VALUE_BYTES)
		return;
	state->count++;
	for (size_t c = 0; c < OOPS_NAME_BYTES - 1 && name[c]; c++)
		state->registers[i].name[c] = (char)tolower((unsigned char)name[c]);
	snprintf(state->registers[i].value, OOPS_VALUE_BYTES, "%s%.*s", prefix, (int)n, value);
}

/* "NAME: HEX" anywhere in a line. */
static void take_named(struct oops_state *state, const char *text)
{
	char mark[OOPS_NAME_BYTES + 2];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *at;
		size_t n;

		snprintf(mark, sizeof(mark), "%s: ", names[i]);
		at = strstr(text, mark);
		if (!at)
			continue;
		at += strlen(mark);
		n = strspn(at, "0123456789abcdef");
		if (n > 0 && n <= 16)
			add(state, names[i], "0x", at, n);
	}
}

/* "RIP: 0010:SYMBOL" and "RSP: 0018:HEX": a selector is before the value; the kernel's own only. */
static void take_selected(struct oops_state *state, const char *text, const char *mark,
			  const char *name, const char *prefix)
{
	size_t n = strlen(mark);

	if (strncmp(text, mark, n) != 0)
		return;
	add(state, name, prefix, text + n, strcspn(text + n, prefix[0] ? " \n" : "\n"));
}

void oops_state_line(struct oops_state *state, const char *text)
{
	if (!state->open)
		return;
	if (strncmp(text, "---[ end trace", 14) == 0 || strncmp(text, "RIP: 0033:", 10) == 0) {
		state->open = false;
		return;
	}
	take_selected(state, text, "RIP: 0010:", "RIP", "");
	take_selected(state, text, "RSP: 0018:", "RSP", "0x");
	if (strncmp(text, "Code: ", 6) == 0 && !state->code[0])
		snprintf(state->code, sizeof(state->code), "%.*s", (int)strcspn(text + 6, "\n"),
			 text + 6);
	take_named(state, text);
}
