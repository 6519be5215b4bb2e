/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the ELF notes of a dump say of it. */
#pragma once
#include "dump/dump.h"

/* Takes the notes into the facts: the bytes are borrowed and live as long as the dump. */
void note_facts(struct dump_facts *facts, const uint8_t *notes, size_t n);
