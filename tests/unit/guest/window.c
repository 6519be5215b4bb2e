/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a stream: any byte that may be asked for again, and never another. */
#include "../check.h"

#include "base/cleanup.h"
#include "guest/window.h"

static uint8_t byte_at(uint64_t offset)
{
	return offset * 2654435761u >> 13;
}

/* Fills it as far as it goes, but no more than n; returns how many bytes that were. */
static uint64_t fill(struct guest_window *window, uint64_t n)
{
	uint64_t before = window->to;
	size_t room;

	for (;;) {
		uint8_t *to = guest_window_room(window, &room);

		if (room > n - (window->to - before))
			room = n - (window->to - before);
		if (!room)
			return window->to - before;
		for (size_t i = 0; i < room; i++)
			to[i] = byte_at(window->to + i);
		guest_window_grow(window, room);
	}
}

static void assert_holds(const struct guest_window *window)
{
	size_t n;

	for (uint64_t at = window->from; at < window->to; at += n) {
		const uint8_t *bytes = guest_window_at(window, at, &n);

		assert_true(n > 0);
		for (size_t i = 0; i < n; i++)
			if (bytes[i] != byte_at(at + i))
				fail_msg("byte %llu is another", (unsigned long long)at + i);
	}
	guest_window_at(window, window->to, &n);
	assert_int_equal(n, 0);
}

static void keeps_what_was_not_dropped(void **state)
{
	static const uint64_t steps[] = {1,
					 4096,
					 32732,
					 1 << 20,
					 GUEST_WINDOW_BYTES / 3,
					 GUEST_WINDOW_BYTES - 1,
					 GUEST_WINDOW_BYTES};
	CLEANUP(guest_window_done) struct guest_window window;

	(void)state;
	guest_window_init(&window);
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (unsigned round = 0; round < 4; round++) {
			assert_int_equal(fill(&window, steps[i]), steps[i]);
			assert_holds(&window);
			guest_window_drop(&window, window.to - (steps[i] > 7 ? 0 : 1));
			guest_window_drop(&window, window.to);
		}
}

static void is_full_at_its_size(void **state)
{
	CLEANUP(guest_window_done) struct guest_window window;
	size_t room;

	(void)state;
	guest_window_init(&window);
	assert_false(guest_window_full(&window));
	assert_int_equal(fill(&window, 1000), 1000);
	guest_window_drop(&window, 999);
	assert_int_equal(fill(&window, 1ull << 40), GUEST_WINDOW_BYTES - 1);
	assert_true(guest_window_full(&window));
	guest_window_room(&window, &room);
	assert_int_equal(room, 0);
	assert_holds(&window);
	assert_false(guest_window_holds(&window, 998));
	assert_true(guest_window_holds(&window, 999));
	assert_true(guest_window_holds(&window, 999 + GUEST_WINDOW_BYTES));
	assert_false(guest_window_holds(&window, 1000 + GUEST_WINDOW_BYTES));
	guest_window_clear(&window);
	assert_true(guest_window_holds(&window, 0));
	assert_false(guest_window_full(&window));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_was_not_dropped),
		cmocka_unit_test(is_full_at_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
