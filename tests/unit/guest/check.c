/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks against a /proc and /sys of the test's own. */
#include "../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "guest/check.h"
#include "guest/facts.h"

struct file {
	const char *path;
	const char *text; /* NULL: not there */
};

static const struct file good[] = {
	{"/sys/kernel/kexec_crash_loaded", "1\n"},
	{"/sys/kernel/kexec_crash_size", "268435456\n"},
	{"/proc/sys/kernel/unknown_nmi_panic", "1\n"},
	{"/proc/sys/kernel/panic_on_unrecovered_nmi", "1\n"},
	{"/proc/sys/kernel/panic_on_io_nmi", "1\n"},
	{"/proc/meminfo", "MemTotal:         102400 kB\n"},
	{"/proc/sys/kernel/random/boot_id", "00112233-4455-6677-8899-aabbccddeeff\n"},
	{"/proc/uptime", "4711.12 9000.00\n"},
};

static const struct {
	const char *name;
	struct file changed[2];
	const char *check;
	enum channel_check_state state;
	const char *words;
	bool ready;
} cases[] = {
	{
		.name = "all as it should be",
		.check = "kdump_loaded",
		.state = CHANNEL_CHECK_OK,
		.words = "a capture kernel is loaded",
		.ready = true,
	},
	{
		.name = "kdump was not started",
		.changed = {{"/sys/kernel/kexec_crash_loaded", "0\n"}},
		.check = "kdump_loaded",
		.state = CHANNEL_CHECK_FAILED,
		.words = "kdump-config load",
	},
	{
		.name = "a kernel without kexec",
		.changed = {{"/sys/kernel/kexec_crash_loaded", NULL}},
		.check = "kdump_loaded",
		.state = CHANNEL_CHECK_FAILED,
		.words = "has no kexec",
	},
	{
		.name = "no memory reserved",
		.changed = {{"/sys/kernel/kexec_crash_size", "0\n"}},
		.check = "kexec_crash_size",
		.state = CHANNEL_CHECK_FAILED,
		.words = "crashkernel=256M",
	},
	{
		.name = "Debian 12's 128 MiB",
		.changed = {{"/sys/kernel/kexec_crash_size", "134217728\n"}},
		.check = "kexec_crash_size",
		.state = CHANNEL_CHECK_WARNING,
		.words = "128.0 MiB are reserved",
		.ready = true,
	},
	{
		.name = "an NMI would be ignored",
		.changed = {{"/proc/sys/kernel/unknown_nmi_panic", "0\n"},
			    {"/proc/sys/kernel/panic_on_unrecovered_nmi", "0\n"}},
		.check = "unknown_nmi_panic",
		.state = CHANNEL_CHECK_FAILED,
		.words = "sysctl -w kernel.unknown_nmi_panic=1",
	},
	{
		.name = "as SUSE's manual has it",
		.changed = {{"/proc/sys/kernel/unknown_nmi_panic", "0\n"}},
		.check = "unknown_nmi_panic",
		.state = CHANNEL_CHECK_WARNING,
		.words = "panic_on_unrecovered_nmi does its work",
		.ready = true,
	},
	{
		.name = "another architecture",
		.changed = {{"/proc/sys/kernel/panic_on_io_nmi", NULL}},
		.check = "panic_on_io_nmi",
		.state = CHANNEL_CHECK_UNKNOWN,
		.words = "does not have it",
		.ready = true,
	},
	{
		.name = "more memory than room for a dump",
		.changed = {{"/proc/meminfo", "MemTotal: 9007199254740991 kB\n"}},
		.check = "crash_space",
		.state = CHANNEL_CHECK_WARNING,
		.words = "less than a tenth of memory",
		.ready = true,
	},
	{
		.name = "not a number",
		.changed = {{"/sys/kernel/kexec_crash_size", "lots\n"}},
		.check = "kexec_crash_size",
		.state = CHANNEL_CHECK_UNKNOWN,
		.words = "does not say",
		.ready = true,
	},
};

static void put(const char *root, const struct file *file)
{
	char path[512], *slash;
	struct dint_error err;
	FILE *to;

	snprintf(path, sizeof(path), "%s%s", root, file->path);
	if (!file->text) {
		unlink(path);
		return;
	}
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_works(io_make_directories(path, &err), &err);
	*slash = '/';
	to = fopen(path, "w");
	assert_non_null(to);
	fputs(file->text, to);
	fclose(to);
}

static void says_what_is_wrong_and_what_to_do(void **state)
{
	struct channel_readiness readiness;
	struct guest_options options = {.root = *state, .crash_directory = *state};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct channel_check *check;

		for (unsigned j = 0; j < sizeof(good) / sizeof(good[0]); j++)
			put(*state, &good[j]);
		for (unsigned j = 0; j < 2 && cases[i].changed[j].path; j++)
			put(*state, &cases[i].changed[j]);
		guest_readiness(&options, &readiness);
		check = channel_readiness_find(&readiness, cases[i].check);
		assert_non_null(check);
		if (check->state != cases[i].state || !strstr(check->words, cases[i].words) ||
		    channel_readiness_ready(&readiness) != cases[i].ready)
			fail_msg("%s: state %u, ready %d: %s", cases[i].name, check->state,
				 channel_readiness_ready(&readiness), check->words);
	}
}

static void knows_the_boot(void **state)
{
	struct channel_readiness readiness;
	struct guest_options options = {.root = *state, .crash_directory = *state};
	const uint8_t id[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
				0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		put(*state, &good[i]);
	guest_readiness(&options, &readiness);
	assert_memory_equal(readiness.boot_id, id, sizeof(id));
	assert_int_equal(readiness.uptime_s, 4711);
	assert_true(readiness.free_bytes > 0 && readiness.free_bytes != CHANNEL_VALUE_UNKNOWN);
	assert_string_equal(readiness.version, DINT_VERSION);
}

static void a_directory_that_is_not_there_is_a_warning(void **state)
{
	struct guest_options options = {.root = *state, .crash_directory = "/none/such"};
	struct channel_readiness readiness;
	const struct channel_check *check;

	guest_readiness(&options, &readiness);
	check = channel_readiness_find(&readiness, "crash_space");
	assert_int_equal(check->state, CHANNEL_CHECK_WARNING);
	assert_string_equal(check->words, "/none/such: No such file or directory");
	assert_true(readiness.free_bytes == CHANNEL_VALUE_UNKNOWN);
}

static int make_root(void **state)
{
	*state = strdup("/tmp/dint-check-XXXXXX");
	return mkdtemp(*state) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", (char *)*state);
	free(*state);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_what_to_do),
		cmocka_unit_test(knows_the_boot),
		cmocka_unit_test(a_directory_that_is_not_there_is_a_warning),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
