/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes to a person's eyes: strangers' words made harmless, colour where it is wanted, tables.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/error.h"

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_GOOD, PAINT_BAD, PAINT_DIM };

/* A terminal that can move its cursor: not TERM=dumb. */
bool screen_is_terminal(FILE *file);
/* On such a terminal, and NO_COLOR is unset or empty (https://no-color.org). */
bool screen_has_colour(FILE *file);

/* Escapes what is not fit to be shown; NULL reads "-". */
void screen_put(FILE *file, const char *text);
void screen_paint(FILE *file, enum paint paint, const char *text);
/* The document to stdout, indented, ASCII: nothing in it can reach the terminal. */
bool screen_json(const json_t *value, struct dint_error *err);

#define TABLE_COLUMNS_MAX 8

/* Columns as wide as they need; the last is not padded. Rows are added cell by cell. */
struct table {
	size_t columns, cells;
	size_t widths[TABLE_COLUMNS_MAX];
	struct buffer text; /* the cells, each with its NUL */
};

/* The headings are a NULL-terminated list. */
void table_init(struct table *table, const char *const *headings);
void table_done(struct table *table);
void table_add(struct table *table, const char *cell);
void table_print(const struct table *table, FILE *file);
