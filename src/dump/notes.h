/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ELF notes: {u32 name size, u32 content size, u32 type, name, content}, each part padded to 4. */
#pragma once
#include "base/cursor.h"

#define NOTE_PRSTATUS	1
#define NOTE_NAME_BYTES 32 /* longer names are cut: none that we know is */

struct note {
	char name[NOTE_NAME_BYTES];
	uint32_t type;
	const uint8_t *content;
	uint32_t size; /* of the content; less than said where the notes are cut */
};

/* The next note; false at the end, or where what follows is none. */
bool note_next(struct cursor *c, struct note *note);
