/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Power tasks on a whole site with one fake machine: what is ordered, and how it ends. */
#include "../check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store/folder.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "incident/health.h"
#include "incident/power.h"
#include "incident/site.h"
#include "machine/fake.h"

#define PATIENCE_US 10000000

struct bench {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES];
	sd_event *loop;
	struct config config;
	struct store *store;
	struct site *site;
	struct watch *watch;
	struct fake *fake;
	unsigned told;
	struct dint_error err; /* code 0: done */
};

static void open_site(struct bench *b, const char *more)
{
	CLEANUP(free_ptr)
	char *text = xasprintf("[dintd]\nstate_dir = %s\nsocket = %s/s\n"
			       "[machine web1]\ndriver = fake\naddress = log=%s/log\n"
			       "power_deadline = 300ms\n%s\n",
			       b->state_dir, b->folder, b->folder, more);
	struct dint_error err;

	assert_works(config_parse("test", text, strlen(text), &b->config, &err), &err);
	assert_works(store_open(b->state_dir, &b->store, &err), &err);
	assert_works(site_open(b->loop, &b->config, b->store, "/bin/false", &b->site, &err), &err);
	b->watch = b->site->watches[0];
	b->fake = fake_of(b->watch->machine);
}

static int setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	folder_make(b->folder, b->state_dir);
	assert_true(sd_event_new(&b->loop) >= 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	site_close(b->site);
	store_close(b->store);
	config_done(&b->config);
	sd_event_unref(b->loop);
	folder_remove(b->folder);
	free(b);
	return 0;
}

static void turn(struct bench *b)
{
	assert_true(sd_event_run(b->loop, 20000) >= 0);
}

/* Runs the loop while the condition holds, and no longer than is decent. */
#define run_while(b, condition)                                                         \
	do {                                                                            \
		uint64_t end_ = system_clock.monotonic_us(&system_clock) + PATIENCE_US; \
		while (condition) {                                                     \
			if (system_clock.monotonic_us(&system_clock) > end_)            \
				fail_msg("for ever: %s", #condition);                   \
			turn(b);                                                        \
		}                                                                       \
	} while (0)

static void told(void *arg, const struct dint_error *err)
{
	struct bench *b = arg;

	b->told++;
	b->err = err ? *err : (struct dint_error){0};
}

static void is_up(struct bench *b)
{
	run_while(b, strcmp(b->watch->kept.run_state, "running") != 0);
}

static enum health_power power_now(struct bench *b)
{
	struct health h;

	health_of(b->watch, &h);
	return h.power;
}

static void order(struct bench *b, enum power_task task)
{
	b->told = 0;
	power_do(b->watch, task, told, b);
	assert_int_equal(b->told, 0); /* never from inside */
	run_while(b, !b->told);
}

static void assert_orders(struct bench *b, unsigned buttons, unsigned resets, unsigned quits,
			  unsigned starts)
{
	assert_int_equal(fake_count(b->fake, MACHINE_POWER_BUTTON), buttons);
	assert_int_equal(fake_count(b->fake, MACHINE_RESET), resets);
	assert_int_equal(fake_count(b->fake, MACHINE_QUIT), quits);
	assert_int_equal(fake_count(b->fake, MACHINE_START), starts);
}

static void stop_is_a_wish(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_STOP);
	assert_int_equal(b->err.code, DINT_OK);
	assert_int_equal(power_now(b), HEALTH_STOPPING);
	run_while(b, b->watch->power); /* not minded, and given up */
	assert_int_equal(power_now(b), HEALTH_RUNNING);
	assert_orders(b, 1, 0, 0, 0);
}

static void a_guest_that_obeys_is_stopped(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_FORCED_STOP);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, true, "guest-shutdown");
	fake_disconnect(b->fake, "gone");
	assert_null(b->watch->power);
	assert_int_equal(power_now(b), HEALTH_STOPPED);
	assert_orders(b, 1, 0, 0, 0);
}

static void force_quits_in_the_end(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_FORCED_STOP);
	run_while(b, !fake_count(b->fake, MACHINE_QUIT));
	assert_orders(b, 1, 0, 1, 0);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, false, "host-qmp-quit");
	run_while(b, b->watch->power);
}

static void reboot_keeps_the_process_and_resets_in_the_end(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_REBOOT);
	assert_int_equal(fake_count(b->fake, MACHINE_KEEP), 1);
	assert_orders(b, 1, 0, 0, 0);
	run_while(b, b->watch->power);
	assert_orders(b, 1, 1, 0, 0);
}

static void a_guest_that_obeys_is_begun_anew(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_REBOOT);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, true, "guest-shutdown");
	run_while(b, b->watch->power);
	assert_orders(b, 1, 0, 0, 1);
}

static void a_guest_that_resets_itself_is_left_alone(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	order(b, POWER_REBOOT);
	fake_tell(b->fake, MACHINE_WAS_RESET, true, "guest-reset");
	assert_null(b->watch->power);
	assert_true(b->watch->kept.booted_us);
	assert_orders(b, 1, 0, 0, 0);
}

static void a_hung_machine_is_reset_at_once(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	snprintf(b->watch->kept.run_state, sizeof(b->watch->kept.run_state), "guest-panicked");
	order(b, POWER_REBOOT);
	assert_orders(b, 0, 1, 0, 0);
	snprintf(b->watch->kept.run_state, sizeof(b->watch->kept.run_state), "guest-panicked");
	order(b, POWER_FORCED_STOP);
	assert_orders(b, 0, 1, 1, 0);
}

static void start_goes_on_with_a_guest_that_is_shut_down(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, true, "guest-shutdown");
	order(b, POWER_START);
	assert_int_equal(b->err.code, DINT_OK);
	assert_orders(b, 0, 0, 0, 1);
}

static void lose_process(struct bench *b)
{
	is_up(b);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, true, "guest-shutdown");
	fake_disconnect(b->fake, "gone");
}

static void a_process_that_is_gone_needs_a_command(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	lose_process(b);
	order(b, POWER_START);
	assert_int_equal(b->err.code, DINT_UNSUPPORTED);
	assert_non_null(strstr(b->err.message, "no 'start' command is configured"));
	assert_null(b->watch->power);
}

static void the_command_starts_it(void **state)
{
	struct bench *b = *state;
	CLEANUP(free_ptr) char *more = xasprintf("start = /bin/touch %s/state/started", b->folder);
	CLEANUP(free_ptr) char *mark = xasprintf("%s/started", b->state_dir);

	open_site(b, more);
	lose_process(b);
	order(b, POWER_START);
	assert_int_equal(b->err.code, DINT_OK);
	assert_int_equal(power_now(b), HEALTH_PENDING);
	run_while(b, access(mark, F_OK) < 0);
	fake_connect(b->fake);
	assert_null(b->watch->power);
	is_up(b);
	assert_int_equal(power_now(b), HEALTH_RUNNING);
	assert_true(b->watch->kept.booted_us);
	unlink(mark);
}

static void a_command_that_fails_leaves_it_stopped(void **state)
{
	struct bench *b = *state;

	open_site(b, "start = /bin/false");
	lose_process(b);
	order(b, POWER_START);
	run_while(b, b->watch->power);
	assert_int_equal(power_now(b), HEALTH_STOPPED);
}

static void reboot_starts_a_process_that_ended(void **state)
{
	struct bench *b = *state;

	open_site(b, "start = /bin/true");
	is_up(b);
	order(b, POWER_REBOOT);
	assert_int_equal(fake_count(b->fake, MACHINE_KEEP), 0);
	fake_tell(b->fake, MACHINE_SHUT_DOWN, true, "guest-shutdown");
	fake_disconnect(b->fake, "gone");
	assert_int_equal(power_now(b), HEALTH_PENDING);
	fake_connect(b->fake);
	assert_null(b->watch->power);
}

static void nothing_is_done_in_the_middle_of_an_incident(void **state)
{
	struct bench *b = *state;
	struct dint_error err;

	open_site(b, "");
	is_up(b);
	for (enum incident_state s = STATE_NONE; s < STATES; s++) {
		bool refused = s >= STATE_INJECTING && s <= STATE_CAPTURE_STALLED;

		b->watch->state = s;
		assert_int_equal(power_allowed(b->watch, POWER_REBOOT, &err), !refused);
		if (refused)
			assert_int_equal(err.code, DINT_CONFLICT);
	}
	b->watch->state = STATE_NONE;
}

static void an_incident_that_began_meanwhile_is_left_alone(void **state)
{
	static const enum power_task tasks[] = {POWER_REBOOT, POWER_FORCED_STOP};
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	for (size_t i = 0; i < ARRAY_SIZE(tasks); i++) {
		order(b, tasks[i]);
		b->watch->state = STATE_CAPTURING;
		run_while(b, b->watch->power);
		b->watch->state = STATE_NONE;
	}
	assert_orders(b, 2, 0, 0, 0);
}

static void a_later_order_takes_the_place(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	fake_set(b->fake, MACHINE_POWER_BUTTON, FAKE_SILENT);
	b->told = 0;
	power_do(b->watch, POWER_STOP, told, b);
	turn(b);
	fake_set(b->fake, MACHINE_POWER_BUTTON, FAKE_ANSWER);
	power_do(b->watch, POWER_REBOOT, told, b);
	assert_int_equal(b->told, 1);
	assert_int_equal(b->err.code, DINT_CONFLICT);
	assert_string_equal(b->err.message, "another order took its place");
	run_while(b, b->told < 2);
}

static void closing_tells_who_waits(void **state)
{
	struct bench *b = *state;

	open_site(b, "");
	is_up(b);
	fake_set(b->fake, MACHINE_POWER_BUTTON, FAKE_SILENT);
	b->told = 0;
	power_do(b->watch, POWER_STOP, told, b);
	turn(b);
	site_close(b->site);
	b->site = NULL;
	assert_int_equal(b->told, 1);
	assert_int_not_equal(b->err.code, DINT_OK);
}

int main(void)
{
#define CASE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(stop_is_a_wish),
		CASE(a_guest_that_obeys_is_stopped),
		CASE(force_quits_in_the_end),
		CASE(reboot_keeps_the_process_and_resets_in_the_end),
		CASE(a_guest_that_obeys_is_begun_anew),
		CASE(a_guest_that_resets_itself_is_left_alone),
		CASE(a_hung_machine_is_reset_at_once),
		CASE(start_goes_on_with_a_guest_that_is_shut_down),
		CASE(a_process_that_is_gone_needs_a_command),
		CASE(the_command_starts_it),
		CASE(a_command_that_fails_leaves_it_stopped),
		CASE(reboot_starts_a_process_that_ended),
		CASE(nothing_is_done_in_the_middle_of_an_incident),
		CASE(an_incident_that_began_meanwhile_is_left_alone),
		CASE(a_later_order_takes_the_place),
		CASE(closing_tells_who_waits),
	};
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
