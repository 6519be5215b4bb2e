/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real dint-guest in its capture role, at a port of the test's, before hosts of all kinds:
 * usage: test-guest-capture PATH-OF-DINT-GUEST */
#include "rig.h"

#include <time.h>

#include "base/cleanup.h"
#include "guest/window.h"

#define MIB  (1u << 20)
#define SIZE (20 * MIB + 12345)

/* SIZE bytes in which each line is another, the same at each run. */
#define SCRIPT "seq 10000000 99999999 | head -c 20983865"

_Static_assert(SIZE == 20983865, "what SCRIPT writes");

static const char *program(void **state)
{
	return *state;
}

/* The stream as SCRIPT makes it. */
static void assert_whole(const struct rig_dump *dump)
{
	char line[16];

	assert_true(dump->stored);
	assert_int_equal(dump->content.size, SIZE);
	for (size_t at = 0, number = 10000000; at + 9 <= SIZE; at += 9, number++) {
		snprintf(line, sizeof(line), "%zu\n", number);
		if (memcmp(dump->content.bytes + at, line, 9) != 0)
			fail_msg("byte %zu is of another place", at);
	}
}

static void assert_console(struct rig *rig, const char *words)
{
	char text[512];

	rig_console(rig, text);
	if (!strstr(text, words))
		fail_msg("the console says '%s', not '%s'", text, words);
}

/* Until the host has this much of the dump that was offered last. */
static void take_until(struct rig *rig, size_t size)
{
	do {
		rig_until(rig, CHANNEL_HOST_DATA);
	} while (rig->dumps[rig->n - 1].content.size < size);
}

static void says_what_it_is(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct channel_host_event event;

	rig_init(&rig, program(state), NULL);
	rig_start_capture(&rig, "10", SCRIPT);
	rig_connect(&rig);
	event = rig_until(&rig, CHANNEL_HOST_HELLO);
	assert_int_equal(event.hello->role, CHANNEL_ROLE_CAPTURE);
	event = rig_until(&rig, CHANNEL_HOST_OFFER);
	assert_true(event.offer->size == CHANNEL_SIZE_UNKNOWN);
	assert_string_equal(event.offer->layout, "stream");
	assert_int_equal(strlen(event.offer->stamp), strlen("202601020304"));
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_whole(&rig.dumps[0]);
	assert_console(&rig, "\ndint-guest: the dump is safe at the host, 20983865 bytes\n");
}

/* The protocol's law is an acknowledgement each half window; what is kept must last for that. */
static void does_with_the_fewest_acknowledgements_allowed(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig.ack_each = CHANNEL_WINDOW_BYTES / 2;
	rig_start_capture(&rig, "5", SCRIPT);
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_whole(&rig.dumps[0]);
}

static const struct {
	const char *name;
	size_t at;	 /* the host dies when it has so much */
	uint64_t synced; /* … and this is what is left of it, of the last acknowledged */
	size_t lost;	 /* bytes of that, which it should not lose */
	unsigned runs;
} deaths[] = {
	{"at once", 1, 0, 0, 1},
	{"with all of it synced", 9 * MIB, 1, 0, 1},
	{"with some that is not acknowledged", 11 * MIB, 4 * MIB, 0, 1},
	{"at the end", SIZE, 4 * MIB, 0, 1},
	{"and loses what it had acknowledged", 12 * MIB, 4 * MIB, 1, 2},
	{"and loses all", 12 * MIB, 4 * MIB, 12 * MIB, 2},
};

static void goes_on_after_the_hosts_death(void **state)
{
	for (unsigned i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++) {
		CLEANUP(rig_done) struct rig rig;
		struct rig_dump *dump = &rig.dumps[0];

		rig_init(&rig, program(state), NULL);
		rig.ack_each = deaths[i].synced;
		rig_start_capture(&rig, "10", SCRIPT);
		rig_connect(&rig);
		take_until(&rig, deaths[i].at);
		rig_hang_up(&rig);
		dump->content.size = deaths[i].synced == 1 ? dump->content.size : rig.acknowledged;
		dump->content.size -= deaths[i].lost < dump->content.size ? deaths[i].lost
									  : dump->content.size;
		rig_connect(&rig);
		rig_until(&rig, CHANNEL_HOST_DONE);
		if (rig_wait(&rig) != 0 || rig.n != deaths[i].runs)
			fail_msg("%s: %u runs", deaths[i].name, rig.n);
		assert_whole(&rig.dumps[rig.n - 1]);
	}
}

/* The port of a virtual machine gives no sign when the host's program is another. */
static void goes_on_when_another_host_speaks_on_the_same_connection(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig_start_capture(&rig, "10", SCRIPT);
	rig_connect(&rig);
	take_until(&rig, 7 * MIB);
	channel_host_free(rig.host);
	rig.host = channel_host_new(4711, 0);
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_int_equal(rig.n, 1);
	assert_whole(&rig.dumps[0]);
}

static void begins_anew_where_the_sum_was_wrong(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig.bad_sums = 1;
	rig_start_capture(&rig, "5", SCRIPT);
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_DONE);
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_int_equal(rig.n, 2);
	assert_whole(&rig.dumps[1]);
}

static void begins_anew_five_times_at_the_most(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	struct channel_host_event event;

	rig_init(&rig, program(state), NULL);
	rig.bad_sums = 6;
	rig_start_capture(&rig, "5", "echo small");
	rig_connect(&rig);
	event = rig_until(&rig, CHANNEL_HOST_WITHDRAWN);
	assert_string_equal(event.words, "sums differ, for the 5th time");
	assert_int_equal(rig_wait(&rig), 1);
	assert_int_equal(rig.n, 5);
	assert_console(&rig, "sums differ, for the 5th time; the dump is lost");
}

static void waits_where_it_is_refused_for_a_while(void **state)
{
	CLEANUP(rig_done) struct rig rig;

	rig_init(&rig, program(state), NULL);
	rig.refuse = true;
	rig.refuse_retry_s = 1;
	rig_start_capture(&rig, "5", SCRIPT);
	rig_connect(&rig);
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_int_equal(rig.dumps[0].offers, 2);
	assert_int_equal(rig.n, 1);
	assert_whole(&rig.dumps[0]);
}

/* For ever, or for longer than a host may cost. */
static void does_not_wait_where_it_is_refused_for_long(void **state)
{
	for (unsigned retry_s = 0; retry_s <= 60; retry_s += 60) {
		CLEANUP(rig_done) struct rig rig;

		rig_init(&rig, program(state), NULL);
		rig.refuse = true;
		rig.refuse_retry_s = retry_s;
		rig_start_capture(&rig, "5", SCRIPT);
		rig_connect(&rig);
		rig_until(&rig, CHANNEL_HOST_OFFER);
		assert_int_equal(rig_wait(&rig), 1);
		assert_console(&rig, "the host refuses it: no room; the dump is lost");
	}
}

static const struct {
	const char *script;
	const char *words;
} failures[] = {
	{"exit 3", "sh: exit status 3"},
	{"echo some; exit 3", "sh: exit status 3"},
	{"kill -9 $$", "sh: killed by signal 9 (is there too little memory?)"},
	{"kill -15 $$", "sh: killed by signal 15"},
	{"exec /nonexistent", "sh: cannot be run (exit status 127)"},
};

static void tells_the_host_what_failed(void **state)
{
	for (unsigned i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		CLEANUP(rig_done) struct rig rig;
		struct channel_host_event event;

		rig_init(&rig, program(state), NULL);
		rig_start_capture(&rig, "5", failures[i].script);
		rig_connect(&rig);
		event = rig_until(&rig, CHANNEL_HOST_WITHDRAWN);
		assert_string_equal(event.words, failures[i].words);
		assert_false(rig.dumps[0].stored);
		assert_int_equal(rig_wait(&rig), 1);
		assert_console(&rig, failures[i].words);
	}
}

static void junk_does_not_bring_it_down(void **state)
{
	CLEANUP(rig_done) struct rig rig;
	uint8_t junk[4096];

	rig_init(&rig, program(state), NULL);
	rig_start_capture(&rig, "10", SCRIPT);
	rig_connect(&rig);
	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = i * i >> 3 ^ 0xd1;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(write(rig.fd, junk, sizeof(junk)), sizeof(junk));
	rig_until(&rig, CHANNEL_HOST_DONE);
	assert_int_equal(rig_wait(&rig), 0);
	assert_whole(&rig.dumps[0]);
}

int main(int argc, char **argv)
{
	static char beside[] = "out/dint-guest";
	void *path = argc > 1 ? argv[1] : beside;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(says_what_it_is, path),
		cmocka_unit_test_prestate(does_with_the_fewest_acknowledgements_allowed, path),
		cmocka_unit_test_prestate(goes_on_after_the_hosts_death, path),
		cmocka_unit_test_prestate(goes_on_when_another_host_speaks_on_the_same_connection,
					  path),
		cmocka_unit_test_prestate(begins_anew_where_the_sum_was_wrong, path),
		cmocka_unit_test_prestate(begins_anew_five_times_at_the_most, path),
		cmocka_unit_test_prestate(waits_where_it_is_refused_for_a_while, path),
		cmocka_unit_test_prestate(does_not_wait_where_it_is_refused_for_long, path),
		cmocka_unit_test_prestate(tells_the_host_what_failed, path),
		cmocka_unit_test_prestate(junk_does_not_bring_it_down, path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
