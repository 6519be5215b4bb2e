/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "kernel/stack.h"
#include "kernel/tasks.h"

static const struct {
	const char *name;
	uint64_t state;
	uint32_t exit_state;
	char letter;
	bool blocked;
} states[] = {
	{"runs, or wants to", 0, 0, 'R', false},
	{"sleeps", 0x1, 0, 'S', false},
	{"sleeps, may be frozen (6.1)", 0x2001, 0, 'S', false},
	{"waits", 0x2, 0, 'D', true},
	{"waits, and a fatal signal ends it", 0x102, 0, 'D', true},
	{"waits by intent", 0x402, 0, 'I', false},
	{"waits by intent, may be frozen: an idle nfsd", 0x2402, 0, 'I', false},
	{"frozen", 0x8000, 0, 'D', false},
	{"waits for a spinlock that sleeps (PREEMPT_RT)", 0x1000, 0, 'D', true},
	{"stopped", 0x104, 0, 'T', false},
	{"traced", 0x8, 0, 't', false},
	{"a zombie", 0x80, 0x20, 'Z', false},
	{"dead", 0x80, 0x10, 'X', false},
	{"parked", 0x40, 0, 'P', false},
	{"new", 0x800, 0, 'R', false},
};

static void states_have_the_kernels_own_letter(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct task task = {.state = states[i].state, .exit_state = states[i].exit_state};

		print_message("%s\n", states[i].name);
		assert_int_equal(task_letter(states[i].state, states[i].exit_state),
				 states[i].letter);
		assert_int_equal(task_is_blocked(&task), states[i].blocked);
	}
}

static void stacks_are_told_apart(void **state)
{
	struct stack_areas areas = {0};

	(void)state;
	stack_add(&areas, "task's", 0x1000, 0x5000);
	stack_add(&areas, "interrupt", 0x5000, 0x9000);
	stack_add(&areas, "none", 0x9000, 0x9000);
	stack_add(&areas, "NMI", 0xa000, 0xc000);
	assert_int_equal(areas.n, 3);
	assert_int_equal(stack_of(&areas, 0x1000), 0);
	assert_int_equal(stack_of(&areas, 0x4ff8), 0);
	assert_int_equal(stack_of(&areas, 0x5000), 1); /* and not the end of the task's */
	assert_int_equal(stack_of(&areas, 0x9000), 1); /* all is popped */
	assert_int_equal(stack_of(&areas, 0x9008), -1);
	assert_int_equal(stack_of(&areas, 0xfff), -1);
	for (unsigned i = 0; i < 2 * STACK_AREAS_MAX; i++)
		stack_add(&areas, "more", 0x10000, 0x20000);
	assert_int_equal(areas.n, STACK_AREAS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_have_the_kernels_own_letter),
		cmocka_unit_test(stacks_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
