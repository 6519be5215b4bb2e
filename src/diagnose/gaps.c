/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of gaps. */
#include "diagnose/gaps.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void gaps_done(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->count; i++)
		free(gaps->items[i].why);
	gaps->count = 0;
}

void gaps_add(struct gaps *gaps, const char *what, const char *why, ...)
{
	va_list words;
	char *text = NULL;

	if (gaps->count == GAPS_MAX)
		return;
	va_start(words, why);
	if (vasprintf(&text, why, words) < 0)
		abort();
	va_end(words);
	gaps->items[gaps->count++] = (struct gap){what, text};
}

void gaps_put(const struct gaps *gaps, struct json_writer *w)
{
	json_open_array(w, "gaps");
	for (size_t i = 0; i < gaps->count; i++) {
		json_open_object(w, NULL);
		json_put_string(w, "what", gaps->items[i].what);
		json_put_string(w, "why", gaps->items[i].why);
		json_close(w);
	}
	json_close(w);
}
