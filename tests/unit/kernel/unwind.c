/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

enum {
	PLAIN,	  /* no frame: the return address is at sp */
	FRAMED,	  /* push %rbp; mov %rsp,%rbp */
	ENTRY,	  /* a struct pt_regs at sp */
	PUSHED,	  /* what the CPU pushed is at sp + 16 */
	FIRST,	  /* the outermost function */
	UNKNOWN,  /* nobody knows */
	SWITCH,	  /* the task's stack pointer is at sp */
	NORETURN, /* ends in a call of one that does not return */
	REALIGN,  /* r10 is the caller's stack pointer */
	BEHIND,	  /* bp is found relative to bp */
	OTHERS,
};

#define IN(function) (TEXT + (function)*FUNCTION + 0x20)

/* Version 3; in the order of the functions above. */
static const uint8_t entries[][ORC_ENTRY_BYTES] = {
	[PLAIN] = {0x08, 0, 0, 0, 0x05, 0x02},	[FRAMED] = {0x10, 0, 0xf0, 0xff, 0x14, 0x02},
	[ENTRY] = {0, 0, 0, 0, 0x05, 0x0b},	[PUSHED] = {0x10, 0, 0, 0, 0x05, 0x0c},
	[FIRST] = {0, 0, 0, 0, 0, 0x01},	[UNKNOWN] = {0, 0, 0, 0, 0, 0},
	[SWITCH] = {0x08, 0, 0, 0, 0x09, 0x02}, [NORETURN] = {0x18, 0, 0, 0, 0x05, 0x02},
	[REALIGN] = {0, 0, 0, 0, 0x06, 0x02},	[BEHIND] = {0x10, 0, 0, 0, 0x44, 0x02},
	[OTHERS] = {0x08, 0, 0, 0, 0x05, 0x02},
};

static struct orc *orc_of(struct rig *rig)
{
	struct orc *orc = orc_new(ORC_V3, rig_read, rig);
	struct orc_table table = {.ips = TABLES,
				  .entries = TABLES + 0x800,
				  .n = ARRAY_SIZE(entries),
				  .start = TEXT,
				  .end = TEXT + FUNCTIONS * FUNCTION};

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		uint32_t relative = (uint32_t)(TEXT + i * FUNCTION - (TABLES + i * 4));

		memcpy(rig->tables + i * 4, &relative, 4);
		memcpy(rig->tables + 0x800 + i * ORC_ENTRY_BYTES, entries[i], ORC_ENTRY_BYTES);
	}
	orc_add(orc, &table);
	return orc;
}

#define T STACKS

static const struct walk_case cases[] = {
	{.name = "calls without and with frames, to the first function",
	 .ip = IN(PLAIN),
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .words = {{T + 0x100, IN(FRAMED)},
		   {T + 0x200, T + 0x300},
		   {T + 0x208, IN(PLAIN)},
		   {T + 0x210, IN(FIRST)}},
	 .want = {IN(PLAIN), IN(FRAMED), IN(PLAIN), IN(FIRST)},
	 .last_bp = T + 0x300},
	{.name = "the call of one that does not return is the function's last instruction",
	 .ip = TEXT + (NORETURN + 1) * FUNCTION,
	 .sp = T + 0x100,
	 .returned = true,
	 .words = {{T + 0x110, IN(FIRST)}},
	 .want = {TEXT + (NORETURN + 1) * FUNCTION, IN(FIRST)}},
	{.name = "an exact address is not moved back",
	 .ip = TEXT + (NORETURN + 1) * FUNCTION,
	 .sp = T + 0x100,
	 .words = {{T + 0x110, IN(FIRST)}},
	 .want = {TEXT + (NORETURN + 1) * FUNCTION},
	 .lost = "the frame of 0xffffffff81000800 cannot be found"},
	{.name = "an interrupt: registers, on the same stack",
	 .ip = IN(ENTRY),
	 .sp = T + 0x100,
	 .returned = true,
	 .words = {PT_REGS(T + 0x100, IN(FRAMED), KERNEL_CS, T + 0x300, T + 0x400),
		   {T + 0x400, 0x1234},
		   {T + 0x408, IN(FIRST)}},
	 .want = {IN(ENTRY), IN(FRAMED), IN(FIRST)},
	 .last_bp = 0x1234},
	{.name = "an NMI interrupts an interrupt, which interrupted user space",
	 .ip = IN(PLAIN),
	 .sp = NMI + 0x100,
	 .words = {{NMI + 0x100, IN(ENTRY)},
		   PT_REGS(NMI + 0x108, IN(PLAIN), KERNEL_CS, IRQ + 0x80, 0),
		   {IRQ + 0x80, IN(SWITCH)},
		   {IRQ + 0x88, T + 0x500},
		   {T + 0x500, IN(ENTRY)},
		   PT_REGS(T + 0x508, USER_IP, USER_CS, 0x7ffe0000, 0)},
	 .want = {IN(PLAIN), IN(ENTRY), IN(PLAIN), IN(SWITCH), IN(ENTRY), USER_IP}},
	{.name = "what the CPU pushed leaves the other registers as they are",
	 .ip = IN(PUSHED),
	 .sp = T + 0x100,
	 .bp = T + 0x400,
	 .words = {{T + 0x110, IN(FRAMED)},
		   {T + 0x118, KERNEL_CS},
		   {T + 0x128, T + 0x300},
		   {T + 0x400, 0},
		   {T + 0x408, IN(FIRST)}},
	 .want = {IN(PUSHED), IN(FRAMED), IN(FIRST)}},
	{.name = "a frame pointer relative to the frame pointer",
	 .ip = IN(BEHIND),
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .words = {{T + 0x200, T + 0x300}, {T + 0x208, IN(FIRST)}},
	 .want = {IN(BEHIND), IN(FIRST)},
	 .last_bp = T + 0x300},
	{.name = "a call of NULL",
	 .ip = 0,
	 .sp = T + 0x100,
	 .words = {{T + 0x100, IN(PLAIN)}, {T + 0x108, IN(FIRST)}},
	 .want = {0, IN(PLAIN), IN(FIRST)},
	 .n = 3},
	{.name = "a call of what is no code",
	 .ip = 0xffff888012345678,
	 .sp = T + 0x100,
	 .words = {{T + 0x100, IN(PLAIN)}, {T + 0x108, IN(FIRST)}},
	 .want = {0xffff888012345678, IN(PLAIN), IN(FIRST)}},
	{.name = "code that no table knows has a frame pointer, as BPF programs have",
	 .ip = 0xffffffffc0001234,
	 .sp = T + 0x100,
	 .bp = T + 0x200,
	 .returned = true,
	 .words = {{T + 0x200, T + 0x300}, {T + 0x208, IN(FIRST)}},
	 .want = {0xffffffffc0001234, IN(FIRST)}},
	{.name = "nobody knows",
	 .ip = IN(PLAIN),
	 .sp = T + 0x100,
	 .words = {{T + 0x100, IN(UNKNOWN)}},
	 .want = {IN(PLAIN), IN(UNKNOWN)},
	 .lost = "the unwind tables do not know 0xffffffff81000520"},
	{.name = "a register that a call has left unknown",
	 .ip = IN(PLAIN),
	 .sp = T + 0x100,
	 .words = {{T + 0x100, IN(REALIGN)}},
	 .want = {IN(PLAIN), IN(REALIGN)},
	 .lost = "the frame of 0xffffffff81000820 cannot be found"},
	{.name = "a stack that goes backwards",
	 .ip = IN(FRAMED),
	 .sp = T + 0x300,
	 .bp = T + 0x200,
	 .words = {{T + 0x208, IN(PLAIN)}},
	 .want = {IN(FRAMED)},
	 .lost = "the task's stack goes from 0xffffc90000000300 back to 0xffffc90000000210"},
	{.name = "a stack that was left before",
	 .ip = IN(FRAMED),
	 .sp = T + 0x300,
	 .bp = IRQ + 0x200,
	 .words = {{IRQ + 0x200, T + 0x400}, {IRQ + 0x208, IN(FRAMED)}, {T + 0x408, IN(PLAIN)}},
	 .want = {IN(FRAMED), IN(FRAMED)},
	 .lost = "back on the task's stack at 0xffffc90000000410"},
	{.name = "a stack of nobody",
	 .ip = IN(ENTRY),
	 .sp = T + 0x100,
	 .words = {PT_REGS(T + 0x100, IN(PLAIN), KERNEL_CS, 0xffff888000001000, 0)},
	 .want = {IN(ENTRY)},
	 .lost = "0xffff888000001000 is on no stack of this CPU"},
	{.name = "a stack that ends",
	 .ip = IN(ENTRY),
	 .sp = NMI + AREA_BYTES - 0x10,
	 .want = {IN(ENTRY)},
	 .lost = "registers at 0xffffc9000000bff0 cannot be read"},
};

static void stacks_are_walked_by_orc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct rig rig;

		rig_init(&rig);
		CLEANUP(orc_free_ptr) struct orc *orc = orc_of(&rig);

		rig.source.orc = orc;
		walk_one(&rig, &cases[i]);
	}
}

static void an_endless_stack_ends(void **state)
{
	struct rig rig;
	struct registers registers = {0};
	struct unwind unwind;
	struct frame frame;
	unsigned n = 0;

	(void)state;
	rig_init(&rig);
	CLEANUP(orc_free_ptr) struct orc *orc = orc_of(&rig);

	rig.source.orc = orc;
	rig.source.areas.n = 0; /* nothing is known of stacks */
	for (kva_t at = STACKS; at < STACKS + 3 * AREA_BYTES; at += 8)
		rig_put(&rig, at, IN(PLAIN));
	registers_set(&registers, X86_IP, IN(PLAIN));
	registers_set(&registers, X86_SP, STACKS);
	unwind_start(&unwind, &rig.source, &unwind_x86_64, &registers, true);
	while (unwind_next(&unwind, &frame) == UNWIND_FRAME)
		n++;
	assert_int_equal(n, UNWIND_FRAMES_MAX);
	assert_string_equal(unwind.why, "more than 1024 frames");
	assert_int_equal(unwind_next(&unwind, &frame), UNWIND_LOST);
}

static void frames_say_whether_interrupts_were_on(void **state)
{
	struct rig rig;
	struct registers registers = {0};
	struct unwind unwind;
	struct frame frame;

	(void)state;
	rig_init(&rig);
	CLEANUP(orc_free_ptr) struct orc *orc = orc_of(&rig);

	rig.source.orc = orc;
	rig_put(&rig, NMI + 0x100 + X86_IP * 8, IN(PLAIN));
	rig_put(&rig, NMI + 0x100 + X86_CS * 8, KERNEL_CS);
	rig_put(&rig, NMI + 0x100 + X86_FLAGS * 8, 0x46);
	rig_put(&rig, NMI + 0x100 + X86_SP * 8, T + 0x80);
	rig_put(&rig, T + 0x80, IN(FIRST));
	registers_set(&registers, X86_IP, IN(ENTRY));
	registers_set(&registers, X86_SP, NMI + 0x100);
	registers_set(&registers, X86_FLAGS, 0x246);
	unwind_start(&unwind, &rig.source, &unwind_x86_64, &registers, true);
	assert_int_equal(unwind_next(&unwind, &frame), UNWIND_FRAME);
	assert_int_equal(frame.interrupts, INTERRUPTS_ON);
	assert_int_equal(unwind_next(&unwind, &frame), UNWIND_FRAME);
	assert_int_equal(frame.interrupts, INTERRUPTS_OFF);
	assert_int_equal(frame.registers_at, NMI + 0x100);
	assert_true(frame.exact);
	assert_int_equal(unwind_next(&unwind, &frame), UNWIND_FRAME);
	assert_int_equal(frame.interrupts, INTERRUPTS_UNKNOWN);
	assert_int_equal(frame.registers_at, 0);
	assert_false(frame.exact);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_are_walked_by_orc),
		cmocka_unit_test(an_endless_stack_ends),
		cmocka_unit_test(frames_say_whether_interrupts_were_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
