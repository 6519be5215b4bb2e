/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real dint-guest at a port of the test's: usage: test-guest-serve PATH-OF-DINT-GUEST */
#include "rig.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define BIG	  (3u << 20)
#define BIG_STAMP "202601020304"
#define BIG_PATH  BIG_STAMP "/dump." BIG_STAMP

static const char *program(void **state)
{
	return *state;
}

static const struct {
	const char *tree;
	const char *dumps[3];
	unsigned n;
} trees[] = {
	{
		"debian",
		{"202601020304/dump.202601020304", "202601020306/dump.202601020306.gz",
		 "202601020307/vmcore.202601020307"},
		3,
	},
	{
		"redhat",
		{"10.0.0.7-2026-01-02-03:05:06/vmcore.flat",
		 "127.0.0.1-2026-01-02-03:04:05/vmcore"},
		2,
	},
	{
		"suse",
		{"2026-01-02-03-04/vmcore", "2026-01-02-03:05/vmcore"},
		2,
	},
};

static void hands_over_each_layouts_dumps_once(void **state)
{
	for (unsigned i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		CLEANUP(rig_done) struct rig rig;
		struct channel_host_event event;

		rig_init(&rig, program(state), trees[i].tree);
		rig_start(&rig);
		rig_connect(&rig);
		event = rig_until(&rig, CHANNEL_HOST_NOTHING);
		assert_int_equal(event.nothing->handed, trees[i].n);
		assert_int_equal(event.nothing->unfinished, 1);
		assert_int_equal(rig.n, trees[i].n);
		for (unsigned j = 0; j < trees[i].n; j++) {
			struct rig_dump *dump = rig_find(&rig, trees[i].dumps[j]);

			assert_non_null(dump);
			assert_int_equal(dump->offers, 1);
			rig_assert_whole(&rig, dump);
		}

		/* and never again, also when the host has forgotten all */
		rig_kill(&rig);
		rig_forget(&rig);
		rig_start(&rig);
		rig_connect(&rig);
		event = rig_until(&rig, CHANNEL_HOST_NOTHING);
		assert_int_equal(event.nothing->handed, trees[i].n);
		assert_int_equal(rig.n, 0);
	}
}

static void pushes_readiness_and_answers_when_asked(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct channel_host_event event;

	rig_init(&rig, program(state), NULL);
	rig_start(&rig);
	rig_connect(&rig);
	event = rig_until(&rig, CHANNEL_HOST_HELLO);
	assert_int_equal(event.hello->role, CHANNEL_ROLE_SYSTEM);
	assert_string_equal(event.hello->version, DINT_VERSION);
	event = rig_until(&rig, CHANNEL_HOST_READINESS);
	assert_non_null(channel_readiness_find(event.readiness, "kdump_loaded"));
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	assert_true(channel_host_ask_readiness(rig.host));
	rig_until(&rig, CHANNEL_HOST_READINESS);
	assert_true(channel_host_ping(rig.host));
	rig_until(&rig, CHANNEL_HOST_PONG);
}

/* Until this much of the big dump has come. */
static void take_until(struct rig *rig, size_t size)
{
	do {
		rig_until(rig, CHANNEL_HOST_DATA);
	} while (rig_find(rig, BIG_PATH)->content.size < size);
}

static void goes_on_after_its_own_death(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct rig_dump *dump;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, BIG);
	for (size_t size = BIG / 5; size < BIG; size += BIG / 5) {
		rig_start(&rig);
		rig_connect(&rig);
		take_until(&rig, size);
		rig_kill(&rig);
	}
	rig_start(&rig);
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	dump = rig_find(&rig, BIG_PATH);
	rig_assert_whole(&rig, dump);
	assert_true(dump->resumed_at >= BIG / 5 * 4);
	assert_int_equal(rig.n, 1);
}

static void goes_on_after_the_hosts_death(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct rig_dump *dump;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, BIG);
	rig_start(&rig);
	for (size_t size = BIG / 5; size < BIG; size += BIG / 5) {
		rig_connect(&rig);
		take_until(&rig, size);
		rig_hang_up(&rig);
	}
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	dump = rig_find(&rig, BIG_PATH);
	rig_assert_whole(&rig, dump);
	assert_true(dump->resumed_at >= BIG / 5 * 4);
}

/* The port of a virtual machine gives no sign when the host's program is another. */
static void goes_on_when_another_host_speaks_on_the_same_connection(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, BIG);
	rig_start(&rig);
	rig_connect(&rig);
	take_until(&rig, BIG / 3);
	channel_host_free(rig.host);
	rig.host = channel_host_new(4711, 0);
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	rig_assert_whole(&rig, rig_find(&rig, BIG_PATH));
}

static void offers_again_what_was_refused_for_a_while(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct rig_dump *dump;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, 1000);
	rig_start(&rig);
	rig_connect(&rig);
	rig.refuse = true;
	rig.refuse_retry_s = 1;
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	dump = rig_find(&rig, BIG_PATH);
	assert_int_equal(dump->offers, 2);
	rig_assert_whole(&rig, dump);
}

static void never_offers_again_what_was_refused_for_good(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, 1000);
	rig_start(&rig);
	rig_connect(&rig);
	rig.refuse = true;
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	rig_kill(&rig);
	rig_start(&rig);
	rig_connect(&rig);
	assert_int_equal(rig_until(&rig, CHANNEL_HOST_NOTHING).nothing->handed, 0);
	assert_int_equal(rig_find(&rig, BIG_PATH)->offers, 1);
}

static void finds_a_dump_that_comes_later(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_start(&rig);
	rig_connect(&rig);
	assert_int_equal(rig_until(&rig, CHANNEL_HOST_NOTHING).nothing->handed, 0);
	rig_put_dump(&rig, BIG_STAMP, 1000);
	assert_int_equal(rig_until(&rig, CHANNEL_HOST_NOTHING).nothing->handed, 1);
	rig_assert_whole(&rig, rig_find(&rig, BIG_PATH));
}

static void withdraws_a_dump_that_changes(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct channel_host_event event;
	char path[256];

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, 40u << 20);
	rig_start(&rig);
	rig_connect(&rig);
	take_until(&rig, 1);
	rig_path(&rig, "crash/" BIG_PATH, path);
	assert_int_equal(truncate(path, 2000), 0);
	event = rig_until(&rig, CHANNEL_HOST_WITHDRAWN);
	assert_string_equal(event.words, "the file cannot be read to its end");
	/* what it is now is another dump, or two: size and time do not change at once */
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	assert_in_range(rig.n, 2, 3);
	assert_false(rig.dumps[0].stored);
	assert_true(rig.dumps[rig.n - 1].stored);
	assert_int_equal(rig.dumps[rig.n - 1].content.size, 2000);
}

/* Its processor time, in ms, while the test lets `wait_ms` pass. */
static long used_ms(pid_t pid, int wait_ms)
{
	long before = 0, after = 0;
	char path[64];

	for (int i = 0; i < 2; i++) {
		unsigned long user = 0, system = 0;
		FILE *stat;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		stat = fopen(path, "r");
		assert_non_null(stat);
		assert_int_equal(fscanf(stat,
					"%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu "
					"%lu",
					&user, &system),
				 2);
		fclose(stat);
		before = i ? before : (long)(user + system);
		after = user + system;
		if (!i)
			poll(NULL, 0, wait_ms);
	}
	return (after - before) * 1000 / sysconf(_SC_CLK_TCK);
}

static void does_not_spin_before_a_host_that_does_not_read(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, BIG);
	rig_start(&rig);
	rig_connect(&rig);
	take_until(&rig, 1);
	used_ms(rig.pid, 200); /* fills the socket */
	assert_in_range(used_ms(rig.pid, 500), 0, 50);
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	rig_assert_whole(&rig, rig_find(&rig, BIG_PATH));
}

static void costs_nothing_while_idle(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_start(&rig);
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	assert_in_range(used_ms(rig.pid, 500), 0, 20);
}

static void junk_does_not_bring_it_down(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	uint8_t junk[4096];

	rig_init(&rig, program(state), NULL);
	rig_put_dump(&rig, BIG_STAMP, 1000);
	rig_start(&rig);
	rig_connect(&rig);
	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = i * i >> 3 ^ 0xd1;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(write(rig.fd, junk, sizeof(junk)), sizeof(junk));
	rig_until(&rig, CHANNEL_HOST_NOTHING);
	rig_assert_whole(&rig, rig_find(&rig, BIG_PATH));
}

int main(int argc, char **argv)
{
	static char beside[] = "out/dint-guest";
	void *path = argc > 1 ? argv[1] : beside;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(hands_over_each_layouts_dumps_once, path),
		cmocka_unit_test_prestate(pushes_readiness_and_answers_when_asked, path),
		cmocka_unit_test_prestate(goes_on_after_its_own_death, path),
		cmocka_unit_test_prestate(goes_on_after_the_hosts_death, path),
		cmocka_unit_test_prestate(goes_on_when_another_host_speaks_on_the_same_connection,
					  path),
		cmocka_unit_test_prestate(offers_again_what_was_refused_for_a_while, path),
		cmocka_unit_test_prestate(never_offers_again_what_was_refused_for_good, path),
		cmocka_unit_test_prestate(finds_a_dump_that_comes_later, path),
		cmocka_unit_test_prestate(withdraws_a_dump_that_changes, path),
		cmocka_unit_test_prestate(does_not_spin_before_a_host_that_does_not_read, path),
		cmocka_unit_test_prestate(costs_nothing_while_idle, path),
		cmocka_unit_test_prestate(junk_does_not_bring_it_down, path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
