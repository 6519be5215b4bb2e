/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever strikes a conversation at whatever byte: the dump arrives whole, and once. */
#include "ends.h"

#include "base/cleanup.h"

static void undisturbed(void **state)
{
	CLEANUP(ends_done) struct ends ends;

	(void)state;
	ends_init(&ends);
	ends_run(&ends);
	assert_true(ends.handed);
	assert_int_equal(ends.stored, 1);
	assert_int_equal(ends.readiness, 2); /* pushed, and asked */
	assert_int_equal(ends.nothing, 1);
	assert_int_equal(ends.errors, 0);
	assert_int_equal(ends.now_ms, 0); /* nobody had to wait */
}

static bool in_padding(const struct buffer *sent, size_t at)
{
	size_t from = at < 16 ? 0 : at - 16;
	size_t to = at + 16 < sent->size ? at + 16 : sent->size;

	for (size_t i = from; i < to; i++)
		if (sent->bytes[i])
			return false;
	return true;
}

static void struck_at(struct fault fault)
{
	CLEANUP(ends_done) struct ends ends;

	ends_init(&ends);
	ends.fault = fault;
	ends_run(&ends);
	/* that there is nothing more may be lost without a trace: it is not asked for again */
	if (!ends.struck || !ends.handed || ends.stored != 1 ||
	    (!ends.nothing && fault.kind != FAULT_LOSE_MANY))
		fail_msg("kind %u at byte %llu to the %s: struck %d, stored %u, handed %d, nothing "
			 "%u "
			 "after %llu ms; %s",
			 fault.kind, (unsigned long long)fault.at,
			 fault.to_guest ? "guest" : "host", ends.struck, ends.stored, ends.handed,
			 ends.nothing, (unsigned long long)ends.now_ms, ends.said);
}

/* Every byte that is not of the padding, and some that are. */
static void struck_at_every_byte(enum fault_kind kind)
{
	CLEANUP(ends_done) struct ends quiet;

	ends_init(&quiet);
	quiet.record = true;
	ends_run(&quiet);
	for (int to_guest = 0; to_guest <= 1; to_guest++) {
		const struct buffer *sent = to_guest ? &quiet.to_guest : &quiet.to_host;

		assert_true(sent->size > 500);
		for (size_t at = 0; at < sent->size; at++)
			if (at % 9973 == 0 || !in_padding(sent, at))
				struck_at((struct fault){kind, to_guest, at});
	}
}

static void a_bit_flips(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_FLIP);
}

static void bytes_are_lost(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_LOSE_FEW);
}

static void frames_are_lost(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_LOSE_MANY);
}

static void the_guest_dies(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_GUEST_DIES);
}

static void the_host_dies(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_HOST_DIES);
}

static void the_host_connects_again(void **state)
{
	(void)state;
	struck_at_every_byte(FAULT_HOST_RECONNECTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(undisturbed),
		cmocka_unit_test(a_bit_flips),
		cmocka_unit_test(bytes_are_lost),
		cmocka_unit_test(frames_are_lost),
		cmocka_unit_test(the_guest_dies),
		cmocka_unit_test(the_host_dies),
		cmocka_unit_test(the_host_connects_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
