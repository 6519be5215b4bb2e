/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

#include "kernel/unwind_code_x86_64.h"

#define F0 TEXT		     /* the function that is called */
#define F1 (TEXT + FUNCTION) /* the one that calls */

static const struct {
	const char *name;
	uint8_t code[24]; /* of the function, from its first byte */
	unsigned bp;	  /* which push it is */
} pushes[] = {
	{"bp first", {0x55, 0x48, 0x89, 0xe5}, 1},
	{"behind endbr64 and ftrace's place",
	 {0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f, 0x44, 0x00, 0x00, 0x55},
	 1},
	{"behind a call of ftrace", {0xe8, 0x12, 0x34, 0x56, 0x78, 0x55}, 1},
	{"r15, r14, r13, r12, bp", {0x41, 0x57, 0x41, 0x56, 0x41, 0x55, 0x41, 0x54, 0x55}, 5},
	{"moves between pushes",
	 {0x41, 0x54, 0x41, 0x89, 0xfc, 0xba, 0x01, 0x00, 0x00, 0x00, 0x31, 0xc0, 0x48, 0x89, 0xfb,
	  0x55},
	 2},
	{"rbx alone, then the stack is moved: __crash_kexec of 6.1",
	 {0x0f, 0x1f, 0x44, 0x00, 0x00, 0x53, 0xba, 0x01, 0x00, 0x00, 0x00, 0x48, 0x81, 0xec},
	 0},
	{"something else comes first", {0x48, 0x8b, 0x05, 0x00, 0x00, 0x00, 0x00, 0x55}, 0},
};

static void pushes_of_bp_are_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pushes); i++) {
		struct rig rig;
		struct unwind unwind = {.source = &rig.source};

		print_message("%s\n", pushes[i].name);
		rig_init(&rig);
		memcpy(rig.text, pushes[i].code, sizeof(pushes[i].code));
		assert_int_equal(code_x86_bp_pushed(&unwind, F0), pushes[i].bp);
	}
}

/* At F1 + 0x20 begins what is behind the call. */
static const struct {
	const char *name;
	uint8_t before[7]; /* the bytes before the return address */
	enum caller want;
} calls[] = {
	{"a call of it", {0x90, 0x90, 0xe8, 0xe0, 0xfe, 0xff, 0xff}, CALLER_CERTAIN},
	{"a call into it", {0x90, 0x90, 0xe8, 0xe4, 0xfe, 0xff, 0xff}, CALLER_CERTAIN},
	{"a call of another", {0x90, 0x90, 0xe8, 0xe0, 0x02, 0x00, 0x00}, CALLER_OTHER},
	{"a call of no code", {0x90, 0x90, 0xe8, 0x00, 0x00, 0x00, 0x40}, CALLER_NONE},
	{"call *%rax", {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0}, CALLER_MAYBE},
	{"call *%r10", {0x90, 0x90, 0x90, 0x90, 0x41, 0xff, 0xd2}, CALLER_MAYBE},
	{"call *0x18(%rax)", {0x90, 0x90, 0x90, 0x90, 0xff, 0x50, 0x18}, CALLER_MAYBE},
	{"call *0x11223344(,%rax,8)", {0xff, 0x14, 0xc5, 0x44, 0x33, 0x22, 0x11}, CALLER_MAYBE},
	{"jmp *%rax", {0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0}, CALLER_NONE},
	{"no call", {0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90}, CALLER_NONE},
};

static void the_code_before_a_return_address_tells_who_was_called(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct rig rig;
		struct unwind unwind = {.source = &rig.source};

		print_message("%s\n", calls[i].name);
		rig_init(&rig);
		memcpy(rig.text + FUNCTION + 0x20 - 7, calls[i].before, 7);
		assert_int_equal(code_x86_caller(&unwind, F1 + 0x20, F0), calls[i].want);
	}
}

static void a_caller_is_searched_on_the_stack(void **state)
{
	struct rig rig;
	struct unwind unwind = {.source = &rig.source};

	(void)state;
	rig_init(&rig);
	memcpy(rig.text + FUNCTION + 0x20 - 7, calls[0].before, 7); /* calls F0 */
	memcpy(rig.text + FUNCTION + 0x40 - 7, calls[2].before, 7); /* another one */
	registers_set(&unwind.registers, X86_SP, STACKS + 0x100);
	rig_put(&rig, STACKS + 0xf8, F1 + 0x20); /* below sp, so of the past */
	rig_put(&rig, STACKS + 0x140, F1 + 0x40);
	assert_int_equal(code_x86_find_caller(&unwind, F0), 0);
	rig_put(&rig, STACKS + 0x1b8, F1 + 0x20);
	assert_int_equal(code_x86_find_caller(&unwind, F0), STACKS + 0x1b8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushes_of_bp_are_counted),
		cmocka_unit_test(the_code_before_a_return_address_tells_who_was_called),
		cmocka_unit_test(a_caller_is_searched_on_the_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
