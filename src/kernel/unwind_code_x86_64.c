/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few instructions of x86-64, read backwards and forwards. */
#include "kernel/unwind_code_x86_64.h"

#include <string.h>

#include "base/cursor.h"

#define CALL_BYTES_MAX 7    /* before a return address */
#define CALL_DIRECT    5    /* e8 and a relative address */
#define PROLOGUE_BYTES 32   /* what pushes registers is among them */
#define SEARCH_BYTES   2048 /* of stack: a function's frame is seldom 1 KiB */

/* The kernel's calls through a register or memory: ff /2, with what prefixes and operands there
 * are. */
static bool is_indirect_call(const uint8_t *end)
{
	for (unsigned n = 2; n <= CALL_BYTES_MAX; n++)
		if (end[-(int)n] == 0xff && (end[1 - (int)n] >> 3 & 7) == 2)
			return true;
	return false;
}

/* A thunk (arch/x86/lib/retpoline.S) jumps to what a register holds: "jmp *%reg", with a lfence
 * before it, or a return that it has made itself. */
static bool is_thunk(const struct unwind *unwind, kva_t at)
{
	static const struct {
		uint8_t n, bytes[5], mask;
	} starts[] = {
		{2, {0xff, 0xe0}, 0xf8},
		{3, {0x41, 0xff, 0xe0}, 0xf8},
		{5, {0x0f, 0xae, 0xe8, 0xff, 0xe0}, 0xf8},
		{4, {0x0f, 0xae, 0xe8, 0x41}, 0xff},
		{5, {0xe8, 0x01, 0x00, 0x00, 0x00}, 0xff},
	};
	uint8_t code[5] = {0};
	struct dint_error ignored;

	if (!unwind->source->read(unwind->source->own, at, code, sizeof(code), &ignored))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		size_t last = starts[i].n - 1;

		if (memcmp(code, starts[i].bytes, last) == 0 &&
		    (code[last] & starts[i].mask) == starts[i].bytes[last])
			return true;
	}
	return false;
}

enum caller code_x86_caller(const struct unwind *unwind, kva_t back, kva_t function)
{
	const struct unwind_source *source = unwind->source;
	uint8_t code[CALL_BYTES_MAX] = {0};
	struct cursor c = cursor_over(code, sizeof(code));
	struct dint_error ignored;

	if (!source->is_text(source->own, back - 1) ||
	    !source->read(source->own, back - sizeof(code), code, sizeof(code), &ignored))
		return CALLER_NONE;
	if (code[CALL_BYTES_MAX - CALL_DIRECT] == 0xe8) {
		cursor_seek(&c, CALL_BYTES_MAX - CALL_DIRECT + 1);
		kva_t called = back + (uint64_t)(int64_t)(int32_t)cursor_u32(&c), start = 0;

		if (called == function)
			return CALLER_CERTAIN;
		if (is_thunk(unwind, called))
			return CALLER_MAYBE;
		if (source->is_text(source->own, called))
			return source->function(source->own, called, &start) && start == function
				       ? CALLER_CERTAIN
				       : CALLER_OTHER;
	}
	return is_indirect_call(code + CALL_BYTES_MAX) ? CALLER_MAYBE : CALLER_NONE;
}

/* The bytes of "endbr64", and of where ftrace calls, at the start of a function. */
static size_t skip_entry(const uint8_t *code)
{
	static const uint8_t endbr[] = {0xf3, 0x0f, 0x1e, 0xfa}, nop5[] = {0x0f, 0x1f, 0x44, 0x00};
	size_t at = 0;

	if (memcmp(code, endbr, sizeof(endbr)) == 0)
		at += sizeof(endbr);
	if (memcmp(code + at, nop5, sizeof(nop5)) == 0 || code[at] == 0xe8)
		at += CALL_DIRECT;
	return at;
}

int code_x86_pushed(const struct unwind *unwind, kva_t function, kva_t ip)
{
	uint8_t code[PROLOGUE_BYTES] = {0};
	struct dint_error ignored;

	if (ip - function >= sizeof(code) ||
	    !unwind->source->read(unwind->source->own, function, code, sizeof(code), &ignored))
		return -1;
	size_t at = skip_entry(code);

	if (ip - function <= at)
		return 0;
	return code[at] == 0x55 && ip - function == at + 1 ? 1 : -1;
}

bool code_x86_leaving(const struct unwind *unwind, kva_t ip)
{
	uint8_t code = 0;
	struct dint_error ignored;

	return unwind->source->read(unwind->source->own, ip, &code, 1, &ignored) && code == 0xc3;
}

kva_t code_x86_find_caller(const struct unwind *unwind, kva_t function)
{
	kva_t sp = unwind->registers.value[X86_SP];
	uint64_t word = 0;

	for (kva_t slot = sp; slot - sp < SEARCH_BYTES; slot += 8) {
		if (!unwind_word(unwind, slot, &word))
			return 0;
		if (code_x86_caller(unwind, word, function) == CALLER_CERTAIN)
			return slot;
	}
	return 0;
}

/* How long an instruction is that may stand between pushes: moves between registers and of a
 * constant, and clearing one; 0: another one. */
static size_t harmless_bytes(const uint8_t *code)
{
	bool prefix = (code[0] & 0xf0) == 0x40, wide = (code[0] & 0xf8) == 0x48;
	const uint8_t *op = code + prefix;

	if ((op[0] == 0x89 || op[0] == 0x8b || op[0] == 0x31 || op[0] == 0x63) && op[1] >= 0xc0)
		return prefix + 2u;
	return (op[0] & 0xf8) == 0xb8 && !wide ? prefix + 5u : 0;
}

unsigned code_x86_bp_pushed(const struct unwind *unwind, kva_t function)
{
	uint8_t code[PROLOGUE_BYTES + 8] = {0};
	struct dint_error ignored;
	unsigned pushed = 0;

	if (!unwind->source->read(unwind->source->own, function, code, PROLOGUE_BYTES, &ignored))
		return 0;
	for (size_t at = skip_entry(code); at < PROLOGUE_BYTES;) {
		size_t other = harmless_bytes(code + at);

		if (code[at] == 0x55)
			return pushed + 1;
		if ((code[at] & 0xf8) == 0x50) {
			pushed++;
			at++;
		} else if (code[at] == 0x41 && (code[at + 1] & 0xf8) == 0x50) {
			pushed++;
			at += 2;
		} else if (other) {
			at += other;
		} else {
			break;
		}
	}
	return 0;
}
