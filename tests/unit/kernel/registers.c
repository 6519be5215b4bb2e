/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <string.h>

#include "base/units.h"
#include "kernel/registers.h"

/* Bytes in which word i, counted from a start, has the value 0x100 + i. */
static struct cursor words(uint8_t *bytes, size_t n, size_t from)
{
	memset(bytes, 0, n);
	for (size_t i = 0; from + i * 8 + 8 <= n; i++) {
		bytes[from + i * 8] = (uint8_t)i;
		bytes[from + i * 8 + 1] = 1;
	}
	return cursor_over(bytes, n);
}

static void pt_regs_are_in_their_order(void **state)
{
	uint8_t bytes[X86_PT_REGS_BYTES];
	struct cursor c = words(bytes, sizeof(bytes), 0);
	struct registers r;

	(void)state;
	bytes[17 * 8] = 0x33;
	bytes[17 * 8 + 1] = 0;
	bytes[17 * 8 + 2] = 0x0b; /* with FRED: the vector */
	assert_true(registers_x86_pt_regs(&c, &r));
	assert_int_equal(r.value[X86_R15], 0x100);
	assert_int_equal(r.value[X86_BP], 0x104);
	assert_int_equal(r.value[X86_IP], 0x110);
	assert_int_equal(r.value[X86_SP], 0x113);
	assert_int_equal(r.value[X86_CS], 0x33);
	assert_true(registers_x86_user(&r));
	c = cursor_over(bytes, sizeof(bytes) - 1);
	assert_false(registers_x86_pt_regs(&c, &r));
}

static void an_interrupt_leaves_the_others_as_they_were(void **state)
{
	uint8_t bytes[X86_IRET_BYTES];
	struct cursor c = words(bytes, sizeof(bytes), 0);
	struct registers r = {0};

	(void)state;
	registers_set(&r, X86_R10, 77);
	assert_true(registers_x86_iret(&c, &r));
	assert_int_equal(r.value[X86_IP], 0x100);
	assert_int_equal(r.value[X86_SP], 0x103);
	assert_int_equal(r.value[X86_R10], 77);
	assert_true(registers_know(&r, X86_R10));
	assert_false(registers_know(&r, X86_R11));
}

static void a_prstatus_has_pid_and_registers(void **state)
{
	uint8_t bytes[336];
	struct cursor c = words(bytes, sizeof(bytes), 112);
	struct registers r;
	uint32_t pid = 0;

	(void)state;
	bytes[32] = 3;
	assert_true(registers_x86_prstatus(&c, &r, &pid));
	assert_int_equal(pid, 3);
	assert_int_equal(r.value[X86_IP], 0x110);
	c = cursor_over(bytes, 200);
	assert_false(registers_x86_prstatus(&c, &r, &pid));
}

static const struct {
	const char *name;
	uint8_t size; /* as the note says, beyond 256 */
	uint8_t cs;
	uint64_t base;
} qemu_notes[] = {
	{"in the kernel: GS is per-CPU memory", 432 - 256, 0x10, 0x1234},
	{"in user space, an old QEMU: not told", 432 - 256, 0x33, 0},
	{"in user space: what swapgs brings", 440 - 256, 0x33, 0x5678},
};

static void qemus_note_tells_the_cpu(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(qemu_notes); i++) {
		uint8_t bytes[440];
		struct cursor c = words(bytes, sizeof(bytes), 8);
		struct registers r;
		uint64_t base = 1;

		print_message("%s\n", qemu_notes[i].name);
		bytes[0] = 1;
		bytes[4] = qemu_notes[i].size;
		bytes[5] = 1;
		bytes[152] = qemu_notes[i].cs;
		bytes[153] = 0;
		bytes[248 + 16] = 0x34;
		bytes[248 + 17] = 0x12;
		bytes[432] = 0x78;
		bytes[433] = 0x56;
		assert_true(registers_x86_qemu(&c, &r, &base));
		assert_int_equal(base, qemu_notes[i].base);
		assert_int_equal(r.value[X86_AX], 0x100);
		assert_int_equal(r.value[X86_BX], 0x101);
		assert_int_equal(r.value[X86_SP], 0x106);
		assert_int_equal(r.value[X86_BP], 0x107);
		assert_int_equal(r.value[X86_R15], 0x10f);
		assert_int_equal(r.value[X86_IP], 0x110);
		assert_int_equal(r.value[X86_FLAGS], 0x111);
	}
}

static void a_task_that_is_switched_out_has_seven(void **state)
{
	uint8_t bytes[X86_SWITCH_FRAME_BYTES];
	struct cursor c = words(bytes, sizeof(bytes), 0);
	struct registers r;

	(void)state;
	assert_true(registers_x86_switched(&c, 0xffffc90000003000, &r));
	assert_int_equal(r.value[X86_R15], 0x100);
	assert_int_equal(r.value[X86_BX], 0x104);
	assert_int_equal(r.value[X86_BP], 0x105);
	assert_int_equal(r.value[X86_IP], 0x106);
	assert_int_equal(r.value[X86_SP], 0xffffc90000003038);
	assert_false(registers_know(&r, X86_AX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pt_regs_are_in_their_order),
		cmocka_unit_test(an_interrupt_leaves_the_others_as_they_were),
		cmocka_unit_test(a_prstatus_has_pid_and_registers),
		cmocka_unit_test(qemus_note_tells_the_cpu),
		cmocka_unit_test(a_task_that_is_switched_out_has_seven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
