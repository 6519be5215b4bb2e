/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Driver qmp against QEMU itself, firmware only: every operation once. Skipped where there is none.
 */
#include "../check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/units.h"
#include "machine/machine.h"

#define PATIENCE_US 20000000
#define SKIPPED	    77 /* Meson's */
#define MEMORY_MIB  "64"

struct answered {
	bool yet;
	enum machine_outcome outcome;
	struct dint_error error;
	char text[200]; /* the payload's words */
	uint64_t number;
};

struct bench {
	sd_event *loop;
	struct machine *machine;
	char folder[32], path[48];
	pid_t qemu;
	unsigned events[MACHINE_EVENTS];
	struct answered answered;
};

static uint64_t now_us(void)
{
	return system_clock.monotonic_us(&system_clock);
}

static void on_event(void *arg, const struct machine_event *event)
{
	struct bench *bench = arg;

	bench->events[event->kind]++;
}

static void on_answer(void *arg, const struct machine_answer *answer)
{
	struct answered *answered = &((struct bench *)arg)->answered;
	const char *text = NULL;

	answered->outcome = answer->outcome;
	answered->error = answer->error;
	if (answer->operation == MACHINE_STATUS)
		text = answer->status.word;
	else if (answer->operation == MACHINE_REGISTERS)
		text = answer->registers.text;
	else if (answer->operation == MACHINE_DUMP_MEMORY)
		answered->number = answer->dump.memory_bytes;
	else if (answer->operation == MACHINE_COUNTERS && answer->counters.disk_count) {
		answered->number = answer->counters.disk_count;
		text = answer->counters.disks[0].name;
	}
	snprintf(answered->text, sizeof(answered->text), "%s",
		 answer->outcome == MACHINE_DONE && text ? text : "");
	answered->yet = true;
}

/* Runs the loop until *what is above 0. */
static void wait_for(struct bench *bench, const unsigned *what)
{
	uint64_t end = now_us() + PATIENCE_US;

	while (!*what && now_us() < end)
		assert_true(sd_event_run(bench->loop, 100000) >= 0);
	if (!*what)
		fail_msg("waited in vain");
}

static const struct answered *ask_with(struct bench *bench, enum machine_operation operation,
				       int fd, enum machine_dump_format format)
{
	struct machine_request request = {.operation = operation,
					  .deadline_ms = 15000,
					  .on_answer = on_answer,
					  .arg = bench,
					  .fd = fd,
					  .format = format};

	bench->answered = (struct answered){0};
	machine_ask(bench->machine, &request);
	assert_false(bench->answered.yet); /* never from inside the call */
	while (!bench->answered.yet)
		assert_true(sd_event_run(bench->loop, UINT64_MAX) >= 0);
	return &bench->answered;
}

static const struct answered *ask(struct bench *bench, enum machine_operation operation)
{
	return ask_with(bench, operation, -1, 0);
}

static void assert_done(const struct answered *answered)
{
	if (answered->outcome != MACHINE_DONE)
		fail_msg("%s: %s", machine_outcome_name(answered->outcome),
			 answered->error.message);
}

static int temporary(const struct bench *bench, int flags)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s/file.XXXXXX", bench->folder);
	int fd = mkostemp(path, O_CLOEXEC);
	int other = open(path, flags | O_CLOEXEC);

	assert_true(fd >= 0 && other >= 0);
	close(fd);
	unlink(path);
	return other;
}

/* Needs a description that can be read: QEMU has its own, or a write-only one of the same file. */
static void assert_begins(int fd, const char *beginning, off_t at_least)
{
	CLEANUP(free_ptr) char *path = xasprintf("/proc/self/fd/%d", fd);
	CLEANUP(close_fd) int readable = open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	char first[16] = {0};

	assert_true(readable >= 0);
	assert_true(pread(readable, first, sizeof(first) - 1, 0) > 0);
	assert_int_equal(fstat(readable, &about), 0);
	assert_true(about.st_size >= at_least);
	assert_memory_equal(first, beginning, strlen(beginning));
}

static void says_how_it_is(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_STATUS));
	assert_string_equal(bench->answered.text, "running");
}

static void stops_and_goes_on(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_STOP));
	wait_for(bench, &bench->events[MACHINE_STOPPED]);
	assert_done(ask(bench, MACHINE_STATUS));
	assert_string_equal(bench->answered.text, "paused");
	assert_done(ask(bench, MACHINE_CONT));
	wait_for(bench, &bench->events[MACHINE_RESUMED]);
}

static void takes_an_nmi(void **state)
{
	assert_done(ask(*state, MACHINE_INJECT_NMI));
}

static void shows_registers(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_REGISTERS));
	assert_non_null(strstr(bench->answered.text, "CPU#0"));
}

static void counts_blocks(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_COUNTERS));
	assert_int_equal(bench->answered.number, 1);
	assert_string_equal(bench->answered.text, "disk0");
}

static void shows_its_screen(void **state)
{
	static const int access[] = {O_WRONLY, O_RDWR};
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_SIZE(access); i++) {
		CLEANUP(close_fd) int fd = temporary(bench, access[i]);

		assert_done(ask_with(bench, MACHINE_SCREENDUMP, fd, 0));
		assert_begins(fd, "\x89PNG", 500);
	}
}

static void dumps_its_memory(void **state)
{
	static const struct {
		enum machine_dump_format format;
		const char *beginning;
		uint64_t at_least;
	} cases[] = {
		{MACHINE_DUMP_KDUMP_ZLIB, "makedumpfile", 65536},
		{MACHINE_DUMP_ELF,
		 "\x7f"
		 "ELF",
		 64 * MIB},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(close_fd) int fd = temporary(bench, O_RDWR);

		assert_done(ask_with(bench, MACHINE_DUMP_MEMORY, fd, cases[i].format));
		assert_true(bench->answered.number >= 64 * MIB);
		assert_begins(fd, cases[i].beginning, cases[i].at_least);
	}
}

static void has_no_room_for_a_dump(void **state)
{
	CLEANUP(close_fd) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct bench *bench = *state;

	ask_with(bench, MACHINE_DUMP_MEMORY, fd, MACHINE_DUMP_ELF);
	assert_int_equal(bench->answered.outcome, MACHINE_REFUSED);
	if (!strstr(bench->answered.error.message, "No space left on device"))
		fail_msg("%s", bench->answered.error.message);
}

static void shows_its_screen_plainly(void **state)
{
	struct bench *bench = *state;
	CLEANUP(close_fd) int fd = temporary(bench, O_RDWR);
	struct machine_request request = {.operation = MACHINE_SCREENDUMP,
					  .deadline_ms = 15000,
					  .on_answer = on_answer,
					  .arg = bench,
					  .fd = fd,
					  .screen = MACHINE_SCREEN_PPM};

	bench->answered = (struct answered){0};
	machine_ask(bench->machine, &request);
	while (!bench->answered.yet)
		assert_true(sd_event_run(bench->loop, UINT64_MAX) >= 0);
	assert_done(&bench->answered);
	assert_begins(fd, "P6\n", 640 * 400 * 3);
}

static void starts_what_stands_still(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_STOP));
	bench->events[MACHINE_RESUMED] = 0;
	assert_done(ask(bench, MACHINE_KEEP));
	assert_done(ask(bench, MACHINE_START));
	wait_for(bench, &bench->events[MACHINE_RESUMED]);
	assert_done(ask(bench, MACHINE_STATUS));
	assert_string_equal(bench->answered.text, "running");
	ask(bench, MACHINE_START);
	assert_int_equal(bench->answered.outcome, MACHINE_REFUSED);
	assert_string_equal(bench->answered.error.message, "start: query-status: it runs");
}

static void is_reset_once(void **state)
{
	struct bench *bench = *state;

	assert_done(ask(bench, MACHINE_RESET));
	wait_for(bench, &bench->events[MACHINE_WAS_RESET]);
	assert_done(ask(bench, MACHINE_POWER_BUTTON));
	assert_int_equal(bench->events[MACHINE_WAS_RESET], 1);
}

static void quits(void **state)
{
	struct bench *bench = *state;
	struct dint_error why;

	bench->events[MACHINE_DISCONNECTED] = 0;
	assert_done(ask(bench, MACHINE_QUIT));
	wait_for(bench, &bench->events[MACHINE_DISCONNECTED]);
	assert_int_equal(bench->events[MACHINE_SHUT_DOWN], 1);
	assert_false(machine_reachable(bench->machine, &why));
	assert_int_equal(why.code, DINT_UNREACHABLE);
	ask(bench, MACHINE_INJECT_NMI);
	assert_int_equal(bench->answered.outcome, MACHINE_NOT_WRITTEN);
}

static void start_qemu(struct bench *bench)
{
	CLEANUP(free_ptr) char *monitor = xasprintf("unix:%s,server=on,wait=off", bench->path);
	const char *const words[] = {"qemu-system-x86_64",
				     "-machine",
				     "pc",
				     "-accel",
				     "tcg",
				     "-m",
				     MEMORY_MIB,
				     "-nodefaults",
				     "-display",
				     "none",
				     "-device",
				     "VGA",
				     "-drive",
				     "if=none,id=disk0,driver=null-co,size=1M,read-zeroes=on",
				     "-device",
				     "virtio-blk-pci,drive=disk0",
				     "-qmp",
				     monitor,
				     NULL};

	bench->qemu = fork();
	if (!bench->qemu) {
		execvp(words[0], (char *const *)words);
		_exit(1);
	}
	assert_true(bench->qemu > 0);
}

static int start(void **state)
{
	struct bench *bench = xcalloc(1, sizeof(*bench));
	struct machine_config config = {.name = "m", .driver = "qmp", .on_event = on_event};
	struct dint_error err;

	snprintf(bench->folder, sizeof(bench->folder), "/tmp/qemu.XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/qmp", bench->folder);
	assert_true(sd_event_new(&bench->loop) >= 0);
	config.address = bench->path;
	config.arg = bench;
	/* before QEMU: the first attempts find no socket, and a later one does */
	assert_works(machine_open(bench->loop, &config, &bench->machine, &err), &err);
	start_qemu(bench);
	wait_for(bench, &bench->events[MACHINE_CONNECTED]);
	*state = bench;
	return 0;
}

static int stop(void **state)
{
	struct bench *bench = *state;

	machine_close(bench->machine);
	sd_event_unref(bench->loop);
	kill(bench->qemu, SIGKILL);
	waitpid(bench->qemu, NULL, 0);
	unlink(bench->path);
	rmdir(bench->folder);
	free(bench);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_how_it_is),
		cmocka_unit_test(stops_and_goes_on),
		cmocka_unit_test(shows_registers),
		cmocka_unit_test(counts_blocks),
		cmocka_unit_test(shows_its_screen),
		cmocka_unit_test(shows_its_screen_plainly),
		cmocka_unit_test(dumps_its_memory),
		cmocka_unit_test(has_no_room_for_a_dump),
		cmocka_unit_test(is_reset_once),
		cmocka_unit_test(starts_what_stands_still),
		/* firmware may answer with a reset, and a reset during a dump aborts QEMU: so late
		 */
		cmocka_unit_test(takes_an_nmi),
		cmocka_unit_test(quits),
	};

	if (system("qemu-system-x86_64 --version >/dev/null 2>&1"))
		return SKIPPED;
	return cmocka_run_group_tests(tests, start, stop);
}
