/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

/* Each function has a prologue, and calls the one before it at 0x1b, so that IN is where that call
 * returns to; but for some. */
enum {
	LEAF,
	CALLER,	  /* calls LEAF */
	OUTER,	  /* calls CALLER */
	INDIRECT, /* calls through a register */
	THUNK,	  /* jumps to what a register holds */
	BY_THUNK, /* calls THUNK */
	NO_CALL,  /* has no call anywhere */
	FOREIGN,  /* calls NO_CALL */
};

#define AT(function, offset) (TEXT + (function)*FUNCTION + (offset))
#define IN(function)	     AT(function, 0x20)
#define T		     STACKS

static void put_code(struct rig *rig, kva_t at, const void *bytes, size_t n)
{
	memcpy(rig->text + (at - TEXT), bytes, n);
}

static void put_call(struct rig *rig, unsigned from, unsigned to)
{
	uint8_t call[5] = {0xe8};
	uint32_t relative = (uint32_t)(AT(to, 0) - IN(from));

	memcpy(call + 1, &relative, 4);
	put_code(rig, AT(from, 0x1b), call, sizeof(call));
}

static void code_init(struct rig *rig)
{
	static const uint8_t prologue[] = {0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f, 0x44,
					   0x00, 0x00, 0x55, 0x48, 0x89, 0xe5};
	static const uint8_t through_register[] = {0xff, 0xd0}, jump[] = {0xff, 0xe0},
			     ret[] = {0x5d, 0xc3};

	rig_init(rig);
	memset(rig->text, 0x90, sizeof(rig->text));
	for (unsigned i = 0; i < FUNCTIONS; i++)
		put_code(rig, AT(i, 0), prologue, sizeof(prologue));
	put_code(rig, AT(THUNK, 0), jump, sizeof(jump));
	put_code(rig, AT(LEAF, 0x40), ret, sizeof(ret));
	put_code(rig, AT(INDIRECT, 0x1e), through_register, sizeof(through_register));
	put_call(rig, CALLER, LEAF);
	put_call(rig, OUTER, CALLER);
	put_call(rig, BY_THUNK, THUNK);
	put_call(rig, FOREIGN, NO_CALL);
}

static const struct walk_case cases[] = {
	{.name = "a task that sleeps: frames to a kernel thread's first",
	 .ip = IN(CALLER),
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .returned = true,
	 .words = {{T + 0x200, T + 0x300},
		   {T + 0x208, IN(OUTER)},
		   {T + 0x300, 0},
		   {T + 0x308, IN(FOREIGN)}},
	 .want = {IN(CALLER), IN(OUTER), IN(FOREIGN)}},
	{.name = "a system call: behind the last frame are user space's registers",
	 .ip = IN(CALLER),
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .returned = true,
	 .words = {{T + 0x200, 0},
		   {T + 0x208, IN(OUTER)},
		   PT_REGS(T + 0x210, USER_IP, USER_CS, 0x7ffe0000, 0)},
	 .want = {IN(CALLER), IN(OUTER), USER_IP}},
	{.name = "an odd frame pointer: registers of what was interrupted",
	 .ip = IN(CALLER),
	 .sp = NMI + 0x80,
	 .bp = NMI + 0x90,
	 .returned = true,
	 .words = {{NMI + 0x90, NMI + 0x200 + 1},
		   {NMI + 0x98, IN(OUTER)},
		   PT_REGS(NMI + 0x200, IN(CALLER), KERNEL_CS, T + 0x80, T + 0x100),
		   {T + 0x100, 0},
		   {T + 0x108, IN(OUTER)}},
	 .want = {IN(CALLER), IN(OUTER), IN(CALLER), IN(OUTER)}},
	{.name = "interrupted with no frame of its own: its caller is at sp",
	 .ip = AT(LEAF, 0x30),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(CALLER)}, {T + 0x100, 0}, {T + 0x108, IN(OUTER)}},
	 .want = {AT(LEAF, 0x30), IN(CALLER), IN(OUTER)}},
	{.name = "the same, called through a register",
	 .ip = AT(LEAF, 0x30),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(INDIRECT)}, {T + 0x100, 0}, {T + 0x108, IN(OUTER)}},
	 .want = {AT(LEAF, 0x30), IN(INDIRECT), IN(OUTER)}},
	{.name = "the same, called through a thunk",
	 .ip = AT(LEAF, 0x30),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(BY_THUNK)}, {T + 0x100, 0}, {T + 0x108, IN(OUTER)}},
	 .want = {AT(LEAF, 0x30), IN(BY_THUNK), IN(OUTER)}},
	{.name = "interrupted with a frame: what is at sp is no return address",
	 .ip = AT(LEAF, 0x30),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, 0x1234}, {T + 0x100, 0}, {T + 0x108, IN(CALLER)}},
	 .want = {AT(LEAF, 0x30), IN(CALLER)}},
	{.name = "interrupted with a frame: at sp is the return address of another call",
	 .ip = AT(LEAF, 0x30),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(OUTER)}, {T + 0x100, 0}, {T + 0x108, IN(CALLER)}},
	 .want = {AT(LEAF, 0x30), IN(CALLER)}},
	{.name = "at the first instruction",
	 .ip = AT(LEAF, 0),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(INDIRECT)}, {T + 0x100, 0}, {T + 0x108, IN(INDIRECT)}},
	 .want = {AT(LEAF, 0), IN(INDIRECT), IN(INDIRECT)}},
	{.name = "before push",
	 .ip = AT(LEAF, 9),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(INDIRECT)}, {T + 0x100, 0}, {T + 0x108, IN(INDIRECT)}},
	 .want = {AT(LEAF, 9), IN(INDIRECT), IN(INDIRECT)}},
	{.name = "between push and mov",
	 .ip = AT(LEAF, 10),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, T + 0x100},
		   {T + 0x88, IN(INDIRECT)},
		   {T + 0x100, 0},
		   {T + 0x108, IN(OUTER)}},
	 .want = {AT(LEAF, 10), IN(INDIRECT), IN(OUTER)}},
	{.name = "behind the prologue",
	 .ip = AT(LEAF, 13),
	 .sp = T + 0x100,
	 .bp = T + 0x100,
	 .words = {{T + 0x100, 0}, {T + 0x108, IN(INDIRECT)}},
	 .want = {AT(LEAF, 13), IN(INDIRECT)}},
	{.name = "at the return",
	 .ip = AT(LEAF, 0x41),
	 .sp = T + 0x80,
	 .bp = T + 0x100,
	 .words = {{T + 0x80, IN(INDIRECT)}, {T + 0x100, 0}, {T + 0x108, IN(INDIRECT)}},
	 .want = {AT(LEAF, 0x41), IN(INDIRECT), IN(INDIRECT)}},
	{.name = "a kernel thread that ends with the registers it would have in user space",
	 .ip = IN(CALLER),
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .returned = true,
	 .words = {{T + 0x200, T + 0x300 + 1}, {T + 0x208, IN(OUTER)}},
	 .want = {IN(CALLER), IN(OUTER), 0},
	 .n = 3},
	{.name = "a frame pointer that is none",
	 .ip = IN(CALLER),
	 .sp = T + 0x100,
	 .bp = T + 0x204,
	 .returned = true,
	 .want = {IN(CALLER)},
	 .lost = "0xffffc90000000204 is no frame pointer"},
	{.name = "a frame that lies behind",
	 .ip = IN(CALLER),
	 .sp = T + 0x300,
	 .bp = T + 0x200,
	 .returned = true,
	 .want = {IN(CALLER)},
	 .lost = "the frame at 0xffffc90000000200 lies behind us"},
	{.name = "a frame in memory that is not there",
	 .ip = IN(CALLER),
	 .sp = T + 0x300,
	 .bp = 0xffff888000000000,
	 .returned = true,
	 .want = {IN(CALLER)},
	 .lost = "the frame at 0xffff888000000000 cannot be read"},
};

static void stacks_are_walked_by_frame_pointers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig rig;

		code_init(&rig);
		walk_one(&rig, &cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_are_walked_by_frame_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
