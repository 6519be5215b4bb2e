/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk, whatever the architecture. */
#include "kernel/unwind.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void unwind_start(struct unwind *unwind, const struct unwind_source *source,
		  const struct unwind_arch *arch, const struct registers *registers, bool exact)
{
	memset(unwind, 0, sizeof(*unwind));
	unwind->source = source;
	unwind->arch = arch;
	unwind->registers = *registers;
	unwind->exact = exact;
	unwind->area = -1;
	unwind->result = UNWIND_FRAME;
}

enum unwind_result unwind_lost(struct unwind *unwind, const char *fmt, ...)
{
	va_list words;

	va_start(words, fmt);
	vsnprintf(unwind->why, sizeof(unwind->why), fmt, words);
	va_end(words);
	return UNWIND_LOST;
}

bool unwind_word(const struct unwind *unwind, kva_t at, uint64_t *value)
{
	uint8_t bytes[8] = {0};
	struct dint_error ignored;

	if (!unwind->source->read(unwind->source->own, at, bytes, sizeof(bytes), &ignored))
		return false;
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	*value = cursor_u64(&c);
	return true;
}

static const char *area_name(const struct unwind *unwind, int area)
{
	return area < 0 ? "unknown" : unwind->source->areas.items[area].name;
}

enum unwind_result unwind_moved(struct unwind *unwind, kva_t before, kva_t now)
{
	const struct stack_areas *areas = &unwind->source->areas;
	int area = stack_of(areas, now);

	if (areas->n == 0)
		return UNWIND_FRAME;
	if (unwind->area < 0) /* the first step */
		unwind->area = stack_of(areas, before);
	if (area == unwind->area && now <= before)
		return unwind_lost(unwind,
				   "the %s stack goes from 0x%" PRIx64 " back to 0x%" PRIx64,
				   area_name(unwind, area), before, now);
	if (area == unwind->area)
		return UNWIND_FRAME;
	if (area < 0)
		return unwind_lost(unwind, "0x%" PRIx64 " is on no stack of this CPU", now);
	if (unwind->visited >> area & 1)
		return unwind_lost(unwind, "back on the %s stack at 0x%" PRIx64,
				   area_name(unwind, area), now);
	if (unwind->area >= 0)
		unwind->visited |= 1u << unwind->area;
	unwind->area = area;
	return UNWIND_FRAME;
}

static struct frame frame_of(const struct unwind *unwind)
{
	const struct unwind_arch *arch = unwind->arch;
	const struct registers *r = &unwind->registers;

	return (struct frame){
		.ip = r->value[arch->ip],
		.sp = r->value[arch->sp],
		.bp = registers_know(r, arch->bp) ? r->value[arch->bp] : 0,
		.registers_at = unwind->registers_at,
		.exact = unwind->exact,
		.user = arch->is_user(r),
		.interrupts = arch->interrupts(r),
	};
}

enum unwind_result unwind_next(struct unwind *unwind, struct frame *frame)
{
	if (unwind->result != UNWIND_FRAME)
		return unwind->result;
	if (unwind->frames == UNWIND_FRAMES_MAX)
		return unwind->result =
			       unwind_lost(unwind, "more than %d frames", UNWIND_FRAMES_MAX);
	if (unwind->frames++ > 0) {
		unwind->registers_at = 0;
		unwind->result = unwind->arch->is_user(&unwind->registers)
					 ? UNWIND_END
					 : unwind->arch->step(unwind);
		if (unwind->result != UNWIND_FRAME)
			return unwind->result;
	}
	*frame = frame_of(unwind);
	return UNWIND_FRAME;
}
